import { Notification } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { duration, pricePerHour } from '../model/format';
import { kindOf } from '../model/states';
import { stateWord } from '../model/words';
import { FaceProvider, type IFace, useFace, useNow, useResource, useRun } from '../ui/context';
import type { ComputeInstance, InstanceList } from '../wire';

/** How long before an automatic stop it is told of, in minutes. */
const WARNING = 30;

/** What this machine costs and when it stops by itself; elsewhere, what all that runs costs. */
export function statusItem(face: IFace): ReactWidget {
  const item = ReactWidget.create(
    <FaceProvider value={face}>
      <StatusItem />
    </FaceProvider>
  );
  item.addClass('jp-CIManager');
  return item;
}

interface ISummary {
  here: ComputeInstance | null;
  running: number;
  cost: number | null;
}

/** What there is to say; `null` for nothing. */
export function summaryOf(list: InstanceList | null): ISummary | null {
  const here = list?.instances.find(instance => instance.is_this_machine) ?? null;
  const running = list?.instances.filter(instance => kindOf(instance) === 'running').length ?? 0;
  return here || running > 0 ? { here, running, cost: list?.cost_per_hour ?? null } : null;
}

function StatusItem(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const run = useRun();
  const { value } = useResource(model.instances);
  const now = useNow(30_000);
  const summary = summaryOf(value);
  if (!summary) {
    return null;
  }
  const { here, running, cost } = summary;
  const words = here
    ? wordsOf(here, now, trans)
    : [trans._n('%1 instance running', '%1 instances running', running), pricePerHour(cost, trans)]
        .filter(Boolean)
        .join(' · ');
  const title = here
    ? trans.__('The compute instance you are working on; an estimate from list prices')
    : trans.__('Compute instances of the workspace; an estimate from list prices');
  return (
    <button
      type="button"
      className="jp-CIManager-status"
      title={title}
      onClick={() =>
        here ? run(CommandIDs.showInstance, { name: here.name }) : run(CommandIDs.openPanel)
      }
    >
      {words}
    </button>
  );
}

function wordsOf(here: ComputeInstance, now: number, trans: TranslationBundle): string {
  const left = secondsLeft(here, now);
  return [
    here.name,
    kindOf(here) === 'running' ? '' : stateWord(here.state, trans),
    pricePerHour(here.price_per_hour, trans),
    left === null ? '' : trans.__('stops in %1', duration(left, trans))
  ]
    .filter(Boolean)
    .join(' · ');
}

function secondsLeft(instance: ComputeInstance, now: number): number | null {
  const stop = instance.next_stop ? Date.parse(instance.next_stop) : NaN;
  return Number.isNaN(stop) || stop < now ? null : (stop - now) / 1000;
}

const warned = new Set<string>();

/** Tell of a coming stop of the instance one works on, once, and offer to put it off. */
export function warn(face: IFace, list: InstanceList | null): void {
  const { commands, trans } = face;
  const here = list?.instances.find(instance => instance.is_this_machine);
  const left = here ? secondsLeft(here, Date.now()) : null;
  if (!here?.next_stop || left === null || left > WARNING * 60 || warned.has(here.next_stop)) {
    return;
  }
  warned.add(here.next_stop);
  Notification.warning(
    trans.__(
      '%1, on which you are working, stops in %2. %3',
      here.name,
      duration(left, trans),
      here.next_stop_reason ?? ''
    ),
    {
      autoClose: false,
      actions: [
        {
          label: trans.__('Postpone by an hour'),
          callback: () => void commands.execute(CommandIDs.postponeStop, { name: here.name })
        }
      ]
    }
  );
}
