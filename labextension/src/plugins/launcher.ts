import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands/ids';
import { describe, textOf } from '../commands/schema';
import { ciManagerIcon } from '../icons';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

const LAUNCH = 'ci-manager:launch-new-kernel';

/** A card beside the kernels' own, and notebooks opened with a kernel of ours. */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:launcher',
  description: 'A card "New conda kernel…" in the launcher.',
  autoStart: true,
  requires: [ICIManager],
  optional: [ILauncher, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    face: IFace,
    cards: ILauncher | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const { trans } = face;
    commands.addCommand(CommandIDs.newNotebook, {
      label: trans.__('New Notebook with Kernel'),
      describedBy: describe({ kernel: trans.__('Name of the kernel spec') }),
      isVisible: args => textOf(args, 'kernel') !== '',
      execute: async args => {
        const kernelName = textOf(args, 'kernel');
        await app.serviceManager.kernelspecs.refreshSpecs();
        return commands.execute('notebook:create-new', { kernelName });
      }
    });
    commands.addCommand(LAUNCH, {
      label: trans.__('New conda kernel…'),
      caption: trans.__('Make a conda environment and its kernel'),
      icon: ciManagerIcon,
      describedBy: describe({}),
      execute: () => commands.execute(CommandIDs.newKernel)
    });
    // The launcher sorts by its own, translated names of the categories.
    const theirs = (translator ?? nullTranslator).load('jupyterlab');
    const category = theirs.__('Notebook');
    const kernelIconUrl = `data:image/svg+xml,${encodeURIComponent(ciManagerIcon.svgstr)}`;
    cards?.add({ command: LAUNCH, category, rank: 900, kernelIconUrl });
  }
};
