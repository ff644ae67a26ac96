import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { describe, textOf } from './schema';

/**
 * Add the commands that protect environments and bring protected ones back.
 */
export function addProtectionCommands(face: IFace): void {
  const { commands, model, trans } = face;
  const describedBy = describe({
    environment: trans.__('Name or prefix of the conda environment')
  });
  const isVisible = (args: Parameters<typeof textOf>[0]) => textOf(args, 'environment') !== '';

  commands.addCommand(CommandIDs.restoreEnvironment, {
    label: trans.__('Restore Conda Environment'),
    describedBy,
    isVisible,
    execute: async args => {
      const id = textOf(args, 'environment');
      await guarded(trans.__('%1 was not restored.', id), trans, async () =>
        model.takeJob(await model.api.restoreEnvironment(id))
      );
    }
  });

  const protection = (command: string, label: string, failed: string, protect: boolean) =>
    commands.addCommand(command, {
      label,
      describedBy,
      isVisible,
      execute: async args => {
        await guarded(failed, trans, async () => {
          await model.api.protectEnvironment(textOf(args, 'environment'), protect);
        });
        await model.refreshLocal();
      }
    });
  protection(
    CommandIDs.protectEnvironment,
    trans.__('Protect Conda Environment'),
    trans.__('The environment was not protected.'),
    true
  );
  protection(
    CommandIDs.unprotectEnvironment,
    trans.__('Protect Conda Environment No Longer'),
    trans.__('The environment is still protected.'),
    false
  );
}
