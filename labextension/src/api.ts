import { KernelApi } from './kernelapi';
import { confirming } from './request';
import type {
  ComputeInstance,
  ComputeStatus,
  CreateInstance,
  CreatePreview,
  Identity,
  InstanceDefaults,
  InstanceJobs,
  InstanceList,
  Job,
  JobAsked,
  JobEvents,
  Magics,
  NameCheck,
  Permission,
  Schedule,
  SignIn,
  SshKeyPair,
  Status,
  Usage,
  VmSize,
  Workspace
} from './wire';

export type { ExportFormat } from './kernelapi';

/**
 * The server's REST API, typed. Every method rejects with an `ApiError` and nothing else.
 */
export class Api extends KernelApi {
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
  undoPostpone(name: string): Promise<ComputeInstance> {
    return this._call('DELETE', ['instances', name, 'postpone']);
  }

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

  /** Sign out; `onlyWaiting`: only give up a sign-in that waits for its code. */
  signOut(onlyWaiting: boolean): Promise<Identity> {
    return this._call('DELETE', ['sign-in'], undefined, onlyWaiting ? { waiting: '1' } : {});
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

  /**
   * What a job was asked to do.
   */
  jobAsked(id: string): Promise<JobAsked> {
    return this._call('GET', ['jobs', id, 'request']);
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
}
