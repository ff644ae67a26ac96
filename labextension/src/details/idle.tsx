import React from 'react';
import { Field } from '../dialogs/field';
import { reasonOf } from '../errors';
import { duration } from '../model/format';
import { notifyError } from '../notify';
import { useFace, useNow } from '../ui/context';
import { CommandIDs } from '../commands/ids';
import type { ComputeInstance } from '../wire';

const CHOICES = [15, 30, 60, 120, 240, 480, 1440];

/** When the instance stops by itself for want of use; what is chosen is read back from Azure. */
export function IdleShutdown({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { commands, model, trans } = useFace();
  const [busy, setBusy] = React.useState(false);
  const now = useNow(30_000);
  const minutes = instance.idle_shutdown_minutes ?? 0;
  const reason = reasonOf(instance.actions['set_idle_shutdown'], trans);
  const choices = CHOICES.includes(minutes) || minutes === 0 ? CHOICES : [...CHOICES, minutes];
  const left = instance.next_stop ? (Date.parse(instance.next_stop) - now) / 1000 : null;
  const change = async (value: number) => {
    setBusy(true);
    try {
      model.take(await model.api.setIdleShutdown(instance.name, value || null));
    } catch (error) {
      notifyError(error, trans.__('The idle shutdown was not changed.'), trans);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Field
        label={trans.__('Stop it when nobody uses it')}
        help={
          reason ||
          (minutes === 0
            ? trans.__('Never: it bills until somebody stops it.')
            : trans.__('Kernels and terminals at work keep it running; Azure counts no SSH.'))
        }
      >
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
      {left !== null && left > 0 && (
        <div className="jp-CIManager-detailActions">
          <span>
            {trans.__('Next stop in %1.', duration(left, trans))} {instance.next_stop_reason}
          </span>
          <button
            type="button"
            className="jp-CIManager-button"
            onClick={() => void commands.execute(CommandIDs.postponeStop, { name: instance.name })}
          >
            {trans.__('Postpone by an hour')}
          </button>
        </div>
      )}
    </>
  );
}
