import type { Event } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Api } from '../api';
import type {
  ComputeInstance,
  Environment,
  InstanceList,
  Job,
  Kernel,
  Status,
  Usage,
  VmSize,
  Workspace
} from '../wire';
import { INSTANCE_EVENT, JOB_EVENT } from '../types.gen';
import { Net } from './net';
import { Resource, reconcile } from './resource';
import { kindOf } from './states';

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'interrupted']);

/** Whether nothing more happens to a job by itself. */
export function hasEnded(job: Job): boolean {
  return ENDED.has(job.state);
}

/**
 * What all parts of the front end share: the server's picture, kept fresh, without any DOM.
 *
 * Freshness: events are hints to read again; what they miss is caught by reading when somebody
 * begins to look and once a minute while somebody looks.
 */
export class Model implements IDisposable {
  constructor(options: Model.IOptions) {
    const { api } = options;
    this.api = api;
    this.status = new Resource(() => api.status());
    this.instances = new Resource(() => this._readInstances(), mergeInstances);
    this.usages = new Resource(() => api.usages());
    this.sizes = new Resource(() => api.sizes());
    this.workspaces = new Resource(() => api.workspaces());
    this.environments = new Resource(
      () => api.environments(),
      (before, after) => reconcile(before, after, env => env.prefix)
    );
    this.kernels = new Resource(
      () => api.kernels(),
      (before, after) => reconcile(before, after, kernel => kernel.name)
    );
    this.jobs = new Resource(
      () => api.jobs(),
      (before, after) => reconcile(before, after, job => job.id)
    );
    this.jobs.changed.connect(this._noticeEndedJobs, this);
    this.status.changed.connect(this._noticeRestart, this);
    this._instanceHints = new Debouncer(() => this._readCompute(), 150);
    this._jobHints = new Debouncer(() => this.jobs.refresh(), 150);
    this.net = new Net({
      readAll: () => this.refresh(),
      readStatus: () => this.status.refresh(),
      isBusy: () => this.isBusy,
      isOffline: () => this.status.state.error?.code === 'offline'
    });
    for (const resource of [this.status, this.instances, this.jobs]) {
      resource.changed.connect(() => this.net.look());
    }
    options.events?.connect(this._onEvent, this);
    this._events = options.events ?? null;
  }

  readonly api: Api;
  readonly net: Net;
  readonly status: Resource<Status>;
  readonly instances: Resource<InstanceList>;
  readonly usages: Resource<Usage[]>;
  readonly sizes: Resource<VmSize[]>;
  readonly workspaces: Resource<{ workspaces: Workspace[]; selected: Workspace | null }>;
  readonly environments: Resource<Environment[]>;
  readonly kernels: Resource<Kernel[]>;
  readonly jobs: Resource<Job[]>;

  /** Emitted when kernel specs may have changed, so that Jupyter's own list is read again. */
  get kernelsChanged(): ISignal<this, void> {
    return this._kernelsChanged;
  }

  /** Say that kernel specs were changed through this page. */
  noticeKernels(): void {
    this._kernelsChanged.emit();
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
    this._events?.disconnect(this._onEvent, this);
    this.net.dispose();
    this._instanceHints.dispose();
    this._jobHints.dispose();
    Signal.clearData(this);
  }

  /**
   * Say that somebody looks, until the result is disposed. The first one makes everything be read.
   */
  watch(): IDisposable {
    this._watchers++;
    if (this._watchers === 1) {
      this.net.start();
    } else {
      void this.refresh();
    }
    return new DisposableDelegate(() => {
      this._watchers--;
      if (this._watchers === 0 && !this.isDisposed) {
        this.net.stop();
      }
    });
  }

  /** Whether something is in transition, here or in Azure. */
  get isBusy(): boolean {
    return (
      (this.instances.value?.instances.some(each => kindOf(each) === 'transition') ?? false) ||
      (this.jobs.value?.some(job => !hasEnded(job)) ?? false)
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
    await this.status.refresh();
    if (this.status.state.error) {
      return;
    }
    await Promise.all([this._readCompute(), this.refreshLocal()]);
  }

  /**
   * Read what this machine knows: environments, kernels, jobs.
   */
  async refreshLocal(): Promise<void> {
    await Promise.all([this.environments.refresh(), this.kernels.refresh(), this.jobs.refresh()]);
  }

  /** The instance of that name as last read. */
  instance(name: string): ComputeInstance | undefined {
    return this.instances.value?.instances.find(instance => instance.name === name);
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
    void this._readCompute();
  }

  /**
   * Put a job that an answer brought on top of the list.
   */
  takeJob(job: Job): void {
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
    for (const resource of [this.instances, this.usages, this.sizes, this.workspaces]) {
      resource.clear();
    }
    await this.refresh(true);
  }

  private async _readCompute(): Promise<void> {
    const compute = this.status.value?.compute;
    if (compute?.workspace) {
      await Promise.all([this.instances.refresh(), this.usages.refresh()]);
    }
  }

  private _readInstances(): Promise<InstanceList> {
    const force = this._force;
    this._force = false;
    return this.api.instances(force);
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id === INSTANCE_EVENT) {
      void this._instanceHints.invoke().catch(() => undefined);
    } else if (event.schema_id === JOB_EVENT) {
      void this._jobHints.invoke().catch(() => undefined);
      if (event['kind'] === 'ended') {
        void this.environments.refresh();
        void this.kernels.refresh();
        this._kernelsChanged.emit();
      }
    } else {
      return;
    }
    const server = event['server_id'];
    if (this._serverId !== null && server !== this._serverId) {
      void this.refresh();
    }
  }

  private _noticeRestart(): void {
    const id = this.status.value?.server_id ?? null;
    if (this._serverId !== null && id !== null && id !== this._serverId) {
      void this._readCompute();
      void this.refreshLocal();
    }
    this._serverId = id ?? this._serverId;
  }

  private _noticeEndedJobs(): void {
    const jobs = this.jobs.value ?? [];
    const ended = jobs.filter(job => hasEnded(job) && this._active.has(job.id));
    this._active = new Set(jobs.filter(job => !hasEnded(job)).map(job => job.id));
    for (const job of ended) {
      void this.environments.refresh();
      void this.kernels.refresh();
      this._kernelsChanged.emit();
      this._jobEnded.emit(job);
    }
  }

  private _active = new Set<string>();
  private _events: Event.Stream | null;
  private _force = false;
  private _instanceHints: Debouncer;
  private _isDisposed = false;
  private _jobEnded = new Signal<this, Job>(this);
  private _jobHints: Debouncer;
  private _kernelsChanged = new Signal<this, void>(this);
  private _serverId: string | null = null;
  private _watchers = 0;
}

/** The namespace for the model's options. */
export namespace Model {
  /** What a model needs of the application. */
  export interface IOptions {
    api: Api;
    events?: Event.Stream;
  }
}

function mergeInstances(before: InstanceList, after: InstanceList): InstanceList {
  return { ...after, instances: reconcile(before.instances, after.instances, i => i.name) };
}
