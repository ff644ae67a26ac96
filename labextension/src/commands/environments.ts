import { later } from '../later';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { describe, textOf } from './schema';

type Work = Awaited<ReturnType<typeof later.work>>;

/**
 * Add the commands on conda environments. Those that the palette shows ask which one.
 */
export function addEnvironmentCommands(face: IFace): void {
  const { commands, trans } = face;
  const describedBy = describe({
    environment: trans.__('Name or folder of the conda environment')
  });
  const add = (
    id: string,
    label: string,
    asks: boolean,
    pick: (work: Work) => Work['removeEnvironment']
  ) =>
    commands.addCommand(id, {
      label,
      describedBy,
      isVisible: args => asks || textOf(args, 'environment') !== '',
      execute: async args => pick(await later.work())(face, textOf(args, 'environment'))
    });
  add(
    CommandIDs.showPackages,
    trans.__('Show Packages of Conda Environment…'),
    true,
    work => work.changePackages
  );
  add(
    CommandIDs.exportEnvironment,
    trans.__('Export Conda Environment…'),
    true,
    work => work.exportAsText
  );
  add(
    CommandIDs.renameEnvironment,
    trans.__('Rename Conda Environment…'),
    true,
    work => work.renameEnvironment
  );
  add(
    CommandIDs.removeEnvironment,
    trans.__('Remove Conda Environment…'),
    true,
    work => work.removeEnvironment
  );
  add(
    CommandIDs.showProtection,
    trans.__('Protection and Snapshots of Conda Environment…'),
    true,
    work => work.protection
  );
  add(
    CommandIDs.restoreEnvironment,
    trans.__('Restore Conda Environment'),
    false,
    work => work.restoreEnvironment
  );
  add(
    CommandIDs.protectEnvironment,
    trans.__('Protect Conda Environment'),
    false,
    work => work.protectEnvironment
  );
  add(
    CommandIDs.unprotectEnvironment,
    trans.__('Protect Conda Environment No Longer'),
    false,
    work => work.unprotectEnvironment
  );
}
