import type { TranslationBundle } from '@jupyterlab/translation';
import type { ComputeInstance } from '../wire';
import { pricePerHour } from './format';
import { isRunningState } from './states';

/** The price that counts for an instance; what was never made and bills nothing has none. */
export function ownPrice(instance: ComputeInstance): number | null {
  const bills = instance.is_billed !== false || instance.state === 'Stopped';
  return bills || isRunningState(instance.state) ? instance.price_per_hour : null;
}

/**
 * What an instance costs in its state, in few words: a price alone is what it costs now, beside a
 * state that does not look like it with a word.
 */
export function priceNow(instance: ComputeInstance, trans: TranslationBundle): string {
  const price = pricePerHour(instance.price_per_hour, trans);
  if (!price || isRunningState(instance.state) || instance.is_billed === null) {
    return price;
  }
  if (instance.is_billed) {
    return trans.__('bills %1', price);
  }
  return ownPrice(instance) === null ? trans.__('not billed') : trans.__('%1 when it runs', price);
}
