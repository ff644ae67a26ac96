import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { INSTANCE_EVENT, JOB_EVENT } from '../types.gen';

/** Milliseconds in which many hints count as one. */
const TOGETHER = 150;

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
    return this._server !== null && this._server === server;
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    const isJob = event.schema_id === JOB_EVENT;
    if (!isJob && event.schema_id !== INSTANCE_EVENT) {
      return;
    }
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

  private _everything: Debouncer;
  private _instances: Debouncer;
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
