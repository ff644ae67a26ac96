import React from 'react';
import { Field } from '../dialogs/field';
import { ApiError, reasonOf } from '../errors';
import { useFace } from '../ui/context';
import { ErrorNotice } from '../ui/notice';
import type { ComputeInstance, Schedule } from '../wire';

const WEEKDAYS = '1-5';

/** Times at which Azure starts and stops the instance by itself. */
export function Schedules({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { model, trans } = useFace();
  const [action, setAction] = React.useState<Schedule['action']>('stop');
  const [time, setTime] = React.useState('19:00');
  const [days, setDays] = React.useState(WEEKDAYS);
  const [zone, setZone] = React.useState('UTC');
  const [error, setError] = React.useState<ApiError | null>(null);
  const [busy, setBusy] = React.useState(false);
  const reason = reasonOf(instance.actions['set_schedules'], trans);

  const save = async (schedules: Schedule[]) => {
    setBusy(true);
    setError(null);
    try {
      model.take(await model.api.setSchedules(instance.name, schedules));
    } catch (refusal) {
      setError(ApiError.from(refusal));
    } finally {
      setBusy(false);
    }
  };
  const add = () => {
    const [hour, minute] = time.split(':').map(Number);
    const expression = `${minute} ${hour} * * ${days}`;
    const made: Schedule = { action, trigger: 'cron', enabled: true, expression, time_zone: zone };
    void save([...instance.schedules, made]);
  };
  const words = (schedule: Schedule) =>
    [
      schedule.action === 'stop' ? trans.__('Stop') : trans.__('Start'),
      describeTime(schedule),
      schedule.time_zone,
      schedule.enabled === false ? trans.__('(off)') : ''
    ]
      .filter(Boolean)
      .join(' · ');
  const off = busy || reason !== '';
  return (
    <section aria-label={trans.__('Schedules')}>
      {instance.schedules.map((schedule, index) => (
        <div key={schedule.id ?? index} className="jp-CIManager-detailActions">
          <span>{words(schedule)}</span>
          <button
            type="button"
            className="jp-CIManager-button"
            disabled={off}
            aria-label={trans.__('Remove schedule: %1', words(schedule))}
            onClick={() => void save(instance.schedules.filter((_, each) => each !== index))}
          >
            {trans.__('Remove')}
          </button>
        </div>
      ))}
      {reason && <div className="jp-CIManager-about">{reason}</div>}
      <div className="jp-CIManager-schedule">
        <Field label={trans.__('At a fixed time')}>
          {ties => (
            <select
              {...ties}
              value={action}
              onChange={event => setAction(event.target.value as Schedule['action'])}
            >
              <option value="stop">{trans.__('stop')}</option>
              <option value="start">{trans.__('start')}</option>
            </select>
          )}
        </Field>
        <Field label={trans.__('Time')}>
          {ties => (
            <input
              {...ties}
              type="time"
              value={time}
              onChange={event => setTime(event.target.value)}
            />
          )}
        </Field>
        <Field label={trans.__('Days')}>
          {ties => (
            <select {...ties} value={days} onChange={event => setDays(event.target.value)}>
              <option value={WEEKDAYS}>{trans.__('Monday to Friday')}</option>
              <option value="*">{trans.__('every day')}</option>
              <option value="0,6">{trans.__('Saturday and Sunday')}</option>
            </select>
          )}
        </Field>
        <Field label={trans.__('Time zone')}>
          {ties => (
            <input
              {...ties}
              list="jp-CIManager-zones"
              value={zone}
              onChange={event => setZone(event.target.value)}
            />
          )}
        </Field>
        <datalist id="jp-CIManager-zones">
          {ZONES.map(each => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <button type="button" className="jp-CIManager-button" disabled={off || !time} onClick={add}>
          {trans.__('Add')}
        </button>
      </div>
      {error && <ErrorNotice error={error} />}
    </section>
  );
}

/** Windows names, as Azure wants them, of zones people often mean. */
const ZONES = [
  'UTC',
  'GMT Standard Time',
  'W. Europe Standard Time',
  'Romance Standard Time',
  'Eastern Standard Time',
  'Central Standard Time',
  'Pacific Standard Time',
  'India Standard Time',
  'China Standard Time',
  'Tokyo Standard Time',
  'Korea Standard Time',
  'AUS Eastern Standard Time'
];

function describeTime(schedule: Schedule): string {
  const [minute, hour, , , days] = (schedule.expression ?? '').split(/\s+/);
  if (schedule.trigger === 'recurrence' || !/^\d+$/.test(minute) || !/^\d+$/.test(hour ?? '')) {
    return schedule.expression ?? JSON.stringify(schedule.recurrence ?? {});
  }
  const clock = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  return days === '*' ? clock : `${clock} (${days})`;
}
