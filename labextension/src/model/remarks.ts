import type { TranslationBundle } from '@jupyterlab/translation';
import type { ComputeInstance } from '../wire';
import { duration, secondsSince, shortTime } from './format';
import { kindOf } from './states';

/** What somebody should know of an instance beyond its facts. */
export interface IRemark {
  kind: 'error' | 'warning' | 'info';
  /** A sentence or less. */
  text: string;
  /** All of it, where `text` is a part. */
  whole?: string;
}

/**
 * The most urgent remark on an instance, if there is one: why it failed, that it takes too long,
 * that nothing will stop it, when something will.
 *
 * @param now - Milliseconds since the epoch.
 */
export function remarkOf(
  instance: ComputeInstance,
  now: number,
  trans: TranslationBundle
): IRemark | null {
  const [error] = instance.errors;
  if (error) {
    return { kind: 'error', text: error.explanation || error.message, whole: error.message };
  }
  const kind = kindOf(instance);
  if (kind !== 'running') {
    return instance.advice
      ? { kind: 'warning', text: instance.advice }
      : instance.is_complete
        ? null
        : { kind: 'warning', text: trans.__('Azure’s answer on it could not be read wholly.') };
  }
  if (instance.actions['open']?.code === 'warming_up') {
    return { kind: 'info', text: trans.__('Its Jupyter is not answering yet') };
  }
  if (billsForever(instance)) {
    return { kind: 'warning', text: trans.__('No automatic stop: bills until stopped') };
  }
  if (instance.postponed) {
    const until = shortTime(instance.postponed.until, now);
    return { kind: 'info', text: trans.__('Not stopped before %1', until) };
  }
  const left = secondsToStop(instance, now);
  if (left !== null) {
    const stops = trans.__('Stops by itself in %1', duration(left, trans));
    return { kind: 'info', text: stops, whole: instance.next_stop_reason ?? undefined };
  }
  if (instance.idle_shutdown_minutes) {
    const idle = duration(instance.idle_shutdown_minutes * 60, trans);
    const whole = instance.next_stop_reason ?? undefined;
    return { kind: 'info', text: trans.__('Stops after %1 without use', idle), whole };
  }
  return null;
}

/** Whether there is a remark: decides the height of a row, without making words. */
export function hasRemark(instance: ComputeInstance): boolean {
  return (
    instance.errors.length > 0 ||
    Boolean(instance.advice) ||
    !instance.is_complete ||
    (kindOf(instance) === 'running' &&
      (instance.actions['open']?.code === 'warming_up' ||
        billsForever(instance) ||
        Boolean(instance.idle_shutdown_minutes) ||
        Boolean(instance.next_stop)))
  );
}

/** Seconds until it stops by itself; `null` when it will not, or when that is not known. */
export function secondsToStop(instance: ComputeInstance, now: number): number | null {
  const since = secondsSince(instance.next_stop, now);
  return since === null || since > 0 ? null : -since;
}

/** Whether nothing but a person will stop this instance. */
export function billsForever(instance: ComputeInstance): boolean {
  return (
    !instance.idle_shutdown_minutes &&
    !instance.schedules.some(schedule => schedule.action === 'stop' && schedule.enabled !== false)
  );
}
