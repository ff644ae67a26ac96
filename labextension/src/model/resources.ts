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
