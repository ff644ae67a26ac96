import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import {
  clock,
  dayName,
  type IWeekly,
  scheduleInWords,
  scheduleOf,
  WEEK,
  weeklyOf,
  WORKDAYS
} from '../model/schedule';
import { useFace } from '../ui/context';
import { IconButton } from '../ui/notice';
import type { InstanceDefaults, Schedule } from '../wire';
import { useProblem } from './form';

/** What the editor of schedules needs. */
export interface IScheduleEditorProps {
  schedules: readonly Schedule[];
  onChange: (schedules: Schedule[]) => void;
  /** Time zones, and the user's own. */
  defaults: InstanceDefaults | null;
  disabled?: boolean;
  /** Whether they are only shown: nothing is offered then. */
  locked?: boolean;
}

/** Times at which an instance stops or starts by itself, each on its own days. */
export function ScheduleEditor(props: IScheduleEditorProps): React.JSX.Element {
  const { trans } = useFace();
  const { defaults, locked = false, onChange, schedules } = props;
  const disabled = props.disabled || locked;
  const whole = useProblem('schedules');
  const set = (index: number, schedule: Schedule | null) =>
    onChange(schedules.flatMap((each, at) => (at !== index ? [each] : (schedule ?? []))));
  const add = (action: Schedule['action'], hour: number) =>
    onChange([
      ...schedules,
      scheduleOf(
        { hour, minute: 0, days: [...WORKDAYS] },
        { action, enabled: true, time_zone: defaults?.time_zone ?? 'UTC' }
      )
    ]);
  const full = schedules.length >= (defaults?.most_schedules ?? 4);
  return (
    <div className="jp-CIManager-schedules">
      {schedules.map((schedule, index) => (
        <ScheduleRow
          key={schedule.id ?? index}
          schedule={schedule}
          field={`schedules[${index}]`}
          defaults={defaults}
          disabled={disabled}
          onChange={changed => set(index, changed)}
        />
      ))}
      {locked && schedules.length === 0 && <div>{trans.__('None.')}</div>}
      {!locked && (
        <div className="jp-CIManager-rowOfButtons">
          <button
            type="button"
            className="jp-CIManager-button"
            data-field="schedules"
            disabled={disabled || full}
            onClick={() => add('stop', 19)}
          >
            {trans.__('Add a stop')}
          </button>
          <button
            type="button"
            className="jp-CIManager-button"
            disabled={disabled || full}
            onClick={() => add('start', 8)}
          >
            {trans.__('Add a start')}
          </button>
          {full && (
            <span className="jp-CIManager-about">
              {trans.__('Azure takes no more than %1.', defaults?.most_schedules ?? 4)}
            </span>
          )}
        </div>
      )}
      {whole && (
        <div className="jp-CIManager-problem" role="alert">
          {whole}
        </div>
      )}
    </div>
  );
}

interface IRowProps {
  schedule: Schedule;
  field: string;
  defaults: InstanceDefaults | null;
  disabled?: boolean;
  onChange: (schedule: Schedule | null) => void;
}

function ScheduleRow(props: IRowProps): React.JSX.Element {
  const { trans } = useFace();
  const { defaults, disabled, field, onChange, schedule } = props;
  const problems = [
    useProblem(`${field}.time_zone`),
    useProblem(`${field}.expression`),
    useProblem(`${field}.recurrence`)
  ].filter(Boolean);
  const week = weeklyOf(schedule);
  const words = scheduleInWords(schedule, trans);
  const write = (change: Partial<IWeekly>) =>
    onChange(scheduleOf({ ...(week as IWeekly), ...change }, schedule));
  const zones = defaults?.time_zones ?? [];
  const known = zones.some(zone => zone.name === schedule.time_zone);
  return (
    <fieldset className="jp-CIManager-schedule" data-off={schedule.enabled === false}>
      <legend className="jp-CIManager-hidden">{words}</legend>
      <select
        aria-label={trans.__('What happens')}
        value={schedule.action}
        disabled={disabled}
        onChange={event =>
          onChange({ ...schedule, action: event.target.value as Schedule['action'] })
        }
      >
        <option value="stop">{trans.__('Stop')}</option>
        <option value="start">{trans.__('Start')}</option>
      </select>
      {week ? (
        <input
          type="time"
          className="jp-mod-styled"
          aria-label={trans.__('Time of day')}
          data-field={`${field}.expression`}
          value={clock(week)}
          disabled={disabled}
          onChange={event => {
            const [hour, minute] = event.target.value.split(':').map(Number);
            if (event.target.value) {
              write({ hour, minute });
            }
          }}
        />
      ) : (
        <code className="jp-CIManager-scheduleWords">{words}</code>
      )}
      <select
        className="jp-CIManager-zone"
        aria-label={trans.__('Time zone')}
        title={schedule.time_zone}
        data-field={`${field}.time_zone`}
        value={schedule.time_zone}
        disabled={disabled}
        onChange={event => onChange({ ...schedule, time_zone: event.target.value })}
      >
        {!known && <option value={schedule.time_zone}>{schedule.time_zone}</option>}
        {zones.map(zone => (
          <option key={zone.name} value={zone.name}>
            {zone.name === zone.place ? zone.name : `${zone.name} (${zone.place})`}
          </option>
        ))}
      </select>
      {schedule.enabled === false && <span>{trans.__('(off)')}</span>}
      {!disabled && (
        <IconButton
          label={trans.__('Remove: %1', words)}
          icon={closeIcon}
          onClick={() => onChange(null)}
        />
      )}
      {week && <Days week={week} disabled={disabled} onChange={days => write({ days })} />}
      {problems.length > 0 && (
        <div className="jp-CIManager-problem" role="alert">
          {problems.join(' ')}
        </div>
      )}
    </fieldset>
  );
}

/** The days of a week, each to be switched on or off; one always stays. */
function Days(props: {
  week: IWeekly;
  disabled?: boolean;
  onChange: (days: number[]) => void;
}): React.JSX.Element {
  const { trans } = useFace();
  const { days } = props.week;
  return (
    <span className="jp-CIManager-days" role="group" aria-label={trans.__('Days')}>
      {WEEK.map(day => {
        const on = days.includes(day);
        return (
          <label key={day} className="jp-CIManager-day" data-on={on}>
            <input
              type="checkbox"
              checked={on}
              disabled={props.disabled || (on && days.length === 1)}
              onChange={() =>
                props.onChange(on ? days.filter(each => each !== day) : [...days, day])
              }
            />
            {dayName(day, trans)}
          </label>
        );
      })}
    </span>
  );
}
