import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs } from '../commands/ids';
import type { IRun } from '../commands/run';
import { doubtOf, reasonOf } from '../errors';
import { kindOf } from '../model/states';
import type { IMenuEntry } from '../ui/menu';
import type { ComputeInstance } from '../wire';

/**
 * All that can be done with an instance; what cannot be done now, or may be refused, says why.
 *
 * @param inTab - Whether it is for the instance's own tab, where some of it stands already.
 */
export function instanceMenu(
  instance: ComputeInstance,
  trans: TranslationBundle,
  run: IRun,
  inTab = false
): IMenuEntry[] {
  const entry = (
    label: string,
    command: string,
    action?: string,
    more: Partial<IMenuEntry> = {}
  ): IMenuEntry => ({
    label,
    reason: action ? reasonOf(instance.actions[action], trans) : '',
    note: action ? doubtOf(instance.actions[action]) : '',
    run: () => run(command, { name: instance.name }),
    ...more
  });
  const kind = kindOf(instance);
  const open = [
    entry(trans.__('Open JupyterLab on it'), CommandIDs.openInstance, 'open'),
    entry(trans.__('Open a terminal on it'), CommandIDs.openInstanceTerminal, 'open'),
    entry(trans.__('Copy SSH command'), CommandIDs.copySsh, 'ssh')
  ];
  const power =
    kind === 'stopped'
      ? entry(trans.__('Start'), CommandIDs.startInstance, 'start', { separated: true })
      : entry(trans.__('Stop…'), CommandIDs.stopInstance, 'stop', { separated: true });
  const [lab, ...others] = open;
  const entries = [
    ...(inTab
      ? kind === 'stopped'
        ? [power, ...open]
        : [lab, power, ...others]
      : [
          ...(run.has(CommandIDs.showInstance)
            ? [entry(trans.__('Details'), CommandIDs.showInstance)]
            : []),
          ...open,
          power
        ]),
    entry(trans.__('Restart…'), CommandIDs.restartInstance, 'restart'),
    ...(kind === 'running' && !inTab
      ? [entry(trans.__('Postpone the stop by 1 h'), CommandIDs.postponeStop, 'postpone')]
      : []),
    entry(trans.__('Resize…'), CommandIDs.resizeInstance, 'resize'),
    entry(trans.__('Delete…'), CommandIDs.deleteInstance, 'delete', {
      separated: true,
      danger: true
    })
  ];
  // What failed can do little: that comes first where there may be room for no more.
  return inTab && kind === 'failed'
    ? [...entries].sort((a, b) => Number(Boolean(a.reason)) - Number(Boolean(b.reason)))
    : entries;
}
