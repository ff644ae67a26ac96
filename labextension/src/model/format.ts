import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, VmSize } from '../wire';
import { phaseWord } from './words';

/** A list price per hour, such as `$0.27/h`; empty when it is not known. */
export function pricePerHour(price: number | null | undefined, trans: TranslationBundle): string {
  return price === null || price === undefined ? '' : trans.__('%1/h', money(price));
}

/** An amount in US dollars, with as many digits as it needs. */
export function money(amount: number): string {
  return `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 3 : 2)}`;
}

/** A VM size as people say it: `DS3 v2` for `Standard_DS3_v2`. */
export function shortSize(size: string | null): string {
  return (
    (size ?? '')
      .replace(/^(Standard|Basic)_/i, '')
      .replace(/_/g, ' ')
      .replace(/ V(\d+)$/, ' v$1')
      // Azure writes large what it offers as F2s or NC4as.
      .replace(/^\S+/, first => first.replace(/(\d)([A-Z]+)/g, (_, n, s) => n + s.toLowerCase()))
  );
}

/** A moment with its day, such as "11/29/26, 8:00 PM". */
export function longTime(time: string | Date): string {
  return clock({ dateStyle: 'short', timeStyle: 'short' }).format(new Date(time));
}

/** A moment as one says it within a day or a week, such as "8:00 PM" or "Thu 8:00 PM". */
export function shortTime(time: string, now: number): string {
  const moment = new Date(time);
  const isToday = moment.toDateString() === new Date(now).toDateString();
  return clock({
    hour: 'numeric',
    minute: '2-digit',
    ...(isToday ? {} : { weekday: 'short' })
  }).format(moment);
}

/**
 * What writes moments in the page's language: one for all, for each of them costs a tenth of a
 * millisecond to make and as much to let go, and the browser lets go of a thousand in one piece.
 */
function clock(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const language = document.documentElement.lang || undefined;
  const key = JSON.stringify([language, options]);
  let known = clocks.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(language, options);
    clocks.set(key, known);
  }
  return known;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a VM size has: cores, memory, GPUs. */
export function sizeFacts(size: VmSize, trans: TranslationBundle): string {
  const facts = [trans._n('%1 core', '%1 cores', size.cores), trans.__('%1 GB', size.memory_gb)];
  if (size.gpus > 0) {
    facts.push(trans._n('%1 GPU', '%1 GPUs', size.gpus));
  }
  return facts.join(' · ');
}

/**
 * A span of time in its two largest units, such as `3 h 12 min`, which is never broken over two lines.
 *
 * @param seconds - The span; below zero counts as zero.
 */
export function duration(seconds: number, trans: TranslationBundle): string {
  return spanOf(seconds, trans).replace(/ /g, '\u00a0');
}

function spanOf(seconds: number, trans: TranslationBundle): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) {
    return hours % 24 ? trans.__('%1 d %2 h', days, hours % 24) : trans.__('%1 d', days);
  }
  if (hours > 0) {
    return minutes % 60 ? trans.__('%1 h %2 min', hours, minutes % 60) : trans.__('%1 h', hours);
  }
  return minutes > 0 ? trans.__('%1 min', minutes) : trans.__('%1 s', whole);
}

/** Seconds from a time of the wire to now; `null` for a time that is missing or not one. */
export function secondsSince(time: string | null | undefined, now: number): number | null {
  const parsed = time ? Date.parse(time) : NaN;
  return Number.isNaN(parsed) ? null : (now - parsed) / 1000;
}

/** A number of bytes, such as `155 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** How far a running job is, in real numbers: `linking 31 of 50 packages`. */
export function jobProgress(job: Job, trans: TranslationBundle): string {
  const phase = job.phase ? phaseWord(job.phase, trans) : '';
  const progress = job.progress;
  if (!progress) {
    return phase;
  }
  const { done, total, unit } = progress;
  const show = (count: number) => (unit === 'bytes' ? bytes(count) : String(Math.round(count)));
  const what = unitWord(unit, trans);
  const numbers =
    total === null ? `${show(done)}${what}` : trans.__('%1 of %2%3', show(done), show(total), what);
  return phase ? `${phase} ${numbers}` : numbers;
}

function unitWord(unit: string, trans: TranslationBundle): string {
  switch (unit) {
    case 'bytes':
    case '':
      return '';
    case 'packages':
      return ` ${trans.__('packages')}`;
    case 'files':
      return ` ${trans.__('files')}`;
    default:
      return ` ${unit}`;
  }
}
