import type { ComputeInstance, InstanceList, Job, Status, Verdict } from '../wire';

const YES: Verdict = { allowed: 'yes', reason: '', code: '', needs_confirmation: false };

/** An instance as the server tells it, changed as a test needs it. */
export function instance(change: Partial<ComputeInstance> & { name: string }): ComputeInstance {
  return {
    state: 'Running',
    vm_size: 'STANDARD_DS3_V2',
    location: 'westeurope',
    provisioning_state: 'Succeeded',
    created_on: '2026-01-01T00:00:00Z',
    created_by: { name: 'Anna Example', object_id: null, tenant_id: null },
    assigned_user: null,
    is_mine: true,
    is_this_machine: false,
    ssh: { enabled: false, host: null, port: null, user: null, command: null },
    applications: [],
    idle_shutdown_minutes: 60,
    schedules: [],
    last_operation: null,
    errors: [],
    price_per_hour: 0.29,
    running_since: null,
    state_since: null,
    tags: {},
    description: null,
    is_complete: true,
    actions: { start: YES, stop: YES, delete: YES },
    ...change
  } as ComputeInstance;
}

export function instanceList(...instances: ComputeInstance[]): InstanceList {
  return {
    instances,
    workspace: null,
    revision: 1,
    age_seconds: 0,
    error: null,
    cost_per_hour: null,
    now: null
  };
}

/** The server's first answer. */
export function status(change: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    server_id: 'server-1',
    compute: {
      backend: 'azure',
      workspace: { subscription_id: 's', resource_group: 'g', name: 'contoso-ml' },
      identity: { state: 'signed_in', name: 'anna@contoso.example' }
    },
    kernels: { engine: 'rattler', warnings: [], channels: [] },
    ...change
  } as Status;
}

/** A job as the server tells it. */
export function job(change: Partial<Job> = {}): Job {
  return {
    id: 'job-1',
    task: 'create_kernel',
    target: 'newenv',
    title: 'newenv',
    state: 'running',
    phase: 'link',
    phases: ['check', 'solve', 'download', 'link'],
    progress: { done: 31, total: 50, unit: 'packages' },
    created: 1,
    started: 1,
    ended: null,
    last_line: null,
    result: null,
    error: null,
    can_cancel: true,
    can_retry: false,
    log_size: 0,
    ...change
  };
}

/** A promise and its keys. */
export function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
