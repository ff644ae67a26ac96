import type { Event } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Api } from '../api';
import type { ActionName, ComputeInstance, InstanceList, Job, Workspace } from '../wire';
import { Hints } from './hints';
import { Net } from './net';
import { Resources } from './resources';
import { hasEnded, kindOf } from './states';

export { hasEnded } from './states';

/** What can be begun with an instance. */
export type Begun = ActionName | 'create';

/** Milliseconds for which somebody who begins to look beside others need not read again. */
const FRESH = 3000;

/**
 * What all parts of the front end share: the server's picture, kept fresh, without any DOM.
 *
 * Freshness: events are hints to read again; what they miss is caught by reading when somebody
 * begins to look and once a minute while somebody looks.
 */
export class Model extends Resources implements IDisposable {
  constructor(options: Model.IOptions) {
    super(options.api);
    this.jobs.changed.connect(this._noticeEndedJobs, this);
    this.status.changed.connect(() => this._hints?.noticeAnswer(this.status.state));
    this.status.changed.connect(this._noticeOthers, this);
    this.net = new Net({
      readAll: () => this.refresh(),
      // Where nobody would tell of what changes, everything is looked at as often.
      readStatus: () =>
        this._hints?.hears(this._serverId) ? this.status.refresh() : this.refresh(),
      isBusy: () => this.isBusy || Boolean(this._hints?.mayMissSome),
      isOffline: () => this.status.state.error?.code === 'offline'
    });
    for (const resource of [this.status, this.instances, this.jobs]) {
      resource.changed.connect(() => this.net.look());
    }
    const seen = (read: () => Promise<void> | void) => async () => {
      this._isBehind = this._isBehind || Boolean(options.isHidden?.());
      if (!this._isBehind) {
        await read();
      }
    };
    // Where nobody has looked yet there is nothing that could be old.
    const again = (read: () => Promise<void>) => seen(() => (this.isAsked ? read() : undefined));
    this._hints = options.events
      ? new Hints(options.events, {
          serverId: () => this._serverId,
          readEverything: again(() => this.refresh()),
          readInstances: again(() => this.readCompute()),
          readJobs: again(() => this.jobs.refresh()),
          onJobEnded: seen(() => this._readKernels())
        })
      : null;
  }

  readonly net: Net;

  /** Emitted when kernel specs may have changed, so that Jupyter's own list is read again. */
  get kernelsChanged(): ISignal<this, void> {
    return this._kernelsChanged;
  }

  /** Say that kernel specs were changed through this page. */
  noticeKernels(): void {
    this._kernelsChanged.emit();
  }

  /** Emitted for what was begun with an instance on this page. */
  get instanceBegun(): ISignal<this, { instance: ComputeInstance; action: Begun }> {
    return this._instanceBegun;
  }

  /** Say that something was begun with an instance through this page. */
  noticeBegun(instance: ComputeInstance, action: Begun): void {
    this._instanceBegun.emit({ instance, action });
  }

  /** Emitted for each job that was begun on this page. */
  get jobBegun(): ISignal<this, Job> {
    return this._jobBegun;
  }

  /** Emitted once for each job that this page saw running and then saw ended. */
  get jobEnded(): ISignal<this, Job> {
    return this._jobEnded;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._hints?.dispose();
    this.net.dispose();
    Signal.clearData(this);
  }

  /**
   * Say that somebody looks, until the result is disposed. The first one makes everything be read.
   */
  watch(): IDisposable {
    this._watchers++;
    const now = Date.now();
    if (this._watchers === 1) {
      this._begun = now;
      this.net.start();
    } else if (now - Math.max(this.status.readAt, this._begun) > FRESH) {
      this._begun = now;
      void this.refresh();
    }
    return new DisposableDelegate(() => {
      this._watchers--;
      if (this._watchers === 0 && !this.isDisposed) {
        this.net.stop();
      }
    });
  }

  /** The page is in sight again, or the server was out of reach: read what was not read since. */
  async catchUp(): Promise<void> {
    const wasBehind = this._isBehind;
    this._isBehind = false;
    if (this.isWatched || this.isAsked) {
      await this.refresh();
    }
    if (wasBehind) {
      this._kernelsChanged.emit();
    }
  }

