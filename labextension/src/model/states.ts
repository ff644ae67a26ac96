import type { ComputeInstance, Job } from '../wire';

/** What a state means for the eye: which shape is drawn, which group it falls into. */
export type StateKind = 'running' | 'transition' | 'stopped' | 'failed' | 'unknown';

const KINDS: Record<string, StateKind> = {
  Running: 'running',
  JobRunning: 'running',
  Creating: 'transition',
  SettingUp: 'transition',
  UserSettingUp: 'transition',
  Starting: 'transition',
  Stopping: 'transition',
  Restarting: 'transition',
  Resizing: 'transition',
  Deleting: 'transition',
  Stopped: 'stopped',
  CreateFailed: 'failed',
  SetupFailed: 'failed',
  UserSetupFailed: 'failed',
  Unusable: 'failed'
};

/** The kind of an instance's state; a state that Azure invents tomorrow is `unknown`. */
export function kindOf(instance: ComputeInstance): StateKind {
  return KINDS[instance.state] ?? 'unknown';
}

/** Whether an instance in that state computes. */
export function isRunningState(state: string): boolean {
  return KINDS[state] === 'running';
}

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'interrupted']);

/** Whether nothing more happens to a job by itself. */
export const hasEnded = (job: Job): boolean => ENDED.has(job.state);
