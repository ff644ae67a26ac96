import type { TranslationBundle } from '@jupyterlab/translation';
import type { ComputeInstance } from '../wire';
import { pricePerHour } from './format';
import { isRunningState } from './states';

/**
 * What an instance costs in its state, in few words: a price alone is what it costs now, beside a
 * state that does not look like it with a word.
 */
export function priceNow(instance: ComputeInstance, trans: TranslationBundle): string {
  const price = pricePerHour(instance.price_per_hour, trans);
  if (!price || isRunningState(instance.state)) {
    return price;
  }
  if (instance.is_billed) {
    return trans.__('bills %1', price);
  }
  if (instance.is_billed === false) {
    return instance.state === 'Stopped'
      ? trans.__('%1 when it runs', price)
      : trans.__('not billed');
  }
  return price;
}
