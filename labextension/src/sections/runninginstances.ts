import type { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { Signal } from '@lumino/signaling';
import { CommandIDs } from '../commands/ids';
import { runnerOf } from '../commands/run';
import { ciManagerIcon } from '../icons';
import { duration, pricePerHour, secondsSince, shortSize } from '../model/format';
import { kindOf } from '../model/states';
import { stateWord } from '../model/words';
import type { IFace } from '../ui/context';
import type { ComputeInstance } from '../wire';

/** How many are listed one by one: the panel draws all it is given, even while nobody looks. */
const LISTED = 50;

/**
 * Have JupyterLab's panel of running things list the instances that cost money.
 *
 * What it is given while something is added it draws at once, even where nobody looks, and that
 * takes longer than our own panel does: so there is nothing until it asks again, as it does when it
 * comes into sight.
 *
 * @param isSeen - Whether somebody looks at that panel now.
 */
export function addRunningInstances(
  face: IFace,
  managers: IRunningSessionManagers,
  isSeen: boolean
): void {
  const changed = new Signal<object, void>({});
  const manager = runningInstances(face);
  let lists = isSeen;
  managers.add({
    ...manager,
    running: options => (lists ? manager.running(options) : []),
    runningChanged: changed
  });
  lists = true;
  changed.emit();
  // That a read begins and ends is no news of what runs.
  let known = face.model.instances.value;
  face.model.instances.changed.connect((_, { value }) => {
    if (value !== known) {
      known = value;
      changed.emit();
    }
  });
}

function runningInstances(face: IFace): Omit<IRunningSessions.IManager, 'runningChanged'> {
  const { commands, model, trans } = face;
  const run = runnerOf(commands);
  const items = () =>
    (model.instances.value?.instances ?? []).filter(
      instance => kindOf(instance) === 'running' && instance.is_mine !== false
    );
  const facts = (instance: ComputeInstance) => {
    const seconds = secondsSince(instance.running_since, model.azureNow(Date.now()));
    return [
      pricePerHour(instance.price_per_hour, trans),
      seconds === null ? '' : duration(seconds, trans),
      shortSize(instance.vm_size)
    ]
      .filter(Boolean)
      .join(' · ');
  };
  return {
    name: trans.__('Compute instances'),
    running: () => {
      const all = items();
      const listed: IRunningSessions.IRunningItem[] = all.slice(0, LISTED).map(instance => ({
        className: 'jp-CIManager-runningItem',
        icon: () => ciManagerIcon,
        label: () => instance.name,
        labelTitle: () => [stateWord(instance.state, trans), facts(instance)].join(' · '),
        detail: () => facts(instance),
        open: run.has(CommandIDs.showInstance)
          ? () => run(CommandIDs.showInstance, { name: instance.name })
          : undefined,
        shutdown: () => run(CommandIDs.stopInstance, { name: instance.name })
      }));
      const more = all.length - listed.length;
      if (more > 0) {
        listed.push({
          icon: () => ciManagerIcon,
          label: () => trans._n('%1 more instance', '%1 more instances', more),
          open: run.has(CommandIDs.openPanel) ? () => run(CommandIDs.openPanel) : undefined
        });
      }
      return listed;
    },
    shutdownAll: () => {
      for (const instance of items().filter(each => !each.is_this_machine)) {
        model.api.actOnInstance(instance.name, 'stop', instance.name).then(
          answer => model.take(answer),
          () => void model.instances.refresh()
        );
      }
    },
    refreshRunning: () => void model.refresh(),
    shutdownLabel: item => trans.__('Stop %1', String(item.label())),
    shutdownAllLabel: trans.__('Stop All'),
    shutdownAllConfirmationText: () =>
      trans.__(
        'Stop all your running compute instances, except the one you are working on? What their kernels hold in memory is lost; their disks are kept.'
      )
  };
}
