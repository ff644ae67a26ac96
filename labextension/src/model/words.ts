import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../wire';
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
    default:
      return phase;
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
