import type { ServerConnection } from '@jupyterlab/services';
import { request, type Verb } from './request';
import type {
  ComputeInstance,
  ComputeStatus,
  CreateInstance,
  CreatePreview,
  Environment,
  Identity,
  InstanceDefaults,
  InstanceJobs,
  InstanceList,
  Job,
  JobEvents,
  Kernel,
  KernelRequest,
  LanguageChoice,
  Magics,
  NameCheck,
  Package,
  PackageMatches,
  PackageRequest,
  Permission,
  Preview,
  Schedule,
  SignIn,
  SshKeyPair,
  Status,
  Usage,
  VmSize,
  Workspace
} from './wire';

/** What an environment can be written down as. */
export type ExportFormat = 'yaml' | 'explicit' | 'lock';

/**
 * The server's REST API, typed. Every method rejects with an `ApiError` and nothing else.
 */
export class Api {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  status(): Promise<Status> {
    return this._call('GET', ['status']);
  }

  instances(refresh = false): Promise<InstanceList> {
    return this._call('GET', ['instances'], undefined, refresh ? { refresh: '1' } : {});
  }

  instance(name: string): Promise<ComputeInstance> {
    return this._call('GET', ['instances', name]);
  }

  createInstance(request: CreateInstance): Promise<ComputeInstance> {
    return this._call('POST', ['instances'], request);
  }

  previewInstance(request: CreateInstance): Promise<CreatePreview> {
    return this._call('POST', ['instance-previews'], request);
  }

  /**
   * What a form for a new instance begins with, for a user of that time zone.
   */
  instanceDefaults(zone: string): Promise<InstanceDefaults> {
    return this._call('GET', ['instance-defaults'], undefined, { zone });
  }

  /**
   * A new pair of keys; the private part is given once and kept nowhere.
   */
  newSshKey(): Promise<SshKeyPair> {
    return this._call('POST', ['ssh-keys']);
  }

  checkName(name: string): Promise<NameCheck> {
    return this._call('GET', ['instance-names', name]);
  }

  /**
   * Start, stop or restart; `confirm` is the instance's name where that must be confirmed.
   */
  actOnInstance(
    name: string,
    action: 'start' | 'stop' | 'restart',
    confirm?: string
  ): Promise<ComputeInstance> {
    return this._call('POST', ['instances', name, action], undefined, confirming(confirm));
  }

  /**
   * Delete an instance; gives `null` when it was already gone.
   */
  deleteInstance(name: string, confirm: string): Promise<ComputeInstance | null> {
    return this._call('DELETE', ['instances', name], undefined, { confirm });
  }

  resize(name: string, vm_size: string, confirm?: string): Promise<ComputeInstance> {
    return this._call('POST', ['instances', name, 'resize'], { vm_size }, confirming(confirm));
  }

  /**
   * Set the idle shutdown in minutes; `null` for never.
   */
  setIdleShutdown(name: string, minutes: number | null): Promise<ComputeInstance> {
    return this._call('PUT', ['instances', name, 'idle-shutdown'], { minutes });
  }

  setSchedules(name: string, schedules: Schedule[]): Promise<ComputeInstance> {
    return this._call('PUT', ['instances', name, 'schedules'], { schedules });
  }

  /**
   * Move the coming automatic stop by some minutes.
   */
  postpone(name: string, minutes: number): Promise<ComputeInstance> {
    return this._call('POST', ['instances', name, 'postpone'], { minutes });
  }

  /**
   * The training jobs that run or wait on an instance.
   */
  instanceJobs(name: string): Promise<InstanceJobs> {
    return this._call('GET', ['instances', name, 'jobs']);
  }

  async sizes(): Promise<VmSize[]> {
    return (await this._call<{ sizes: VmSize[] }>('GET', ['sizes'])).sizes;
  }

  async usages(): Promise<Usage[]> {
    return (await this._call<{ usages: Usage[] }>('GET', ['usages'])).usages;
  }

  async permissions(): Promise<Permission[]> {
    return (await this._call<{ permissions: Permission[] }>('GET', ['permissions'])).permissions;
  }

  workspaces(): Promise<{ workspaces: Workspace[]; selected: Workspace | null }> {
    return this._call('GET', ['workspaces']);
  }

  selectWorkspace(workspace: Workspace): Promise<ComputeStatus> {
    return this._call('PUT', ['workspaces', 'selected'], workspace);
  }

  signIn(method: SignIn['method']): Promise<Identity> {
    return this._call('POST', ['sign-in'], { method });
  }

