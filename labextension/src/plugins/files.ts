import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { CommandIDs } from '../commands/ids';
import { describe, textOf } from '../commands/schema';
import { later } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Kernels from an environment.yml or a lock file in the file browser. */
export const files: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:files',
  description: 'Makes kernels from an environment.yml or a lock file in the file browser.',
  autoStart: true,
  requires: [ICIManager],
  optional: [IDefaultFileBrowser],
  activate: (app: JupyterFrontEnd, face: IFace, browser: IDefaultFileBrowser | null): void => {
    const { trans } = face;
    const chosen = () => browser?.selectedItems().next().value?.path ?? '';
    app.commands.addCommand(CommandIDs.kernelFromFile, {
      label: trans.__('New Conda Kernel from This File…'),
      describedBy: describe({ path: trans.__('Path of an environment.yml or a lock file') }),
      isEnabled: args => (textOf(args, 'path') || chosen()) !== '',
      execute: async args =>
        (await later.work()).makeKernelFromFile(
          face,
          app.serviceManager.contents,
          textOf(args, 'path') || chosen()
        )
    });
  }
};
