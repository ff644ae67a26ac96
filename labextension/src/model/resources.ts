import type { Api } from '../api';
import { fitting } from '../version';
import type {
  ComputeInstance,
  Environment,
  InstanceList,
  Job,
  Kernel,
  Permission,
  Status,
  Usage,
  VmSize,
  Workspace
} from '../wire';
import { Resource, reconcile } from './resource';

/** Milliseconds for which nothing else is asked so that the first list comes sooner. */
const HEAD_START = 100;

/** Nobody acts: Azure is not asked. */
const OUT = new Set(['signed_out', 'signing_in']);

/** All that the server tells, each with its last good value. */
export class Resources {
  constructor(readonly api: Api) {
    this.status = new Resource(async () => fitting(await api.status()));
    this.instances = new Resource(() => this.readInstances(), mergeInstances);
    this.permissions = new Resource(() => api.permissions());
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
  }

  readonly status: Resource<Status>;
  readonly instances: Resource<InstanceList>;
  /** What the user may do in the workspace; those of the actions that Azure tells. */
  readonly permissions: Resource<Permission[]>;
  readonly usages: Resource<Usage[]>;
  readonly sizes: Resource<VmSize[]>;
  readonly workspaces: Resource<{ workspaces: Workspace[]; selected: Workspace | null }>;
  readonly environments: Resource<Environment[]>;
  readonly kernels: Resource<Kernel[]>;
  readonly jobs: Resource<Job[]>;

  /** Whether anybody has asked for instances, environments, kernels or jobs on this page. */
  get isAsked(): boolean {
    return [this.instances, this.environments, this.kernels, this.jobs].some(
      ({ state }) => state.loading || state.value !== null || state.error !== null
    );
  }

  /** The instance of that name as last read. */
  instance(name: string): ComputeInstance | undefined {
    return this.instances.value?.instances.find(each => each.name === name);
  }

  /**
   * The present moment by Azure's clock, in milliseconds since the epoch: all times of instances
   * are to be read against it, for this machine's clock may be wrong.
   */
  azureNow(here: number): number {
    const told = this.instances.value?.now;
    return told ? here + Date.parse(told) - this.instances.readAt : here;
  }

  /**
   * Read what this machine knows: environments, kernels, jobs.
   */
  async refreshLocal(): Promise<void> {
    await Promise.all([this.environments.refresh(), this.kernels.refresh(), this.jobs.refresh()]);
  }

  /**
   * Read everything, the list that people look for first: the server and the browser's six
   * connections to it have nothing else to do until it is there.
   *
   * Nothing is shown yet that could be somebody else's, so what the server said of itself when the
   * page began will do, and what it says now is noticed like any other news.
   */
  protected async readFirst(): Promise<void> {
    const asksAzure = this._asksAzure;
    const list = asksAzure ? this.instances.refresh() : Promise.resolve();
    await Promise.race([list, new Promise(resolve => setTimeout(resolve, HEAD_START))]);
    await Promise.all([
      list,
      this.status.refresh(),
      this.refreshLocal(),
      asksAzure && this._readBesides()
    ]);
  }

  private get _asksAzure(): boolean {
    const compute = this.status.value?.compute;
    return Boolean(compute?.workspace && !OUT.has(compute.identity.state));
  }

  /** Read the instances, the quotas and what one may do, where somebody acts somewhere. */
  protected async readCompute(): Promise<void> {
    if (this._asksAzure) {
      await Promise.all([this.instances.refresh(), this._readBesides()]);
    }
  }

  private async _readBesides(): Promise<void> {
    await Promise.all([this.usages.refresh(), this.permissions.ensure()]);
  }

  /** Another workspace or another person: nothing of the old list may be shown as the new one. */
  protected forgetCompute(): void {
    const { instances, permissions, sizes, usages, workspaces } = this;
    [instances, permissions, sizes, usages, workspaces].forEach(each => each.clear());
  }

  protected readInstances(): Promise<InstanceList> {
    return this.api.instances();
  }
}

function mergeInstances(before: InstanceList, after: InstanceList): InstanceList {
  return { ...after, instances: reconcile(before.instances, after.instances, i => i.name) };
}
