import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { later } from '../later';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { type Doing, verdictOf } from './doing';
import { describe, textOf } from './schema';

/**
 * Add the commands on instances. Each takes the instance's name, or asks for it.
 */
export function addInstanceCommands(face: IFace): void {
  const { commands, model, trans } = face;

  commands.addCommand(CommandIDs.createInstance, {
    label: trans.__('Create Compute Instance…'),
    caption: trans.__('Create an Azure Machine Learning compute instance'),
    describedBy: describe({}),
    execute: async () => (await later.work()).makeInstance(face)
  });

  const all: [string, Doing, string][] = [
    [CommandIDs.startInstance, 'start', trans.__('Start Compute Instance…')],
    [CommandIDs.stopInstance, 'stop', trans.__('Stop Compute Instance…')],
    [CommandIDs.restartInstance, 'restart', trans.__('Restart Compute Instance…')],
    [CommandIDs.deleteInstance, 'delete', trans.__('Delete Compute Instance…')],
    [CommandIDs.resizeInstance, 'resize', trans.__('Resize Compute Instance…')],
    [CommandIDs.openInstance, 'open', trans.__('Open JupyterLab of Compute Instance…')],
    [CommandIDs.openInstanceTerminal, 'terminal', trans.__('Open Terminal on Compute Instance…')],
    [CommandIDs.copySsh, 'ssh', trans.__('Copy SSH Command of Compute Instance…')],
    [CommandIDs.postponeStop, 'postpone', trans.__('Postpone Automatic Stop by an Hour…')]
  ];
  for (const [id, doing, label] of all) {
    const verdictOn = (args: ReadonlyPartialJSONObject) =>
      model.instance(textOf(args, 'name'))?.actions[verdictOf(doing)];
    commands.addCommand(id, {
      label,
      caption: args => verdictOn(args)?.reason || label,
      describedBy: describe({ name: trans.__('Name of the compute instance') }),
      isEnabled: args => verdictOn(args)?.allowed !== 'no',
      execute: async args =>
        (await later.work()).doToInstance(face, doing, label, textOf(args, 'name'))
    });
  }
}
