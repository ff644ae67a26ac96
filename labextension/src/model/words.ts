import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, LastOperation } from '../wire';
import type { StateKind } from './states';

/** An instance's state in the user's language; one we do not know in Azure's own word. */
export function stateWord(state: string, trans: TranslationBundle): string {
  switch (state) {
    case 'Running':
      return trans.__('Running');
    case 'JobRunning':
      return trans.__('Running a job');
    case 'Creating':
      return trans.__('Creating');
    case 'SettingUp':
      return trans.__('Setting up');
    case 'UserSettingUp':
      return trans.__('Running set-up script');
    case 'Starting':
      return trans.__('Starting');
    case 'Stopping':
      return trans.__('Stopping');
    case 'Restarting':
      return trans.__('Restarting');
    case 'Resizing':
      return trans.__('Resizing');
    case 'Deleting':
      return trans.__('Deleting');
    case 'Stopped':
      return trans.__('Stopped');
    case 'CreateFailed':
      return trans.__('Create failed');
    case 'SetupFailed':
      return trans.__('Set-up failed');
    case 'UserSetupFailed':
      return trans.__('Set-up script failed');
    case 'Unusable':
      return trans.__('Unusable');
    case 'Unknown':
      return trans.__('Unknown state');
    default:
      return state;
  }
}

/** The heading of a group of instances. */
export function kindWord(kind: StateKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'running':
      return trans.__('Running');
    case 'transition':
      return trans.__('Changing');
    case 'stopped':
      return trans.__('Stopped');
    case 'failed':
      return trans.__('Needs attention');
    default:
      return trans.__('Unknown state');
  }
}

/** A job's phase in the user's language. */
export function phaseWord(phase: string, trans: TranslationBundle): string {
  switch (phase) {
    case 'check':
      return trans.__('checking');
    case 'solve':
      return trans.__('solving');
    case 'download':
      return trans.__('downloading');
    case 'link':
      return trans.__('linking');
    case 'activate':
      return trans.__('activating');
    case 'pip':
      return trans.__('running pip');
    case 'test':
      return trans.__('testing the kernel');
    case 'register':
      return trans.__('registering');
    case 'remove':
      return trans.__('removing');
    case 'snapshot':
      return trans.__('taking a snapshot');
    case 'undo':
      return trans.__('taking back what was done');
    default:
      return phase;
  }
}

/** What a job does to an environment, in the user's language. */
export function workWord(job: Job | undefined, trans: TranslationBundle): string {
  switch (job?.task.split(':')[1]) {
    case 'create_kernel':
      return trans.__('being made');
    case 'rename_environment':
      return trans.__('being renamed');
    case 'remove_environment':
      return trans.__('being removed');
    default:
      return trans.__('a job is working on it');
  }
}

/** A job's state in the user's language. */
export function jobWord(state: Job['state'], trans: TranslationBundle): string {
  switch (state) {
    case 'queued':
      return trans.__('waiting');
    case 'running':
      return trans.__('running');
    case 'cancelling':
      return trans.__('cancelling');
    case 'succeeded':
      return trans.__('done');
    case 'failed':
      return trans.__('failed');
    case 'cancelled':
      return trans.__('cancelled');
    case 'interrupted':
      return trans.__('interrupted');
  }
}

/** What was last done to an instance, how it ended and by whom; what Azure calls otherwise as it does. */
export function operationWords(last: LastOperation, trans: TranslationBundle): string[] {
  return [
    operationWord(last.name ?? '', trans),
    outcomeWord(last.status ?? '', trans),
    triggerWord(last.trigger ?? '', trans)
  ].filter(Boolean);
}

function operationWord(name: string, trans: TranslationBundle): string {
  switch (name) {
    case 'Create':
      return trans.__('Create');
    case 'Start':
      return trans.__('Start');
    case 'Stop':
      return trans.__('Stop');
    case 'Restart':
      return trans.__('Restart');
    case 'Resize':
      return trans.__('Resize');
    case 'Reimage':
      return trans.__('New image');
    case 'Delete':
      return trans.__('Delete');
    default:
      return name;
  }
}

function outcomeWord(status: string, trans: TranslationBundle): string {
  if (status.endsWith('Failed')) {
    return trans.__('failed');
  }
  switch (status) {
    case 'InProgress':
      return trans.__('running');
    case 'Succeeded':
      return trans.__('done');
    default:
      return status;
  }
}

function triggerWord(trigger: string, trans: TranslationBundle): string {
  switch (trigger) {
    case 'User':
      return trans.__('by a user');
    case 'Schedule':
      return trans.__('by its schedule');
    case 'IdleShutdown':
      return trans.__('by its idle shutdown');
    default:
      return trigger;
  }
}

/** A training job's state in the user's language; one we do not know in Azure's own word. */
export function trainingWord(status: string, trans: TranslationBundle): string {
  switch (status) {
    case 'NotStarted':
    case 'Queued':
      return trans.__('waiting');
    case 'Starting':
    case 'Provisioning':
    case 'Preparing':
      return trans.__('preparing');
    case 'Running':
      return trans.__('running');
    case 'Finalizing':
      return trans.__('finishing');
    case 'CancelRequested':
      return trans.__('cancelling');
    default:
      return status;
  }
}
