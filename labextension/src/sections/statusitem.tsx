import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Poll } from '@lumino/polling';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import type { IRun } from '../commands/run';
import { reasonOf } from '../errors';
import { duration, pricePerHour } from '../model/format';
import { billsForever, secondsToStop } from '../model/remarks';
import { kindOf } from '../model/states';
import { stateWord } from '../model/words';
import { FaceProvider, type IFace, useFace, useAzureNow, useResource, useRun } from '../ui/context';
import { type IMenuEntry, MenuButton } from '../ui/menu';
import type { ComputeInstance, InstanceList } from '../wire';

/** Milliseconds between two reads while only the status bar shows anything. */
const PAUSE = 300_000;

/** What this machine costs and when it stops by itself; elsewhere, what all that runs costs. */
export function statusItem(face: IFace): ReactWidget {
  const item = ReactWidget.create(
    <FaceProvider value={face}>
      <StatusItem />
    </FaceProvider>
  );
  item.addClass('jp-CIManager');
  const { model } = face;
  const poll = new Poll({
    name: 'jupyter-ci-manager:status-bar',
    factory: async () => {
      if (!model.isWatched) {
        await model.refresh();
      }
    },
    frequency: { interval: PAUSE, backoff: false },
    standby: 'when-hidden'
  });
  item.disposed.connect(() => poll.dispose());
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
  const summary = summaryOf(value);
  if (!summary) {
    return null;
  }
  if (summary.here) {
    return <Here instance={summary.here} />;
  }
  const words = [
    trans._n('%1 instance running', '%1 instances running', summary.running),
    pricePerHour(summary.cost, trans)
  ];
  return (
    <button
      type="button"
      className="jp-CIManager-status"
      title={trans.__('Compute instances of the workspace; an estimate from list prices')}
      disabled={!run.has(CommandIDs.openPanel)}
      onClick={() => run(CommandIDs.openPanel)}
    >
      {words.filter(Boolean).join(' · ')}
    </button>
  );
}

/** The instance one works on, with what keeps it awake and a way to put its stop off. */
function Here({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const now = useAzureNow(30_000);
  const stop = stopWords(instance, now, trans);
  const words = [
    instance.name,
    kindOf(instance) === 'running' ? '' : stateWord(instance.state, trans),
    pricePerHour(instance.price_per_hour, trans),
    stop
  ].filter(Boolean);
  return (
    <MenuButton
      className="jp-CIManager-status"
      label={trans.__('This compute instance: %1', words.join(', '))}
      facts={[
        trans.__('The compute instance you are working on'),
        ...words.slice(1),
        instance.next_stop_reason ?? '',
        trans.__('Prices are an estimate from list prices.')
      ].filter(Boolean)}
      entries={() => hereMenu(instance, trans, run)}
    >
      {words.join(' · ')}
    </MenuButton>
  );
}

function hereMenu(instance: ComputeInstance, trans: TranslationBundle, run: IRun): IMenuEntry[] {
  const { actions, name } = instance;
  return [
    {
      label: trans.__('Postpone its stop by an hour'),
      reason: reasonOf(actions['postpone'], trans),
      run: () => run(CommandIDs.postponeStop, { name })
    },
    ...(run.has(CommandIDs.showInstance)
      ? [{ label: trans.__('Details'), run: () => run(CommandIDs.showInstance, { name }) }]
      : []),
    ...(run.has(CommandIDs.openPanel)
      ? [{ label: trans.__('All instances'), run: () => run(CommandIDs.openPanel) }]
      : []),
    {
      label: trans.__('Stop…'),
      separated: true,
      reason: reasonOf(actions['stop'], trans),
      run: () => run(CommandIDs.stopInstance, { name })
    }
  ];
}

/** When it stops by itself, or why it does not. */
function stopWords(instance: ComputeInstance, now: number, trans: TranslationBundle): string {
  const left = secondsToStop(instance, now);
  if (left !== null) {
    return trans.__('stops in %1', duration(left, trans));
  }
  if (kindOf(instance) !== 'running') {
    return '';
  }
  if (billsForever(instance)) {
    return trans.__('no automatic stop');
  }
  return instance.next_stop_reason ? trans.__('kept awake') : '';
}
