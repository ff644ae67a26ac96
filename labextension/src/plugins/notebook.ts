import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { CommandIDs } from '../commands/ids';
import { describe, textOf } from '../commands/schema';
import { nearestKernel } from '../model/nearest';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Kernels of environments for notebooks, and a way out when a notebook's kernel is not there. */
export const notebook: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:notebook',
  description: 'Offers the nearest kernel when a notebook’s own is missing, and a quick change.',
  autoStart: true,
  requires: [ICIManager],
  optional: [INotebookTracker],
  activate: (app: JupyterFrontEnd, face: IFace, tracker: INotebookTracker | null): void => {
    const { trans } = face;
    const { kernelspecs } = app.serviceManager;

    app.commands.addCommand(CommandIDs.changeKernel, {
      label: trans.__('Change to Kernel of Environment…'),
      describedBy: describe({ kernel: trans.__('Name of the kernel spec') }),
      isEnabled: () => Boolean(tracker?.currentWidget),
      execute: async args => {
        const panel = tracker?.currentWidget;
        if (!panel) {
          return;
        }
        const name = textOf(args, 'kernel') || (await pickKernel(face));
        if (name) {
          await kernelspecs.refreshSpecs();
          await panel.sessionContext.changeKernel({ name });
        }
      }
    });

    tracker?.widgetAdded.connect((_, panel) => {
      void Promise.all([panel.context.ready, kernelspecs.ready]).then(() => {
        offerNearest(app, face, panel);
      });
    });
  }
};

async function pickKernel({ model, trans }: IFace): Promise<string | null> {
  await Promise.all([model.environments.ensure(), model.kernels.ensure()]);
  const kernels = (model.kernels.value ?? []).filter(kernel => !kernel.is_broken);
  const labelOf = (kernel: (typeof kernels)[number]) =>
    kernel.environment ? `${kernel.display_name} — ${kernel.environment}` : kernel.display_name;
  const answer = await InputDialog.getItem({
    title: trans.__('Change to kernel of environment'),
    label: trans.__('Kernel'),
    items: kernels.map(labelOf)
  });
  const chosen = kernels.find(kernel => labelOf(kernel) === answer.value);
  return answer.button.accept && chosen ? chosen.name : null;
}

function offerNearest(app: JupyterFrontEnd, face: IFace, panel: NotebookPanel): void {
  const { commands, trans } = face;
  const specs = app.serviceManager.kernelspecs.specs?.kernelspecs ?? {};
  const wanted = panel.model?.getMetadata('kernelspec') as
    { name?: string; display_name?: string; language?: string } | undefined;
  if (!wanted?.name || specs[wanted.name]) {
    return;
  }
  const there = Object.values(specs).flatMap(spec => (spec ? [spec] : []));
  const nearest = nearestKernel(wanted, there);
  const title = wanted.display_name ?? wanted.name;
  const notice = Notification.warning(
    trans.__('The kernel %1 of %2 is not on this machine.', title, panel.title.label),
    {
      autoClose: false,
      actions: [
        ...(nearest
          ? [
              {
                label: trans.__('Use %1', nearest.display_name),
                callback: () => void panel.sessionContext.changeKernel({ name: nearest.name })
              }
            ]
          : []),
        {
          label: trans.__('New kernel…'),
          callback: () => void commands.execute(CommandIDs.newKernel)
        }
      ]
    }
  );
  panel.disposed.connect(() => Notification.dismiss(notice));
}
