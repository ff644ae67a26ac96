import React from 'react';
import { Field } from '../dialogs/field';
import { type Problems, ProblemsProvider, reveal } from '../dialogs/form';
import { ScheduleEditor } from '../dialogs/scheduleeditor';
import { ApiError, reasonOf } from '../errors';
import { duration, shortTime } from '../model/format';
import { notifyError } from '../notify';
import { useAnswer } from '../ui/answer';
import { useFace, useAzureNow } from '../ui/context';
import { ErrorNotice } from '../ui/notice';
import type { ComputeInstance, Schedule } from '../wire';
import { Part } from './facts';

const IDLE_CHOICES = [15, 30, 60, 120, 240, 480, 1440];
const POSTPONE_CHOICES = [15, 60, 120, 240, 480];

/** When the instance stops by itself: the coming stop, for want of use, at fixed times. */
export function Stopping({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  return (
    <Part title={trans.__('Automatic stop')}>
      <NextStop instance={instance} />
      <Idle instance={instance} />
      <Schedules instance={instance} />
    </Part>
  );
}

/** The coming stop, what brings it, and putting it off. */
function NextStop({ instance }: { instance: ComputeInstance }): React.JSX.Element | null {
  const { model, trans } = useFace();
  const now = useAzureNow(30_000);
  const [minutes, setMinutes] = React.useState(60);
  const [busy, setBusy] = React.useState(false);
  const left = instance.next_stop ? (Date.parse(instance.next_stop) - now) / 1000 : null;
  const { postponed } = instance;
  const reason = reasonOf(instance.actions['postpone'], trans);
  const change = async (asked: Promise<ComputeInstance>, failed: string) => {
    setBusy(true);
    try {
      model.take(await asked);
    } catch (error) {
      notifyError(error, failed, trans);
    } finally {
      setBusy(false);
    }
  };
  const postpone = () =>
    change(
      model.api.postpone(instance.name, minutes),
      trans.__('The stop of %1 was not postponed.', instance.name)
    );
  const undo = () =>
    change(
      model.api.undoPostpone(instance.name),
      trans.__('The stop of %1 is still postponed.', instance.name)
    );
  const isKnown = left !== null && left > 0 && instance.next_stop !== null;
  if (reason && !isKnown && !postponed) {
    return null;
  }
  return (
    <div className="jp-CIManager-nextStop">
      {postponed ? (
        <div className="jp-CIManager-copyable" role="status">
          <strong>
            {trans.__('It is not stopped before %1.', shortTime(postponed.until, now))}
          </strong>{' '}
          <button
            type="button"
            className="jp-CIManager-button"
            disabled={busy}
            onClick={() => void undo()}
          >
            {trans.__('Undo')}
          </button>
          <span>{trans.__('Then what is set below counts again.')}</span>
        </div>
      ) : isKnown && instance.next_stop ? (
        <div>
          <strong>{trans.__('Next stop in %1', duration(left, trans))}</strong>{' '}
          {trans.__('at %1.', shortTime(instance.next_stop, now))} {instance.next_stop_reason}
        </div>
      ) : (
        <div>{instance.next_stop_reason}</div>
      )}
      {!reason && (
        <div className="jp-CIManager-rowOfButtons">
          <span id={`${instance.name}-postpone`}>{trans.__('Postpone by')}</span>
          <select
            aria-labelledby={`${instance.name}-postpone`}
            value={minutes}
            disabled={busy}
            onChange={event => setMinutes(Number(event.target.value))}
          >
            {POSTPONE_CHOICES.map(each => (
              <option key={each} value={each}>
                {duration(each * 60, trans)}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="jp-CIManager-button"
            disabled={busy}
            onClick={() => void postpone()}
          >
            {trans.__('Postpone')}
          </button>
        </div>
      )}
    </div>
  );
}

/** When it stops for want of use; what is chosen is read back from Azure. */
function Idle({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { model, trans } = useFace();
  const [busy, setBusy] = React.useState(false);
  const minutes = instance.idle_shutdown_minutes ?? 0;
  const reason = reasonOf(instance.actions['set_idle_shutdown'], trans);
  const choices =
    IDLE_CHOICES.includes(minutes) || minutes === 0 ? IDLE_CHOICES : [...IDLE_CHOICES, minutes];
  const change = async (value: number) => {
    setBusy(true);
    try {
      model.take(await model.api.setIdleShutdown(instance.name, value || null));
    } catch (error) {
      notifyError(error, trans.__('The automatic stop was not changed.'), trans);
    } finally {
      setBusy(false);
    }
  };
  const help = [
    reason,
    minutes === 0
      ? instance.is_billed === false
        ? ''
        : trans.__('Never: it bills until somebody stops it.')
      : trans.__('Kernels and terminals at work keep it running; Azure counts no SSH.'),
    instance.managed_identity
      ? trans.__('Automatic stop works only if that identity is Contributor of the workspace.')
      : ''
  ];
  return (
    <Field label={trans.__('Stop it when nobody uses it')} help={help.filter(Boolean).join(' ')}>
      {ties => (
        <select
          {...ties}
          value={minutes}
          disabled={busy || reason !== ''}
          onChange={event => void change(Number(event.target.value))}
        >
          <option value={0}>{trans.__('never')}</option>
          {choices.map(each => (
            <option key={each} value={each}>
              {trans.__('after %1', duration(each * 60, trans))}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Stops and starts at fixed times: changed here first, then saved as a whole. */
function Schedules({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { model, trans } = useFace();
  const [draft, setDraft] = React.useState<Schedule[] | null>(null);
  const [error, setError] = React.useState<ApiError | null>(null);
  const [busy, setBusy] = React.useState(false);
  const root = React.useRef<HTMLDivElement>(null);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const defaults = useAnswer(zone, each => model.api.instanceDefaults(each)).value;
  const reason = reasonOf(instance.actions['set_schedules'], trans);
  const save = async (schedules: Schedule[]) => {
    setBusy(true);
    setError(null);
    try {
      model.take(await model.api.setSchedules(instance.name, schedules));
      setDraft(null);
    } catch (refusal) {
      const told = ApiError.from(refusal);
      setError(told);
      reveal(root.current, told.field ?? '');
    } finally {
      setBusy(false);
    }
  };
  const problems: Problems = error?.field
    ? { [error.field]: [error.message, error.hint].filter(Boolean).join(' ') }
    : {};
  return (
    <div ref={root} className="jp-CIManager-field" role="group" aria-label={trans.__('Schedules')}>
      <span className="jp-CIManager-fieldLabel">{trans.__('At fixed times')}</span>
      {reason && <div className="jp-CIManager-about">{reason}</div>}
      <ProblemsProvider value={problems}>
        <ScheduleEditor
          schedules={draft ?? instance.schedules}
          defaults={defaults}
          disabled={busy}
          locked={reason !== ''}
          onChange={changed => {
            setDraft(changed);
            setError(null);
          }}
        />
      </ProblemsProvider>
      {error && !error.field && <ErrorNotice error={error} />}
      {draft && (
        <div className="jp-CIManager-rowOfButtons" role="status">
          <button
            type="button"
            className="jp-CIManager-button jp-mod-accept"
            disabled={busy}
            onClick={() => void save(draft)}
          >
            {trans.__('Save schedules')}
          </button>
          <button
            type="button"
            className="jp-CIManager-button"
            disabled={busy}
            onClick={() => {
              setDraft(null);
              setError(null);
            }}
          >
            {trans.__('Discard changes')}
          </button>
        </div>
      )}
    </div>
  );
}
