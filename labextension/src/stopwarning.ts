import { Notification } from '@jupyterlab/apputils';
import { CommandIDs } from './commands/ids';
import { runnerOf } from './commands/run';
import { duration } from './model/format';
import { secondsToStop } from './model/remarks';
import type { IFace } from './ui/context';
import type { ComputeInstance } from './wire';

/** Instances of whose coming stop was told; a stop that moves away can be told of again. */
const told = new Set<string>();

/** Tell of a coming stop of the instance one works on, once, and offer to put it off. */
export function warnOfStop(face: IFace, here: ComputeInstance): void {
  const { model, settings, trans } = face;
  const left = secondsToStop(here, model.azureNow(Date.now()));
  // A stop after idle time is always near, and moves away with every activity.
  const idle = here.idle_shutdown_minutes || Infinity;
  const soon = 60 * Math.min(settings.value.warnMinutes, idle / 2);
  if (left === null || left > soon) {
    told.delete(here.name);
    return;
  }
  if (told.has(here.name)) {
    return;
  }
  told.add(here.name);
  const run = runnerOf(face.commands);
  const actions = [
    [trans.__('Postpone by an hour'), CommandIDs.postponeStop],
    [trans.__('Details'), CommandIDs.showInstance]
  ];
  Notification.warning(
    trans.__(
      '%1, on which you are working, stops in %2. %3',
      here.name,
      duration(left, trans),
      here.next_stop_reason ?? ''
    ),
    {
      autoClose: false,
      actions: actions
        .filter(([, id]) => run.has(id))
        .map(([label, id]) => ({ label, callback: () => run(id, { name: here.name }) }))
    }
  );
}
