import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { INSTANCE_EVENT, JOB_EVENT } from '../types.gen';
import type { Status } from '../wire';
import type { IResourceState } from './resource';

/** Milliseconds in which many hints count as one. */
const TOGETHER = 150;
/**
 * Milliseconds within which JupyterLab listens again to a server that was away: the longest pause
 * between two of its tries.
 */
const LISTENING_ANEW = 30_000;

/**
 * Listens to Jupyter's event bus, which has no replay and to which anybody may post: an event only
 * ever makes us read again, and a gap in their numbers makes us read everything.
 */
export class Hints implements IDisposable {
  constructor(
    private readonly _stream: Event.Stream,
    private readonly _options: Hints.IOptions
  ) {
    const { readEverything, readInstances, readJobs } = _options;
    this._everything = new Debouncer(readEverything, TOGETHER);
    this._instances = new Debouncer(readInstances, TOGETHER);
    this._jobs = new Debouncer(readJobs, TOGETHER);
    _stream.connect(this._onEvent, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._stream.disconnect(this._onEvent, this);
    [this._everything, this._instances, this._jobs].forEach(each => each.dispose());
  }

  /** Whether events of that server arrive: after a restart JupyterLab listens anew only by and by. */
  hears(server: string | null): boolean {
    return !this._isCut && this._server !== null && this._server === server;
  }

  /** Whether the server was away just now, and nothing was heard of it since. */
  get mayMissSome(): boolean {
    return Date.now() < this._deafUntil && !this.hears(this._options.serverId());
  }

  /** Notice that the server is out of reach, or another one; before the model knows it. */
  noticeAnswer({ error, value }: IResourceState<Status>): void {
    const [known, id] = [this._options.serverId(), value?.server_id ?? null];
    const isOther = known !== null && id !== known && !this.hears(id);
    if (isOther || error?.code === 'offline') {
      this._isCut = true;
      this._deafUntil = Date.now() + LISTENING_ANEW;
    }
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    const isJob = event.schema_id === JOB_EVENT;
    if (!isJob && event.schema_id !== INSTANCE_EVENT) {
      return;
    }
    this._isCut = false;
    if (this._missedSome(event)) {
      invoke(this._everything);
    }
    if (isJob) {
      invoke(this._jobs);
      if (event['kind'] === 'ended') {
        void this._options.onJobEnded();
      }
    } else {
      // Without a name it may also be about who acts, or which workspace is looked at.
      invoke(event['name'] === '' ? this._everything : this._instances);
    }
  }

  private _missedSome(event: Event.Emission): boolean {
    const [server, revision] = [event['server_id'], Number(event['revision'])];
    const known = this._server ?? this._options.serverId();
    const missed =
      known !== null &&
      (server !== known || (this._server !== null && revision > this._revision + 1));
    this._server = server;
    this._revision = revision;
    return missed;
  }

  private _deafUntil = 0;
  private _everything: Debouncer;
  private _instances: Debouncer;
  private _isCut = false;
  private _isDisposed = false;
  private _jobs: Debouncer;
  private _revision = 0;
  private _server: unknown = null;
}

function invoke(debouncer: Debouncer): void {
  void debouncer.invoke().catch(() => undefined);
}

/** The namespace for what hints lead to. */
export namespace Hints {
  /** What is read again. */
  export interface IOptions {
    /** The server that was read from, when it is known. */
    serverId: () => string | null;
    readEverything: () => Promise<void>;
    readInstances: () => Promise<void>;
    readJobs: () => Promise<void>;
    /** A job ended: environments and kernels may be others. */
    onJobEnded: () => Promise<void>;
  }
}