  /** Give all of the user's kernels `%ci`, or take it away again. */
  switchMagics(on: boolean): Promise<Magics> {
    return this._call('PUT', ['magics'], { on });
  }

  signOut(): Promise<Identity> {
    return this._call('DELETE', ['sign-in']);
  }

  async environments(): Promise<Environment[]> {
    return (await this._call<{ environments: Environment[] }>('GET', ['environments']))
      .environments;
  }

  /**
   * Remove an environment, named or by its prefix, as a job; `confirm` is its name where it is in
   * use.
   */
  removeEnvironment(id: string, confirm?: string): Promise<Job> {
    return this._call('DELETE', ['environments', id], undefined, confirming(confirm));
  }

  /**
   * Bring back a protected environment and its kernels from what was kept of them, as a job.
   */
  restoreEnvironment(id: string): Promise<Job> {
    return this._call('POST', ['environments', id, 'restore']);
  }

  /**
   * Protect an environment, or take one's own protection back.
   */
  protectEnvironment(id: string, protect: boolean): Promise<Environment> {
    return this._call(protect ? 'PUT' : 'DELETE', ['environments', id, 'protection']);
  }

  async packages(environment: string): Promise<Package[]> {
    const path = ['environments', environment, 'packages'];
    return (await this._call<{ packages: Package[] }>('GET', path)).packages;
  }

  changePackages(environment: string, request: PackageRequest): Promise<Job | Preview> {
    return this._call('POST', ['environments', environment, 'packages'], request);
  }

  /**
   * Packages of the channels whose names match; without channels those of new environments.
   */
  searchPackages(
    name: string,
    channels: readonly string[] = [],
    limit = 8
  ): Promise<PackageMatches> {
    const query = { name, channels: channels.join(','), limit: String(limit) };
    return this._call('GET', ['packages'], undefined, query);
  }

  /**
   * Give an environment another name, as a job; `confirm` is its present one where it is in use.
   */
  renameEnvironment(id: string, name: string, confirm: string | null): Promise<Job> {
    return this._call('PATCH', ['environments', id], { name, confirm });
  }

  async exportEnvironment(id: string, format: ExportFormat): Promise<string> {
    const path = ['environments', id, 'export'];
    return (await this._call<{ text: string }>('GET', path, undefined, { format })).text;
  }

  /**
   * The languages that kernels can be made for; `versions` asks the channels for theirs.
   */
  async languages(versions = false): Promise<LanguageChoice[]> {
    const query: Record<string, string> = versions ? { versions: '1' } : {};
    const answer = await this._call<{ languages: LanguageChoice[] }>(
      'GET',
      ['languages'],
      undefined,
      query
    );
    return answer.languages;
  }

  async kernels(): Promise<Kernel[]> {
    return (await this._call<{ kernels: Kernel[] }>('GET', ['kernels'])).kernels;
  }

  createKernel(request: KernelRequest): Promise<Job> {
    return this._call('POST', ['kernels'], { ...request, dry_run: false });
  }

  /**
   * What a new kernel's environment would hold, download and take; nothing is changed.
   */
  previewKernel(request: KernelRequest): Promise<Preview> {
    return this._call('POST', ['kernels'], { ...request, dry_run: true });
  }

  renameKernel(name: string, display_name: string): Promise<Kernel> {
    return this._call('PATCH', ['kernels', name], { display_name });
  }

  removeKernel(name: string): Promise<void> {
    return this._call('DELETE', ['kernels', name]);
  }

  repairKernel(name: string): Promise<Kernel | Job> {
    return this._call('POST', ['kernels', name, 'repair']);
  }

  async jobs(): Promise<Job[]> {
    return (await this._call<{ jobs: Job[] }>('GET', ['jobs'])).jobs;
  }

  /**
   * A job's journal from a byte offset on.
   */
  jobEvents(id: string, offset: number): Promise<JobEvents> {
    return this._call('GET', ['jobs', id, 'events'], undefined, { offset: String(offset) });
  }

  cancelJob(id: string): Promise<Job> {
    return this._call('POST', ['jobs', id, 'cancel']);
  }

  retryJob(id: string): Promise<Job> {
    return this._call('POST', ['jobs', id, 'retry']);
  }

  removeJob(id: string): Promise<void> {
    return this._call('DELETE', ['jobs', id]);
  }

  private _call<T>(
    verb: Verb,
    path: string[],
    body?: object,
    query: Record<string, string> = {}
  ): Promise<T> {
    return request(this._settings, verb, path, body, query);
  }
}

function confirming(confirm: string | undefined): Record<string, string> {
  return confirm === undefined ? {} : { confirm };
}