  /** Whether something is in transition, here or in Azure. */
  get isBusy(): boolean {
    return (
      (this.instances.value?.instances.some(each => kindOf(each) === 'transition') ?? false) ||
      (this.jobs.value?.some(job => !hasEnded(job)) ?? false) ||
      this.status.value?.compute.identity.state === 'signing_in' ||
      Boolean(this.status.value?.compute.identity.prompt)
    );
  }

  /** Whether somebody looks. */
  get isWatched(): boolean {
    return this._watchers > 0;
  }

  /**
   * Read everything again; `force` asks Azure even if the server's picture is young.
   */
  async refresh(force = false): Promise<void> {
    this._force = this._force || force;
    const { value, error } = this.status.state;
    if (value && !error && !this.instances.value) {
      await this.readFirst();
      return;
    }
    await this.status.refresh();
    if (!this.status.state.error) {
      await Promise.all([this.readCompute(), this.refreshLocal()]);
    }
  }

  /**
   * Put an answer about one instance into the list, and read what it changed.
   */
  take(instance: ComputeInstance | null): void {
    const list = this.instances.value;
    if (instance && list) {
      const others = list.instances.filter(other => other.name !== instance.name);
      const index = list.instances.findIndex(other => other.name === instance.name);
      others.splice(index < 0 ? others.length : index, 0, instance);
      this.instances.set({ ...list, instances: others });
    }
    void this.readCompute();
  }

  /**
   * Put a job that an answer brought on top of the list.
   */
  takeJob(job: Job): void {
    this._jobBegun.emit(job);
    const others = (this.jobs.value ?? []).filter(other => other.id !== job.id);
    this.jobs.set([job, ...others]);
    void this.jobs.refresh();
    void this.environments.refresh();
  }

  /**
   * Use another workspace from now on.
   */
  async selectWorkspace(workspace: Workspace): Promise<void> {
    const compute = await this.api.selectWorkspace(workspace);
    const status = this.status.value;
    if (status) {
      this.status.set({ ...status, compute });
    }
    this.forgetCompute();
    await this.refresh(true);
  }

  protected override readInstances(): Promise<InstanceList> {
    const force = this._force;
    this._force = false;
    return this.api.instances(force);
  }

  private _readKernels(): void {
    if (this.isAsked) {
      void this.environments.refresh();
      void this.kernels.refresh();
    }
    this._kernelsChanged.emit();
  }

  /** The server was restarted, or another tab or face chose who acts and where. */
  private _noticeOthers(): void {
    const status = this.status.value;
    if (!status) {
      return;
    }
    const { identity, workspace } = status.compute;
    const view = [workspace?.subscription_id, workspace?.resource_group, workspace?.name];
    const [before, now] = [this._view, [...view, identity.object_id, identity.state].join('/')];
    const restarted = this._serverId !== null && status.server_id !== this._serverId;
    this._view = now;
    this._serverId = status.server_id;
    if (before !== null && before !== now) {
      this.forgetCompute();
    } else if (!restarted) {
      return;
    }
    void this.readCompute();
    if (restarted) {
      void this.refreshLocal();
    }
  }

  private _noticeEndedJobs(): void {
    const jobs = this.jobs.value ?? [];
    const ended = jobs.filter(job => hasEnded(job) && this._active.has(job.id));
    this._active = new Set(jobs.filter(job => !hasEnded(job)).map(job => job.id));
    for (const job of ended) {
      this._readKernels();
      this._jobEnded.emit(job);
    }
  }

  private _active = new Set<string>();
  /** When somebody last began to look and had everything read. */
  private _begun = 0;
  private _force = false;
  private _hints: Hints | null;
  private _instanceBegun = new Signal<this, { instance: ComputeInstance; action: Begun }>(this);
  private _isBehind = false;
  private _isDisposed = false;
  private _jobBegun = new Signal<this, Job>(this);
  private _jobEnded = new Signal<this, Job>(this);
  private _kernelsChanged = new Signal<this, void>(this);
  private _serverId: string | null = null;
  private _view: string | null = null;
  private _watchers = 0;
}

/** The namespace for the model's options. */
export namespace Model {
  /** What a model needs of the application. */
  export interface IOptions {
    api: Api;
    events?: Event.Stream;
    isHidden?: () => boolean;
  }
}
