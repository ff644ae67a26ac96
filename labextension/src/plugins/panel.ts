import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands/ids';
import { describe } from '../commands/schema';
import { CIManagerPanel } from '../sections/panel';
import { ICIManager, ICIManagerPanel } from '../tokens';
import type { IFace } from '../ui/context';

const PALETTE = [
  CommandIDs.openPanel,
  CommandIDs.refresh,
  CommandIDs.createInstance,
  CommandIDs.startInstance,
  CommandIDs.stopInstance,
  CommandIDs.restartInstance,
  CommandIDs.resizeInstance,
  CommandIDs.deleteInstance,
  CommandIDs.openInstance,
  CommandIDs.openInstanceTerminal,
  CommandIDs.copySsh,
  CommandIDs.postponeStop,
  CommandIDs.selectWorkspace,
  CommandIDs.signIn,
  CommandIDs.signOut,
  CommandIDs.newKernel,
  CommandIDs.showPackages,
  CommandIDs.exportEnvironment,
  CommandIDs.showProtection,
  CommandIDs.renameEnvironment,
  CommandIDs.removeEnvironment,
  CommandIDs.removeKernel,
  CommandIDs.renameKernel,
  CommandIDs.repairKernel,
  CommandIDs.clearJobs
];

/** The side panel and the palette's entries. */
export const panel: JupyterFrontEndPlugin<CIManagerPanel> = {
  id: 'jupyter-ci-manager:panel',
  description: 'The side panel with compute instances, environments, kernels and jobs.',
  autoStart: true,
  requires: [ICIManager],
  provides: ICIManagerPanel,
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    face: IFace,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): CIManagerPanel => {
    const { trans } = face;
    const widget = new CIManagerPanel(face, translator ?? nullTranslator);
    app.shell.add(widget, 'left', { rank: 350, type: 'Compute' });
    restorer?.add(widget, widget.id);
    app.commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Show Compute Instances and Kernels'),
      describedBy: describe({}),
      execute: () => {
        app.shell.activateById(widget.id);
        widget.enter();
      }
    });
    for (const command of PALETTE) {
      palette?.addItem({ command, category: trans.__('Compute Instances and Kernels') });
    }
    return widget;
  }
};
