import { nullTranslator } from '@jupyterlab/translation';
import { scheduleInWords, scheduleOf, weeklyOf } from '../model/schedule';
import type { Schedule } from '../wire';

const trans = nullTranslator.load('jupyter_ci_manager');
const cron = (expression: string): Schedule => ({ action: 'stop', trigger: 'cron', expression });

describe('schedules', () => {
  it('are read as times on days of the week, however they are written', () => {
    expect(weeklyOf(cron('0 19 * * 1-5'))).toEqual({ hour: 19, minute: 0, days: [1, 2, 3, 4, 5] });
    expect(weeklyOf(cron('30 8 * * MON,wed'))).toEqual({ hour: 8, minute: 30, days: [1, 3] });
    expect(weeklyOf(cron('0 1 * * 7'))?.days).toEqual([0]);
    expect(weeklyOf(cron('0 1 * * *'))?.days).toHaveLength(7);
    const weekly = {
      frequency: 'Week',
      interval: 1,
      schedule: { hours: [9], minutes: [15], weekDays: ['Friday'] }
    };
    expect(weeklyOf({ action: 'start', trigger: 'recurrence', recurrence: weekly })).toEqual({
      hour: 9,
      minute: 15,
      days: [5]
    });
  });

  it('that are anything else are left in their own words', () => {
    for (const line of [
      '*/5 * * * *',
      '0 19 1 * *',
      '0 19 * 2 1',
      '0 25 * * *',
      '0 1 * * 5-2',
      ''
    ]) {
      expect(weeklyOf(cron(line))).toBeNull();
    }
    const often = { frequency: 'Week', interval: 2, schedule: { hours: [9], minutes: [0] } };
    expect(weeklyOf({ action: 'stop', trigger: 'recurrence', recurrence: often })).toBeNull();
    expect(scheduleInWords(cron('0 19 1 * *'), trans)).toBe('Stop at 0 19 1 * *');
  });

  it('are written as cron, and keep what was not changed', () => {
    const before: Schedule = { ...cron('0 19 * * 1-5'), time_zone: 'Korea Standard Time' };
    const week = weeklyOf(before);
    expect(week && scheduleOf({ ...week, days: [6, 0] }, before)).toMatchObject({
      expression: '0 19 * * 0,6',
      time_zone: 'Korea Standard Time',
      action: 'stop'
    });
    expect(scheduleOf({ hour: 7, minute: 5, days: [0, 1, 2, 3, 4, 5, 6] }, before).expression).toBe(
      '5 7 * * *'
    );
  });

  it('are said as people say them', () => {
    expect(scheduleInWords(cron('0 19 * * 1-5'), trans)).toBe('Stop at 19:00, Monday to Friday');
    expect(scheduleInWords({ ...cron('5 7 * * 0,6'), action: 'start' }, trans)).toBe(
      'Start at 07:05, Sat, Sun'
    );
    expect(scheduleInWords(cron('0 0 * * *'), trans)).toBe('Stop at 00:00, every day');
  });
});
