import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands/ids';
import { describe } from '../commands/schema';
import { ciManagerIcon } from '../icons';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

const LAUNCH = 'ci-manager:launch-new-kernel';

/** A card beside the kernels' own. */
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
    // An image knows no theme: like the logos beside it, it has a colour of its own that stands out
    // in light and dark.
    const picture = ciManagerIcon.svgstr.replace('#616161', '#1e88e5');
    const kernelIconUrl = `data:image/svg+xml,${encodeURIComponent(picture)}`;
    cards?.add({ command: LAUNCH, category, rank: 900, kernelIconUrl });
  }
};
