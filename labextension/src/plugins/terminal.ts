import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { CommandIDs } from '../commands/ids';
import { describe, textOf } from '../commands/schema';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** What we need of the widget that JupyterLab's command for terminals gives. */
interface ITerminalWidget {
  content?: {
    session?: { send(message: { type: 'stdin'; content: string[] }): void };
  };
}

/** A terminal in which an environment is active from the first line on. */
export const terminal: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:terminal',
  description: 'Opens terminals with a conda environment activated.',
  autoStart: true,
  requires: [ICIManager],
  activate: (app: JupyterFrontEnd, face: IFace): void => {
    const { commands } = app;
    const { trans } = face;
    commands.addCommand(CommandIDs.openTerminal, {
      label: trans.__('Open Terminal with Conda Environment'),
      describedBy: describe({ environment: trans.__('Folder of the conda environment') }),
      isVisible: args => textOf(args, 'environment') !== '',
      isEnabled: () => commands.hasCommand('terminal:create-new'),
      execute: async args => {
        const widget = (await commands.execute('terminal:create-new')) as ITerminalWidget;
        widget.content?.session?.send({
          type: 'stdin',
          content: [`${activation(textOf(args, 'environment'))}\r`]
        });
      }
    });
  }
};

/**
 * What activating means, in words every POSIX shell knows: it works where there is no conda, too.
 */
export function activation(prefix: string): string {
  const quoted = `'${prefix.replace(/'/g, `'\\''`)}'`;
  return (
    ` export CONDA_PREFIX=${quoted} PATH=${quoted}/bin:"$PATH"; ` +
    `for f in ${quoted}/etc/conda/activate.d/*.sh; do [ -r "$f" ] && . "$f"; done; clear`
  );
}
