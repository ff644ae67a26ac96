import type { TranslationBundle } from '@jupyterlab/translation';
import type { Schedule } from '../wire';

/** A schedule as people think of it: a time of day on some days of the week. */
export interface IWeekly {
  hour: number;
  minute: number;
  /** 0 is Sunday, as cron counts. */
  days: number[];
}

/** The days of a working week. */
export const WORKDAYS: readonly number[] = [1, 2, 3, 4, 5];

/** All days, in the order in which a week is written. */
export const WEEK: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

const NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/**
 * Read a schedule as a weekly one; `null` where it is anything else, which only its own words can
 * show then.
 */
export function weeklyOf(schedule: Schedule): IWeekly | null {
  if (schedule.trigger === 'recurrence') {
    return ofRecurrence(schedule.recurrence ?? {});
  }
  const [minute, hour, day, month, weekdays, more] = (schedule.expression ?? '')
    .trim()
    .split(/\s+/);
  const days = daysOf(weekdays ?? '');
  if (day !== '*' || month !== '*' || more !== undefined || days === null) {
    return null;
  }
  return weekly(Number(hour), Number(minute), days);
}

/** Write a weekly schedule as Azure takes it; what is not said of `change` stays. */
export function scheduleOf(
  week: IWeekly,
  change: Partial<Schedule> & Pick<Schedule, 'action'>
): Schedule {
  const days = WEEK.every(day => week.days.includes(day)) ? '*' : [...week.days].sort().join(',');
  return {
    ...change,
    trigger: 'cron',
    recurrence: null,
    expression: `${week.minute} ${week.hour} * * ${days}`
  };
}

/** A time of day as an input of that type has it. */
export function clock({ hour, minute }: IWeekly): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** The short name of a day; 0 is Sunday. */
export function dayName(day: number, trans: TranslationBundle): string {
  return [
    trans.__('Sun'),
    trans.__('Mon'),
    trans.__('Tue'),
    trans.__('Wed'),
    trans.__('Thu'),
    trans.__('Fri'),
    trans.__('Sat')
  ][day];
}

/** Days as people say them. */
export function daysInWords(days: readonly number[], trans: TranslationBundle): string {
  const sorted = WEEK.filter(day => days.includes(day));
  if (sorted.length === WEEK.length) {
    return trans.__('every day');
  }
  if (sorted.length === 5 && WORKDAYS.every(day => days.includes(day))) {
    return trans.__('Monday to Friday');
  }
  return sorted.map(day => dayName(day, trans)).join(', ');
}

/** What a schedule does and when, such as `Stop at 19:00, Monday to Friday`. */
export function scheduleInWords(schedule: Schedule, trans: TranslationBundle): string {
  const week = weeklyOf(schedule);
  const when = week
    ? trans.__('%1, %2', clock(week), daysInWords(week.days, trans))
    : (schedule.expression ?? JSON.stringify(schedule.recurrence ?? {}));
  return schedule.action === 'stop' ? trans.__('Stop at %1', when) : trans.__('Start at %1', when);
}

function weekly(hour: number, minute: number, days: number[]): IWeekly | null {
  const whole = (value: number, most: number) =>
    Number.isInteger(value) && value >= 0 && value <= most;
  return whole(hour, 23) && whole(minute, 59) && days.length > 0 ? { hour, minute, days } : null;
}

/** The days of cron's fifth field; `null` for what is more than names, ranges and lists. */
function daysOf(field: string): number[] | null {
  if (field === '*') {
    return [...WEEK];
  }
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first, last = first, more] = part.split('-').map(dayNumber);
    if (first === null || last === null || more !== undefined || first > last) {
      return null;
    }
    for (let day = first; day <= last; day++) {
      days.add(day % 7);
    }
  }
  return [...days];
}

function dayNumber(text: string): number | null {
  if (/^[0-7]$/.test(text)) {
    return Number(text);
  }
  const index = NAMES.findIndex(name => name.slice(0, 3) === text.toLowerCase());
  return index < 0 ? null : index;
}

/** Azure's own object, where it says a time on days of every week. */
function ofRecurrence(recurrence: Record<string, unknown>): IWeekly | null {
  const frequency = String(recurrence['frequency'] ?? '').toLowerCase();
  const plan = (recurrence['schedule'] ?? {}) as {
    hours?: number[];
    minutes?: number[];
    weekDays?: string[];
  };
  const [hours, minutes] = [plan.hours ?? [], plan.minutes ?? []];
  if (recurrence['interval'] !== 1 || hours.length !== 1 || minutes.length !== 1) {
    return null;
  }
  const days =
    frequency === 'day'
      ? [...WEEK]
      : frequency === 'week'
        ? (plan.weekDays ?? []).map(name => NAMES.indexOf(String(name).toLowerCase()))
        : [];
  return days.includes(-1) ? null : weekly(hours[0], minutes[0], days);
}
