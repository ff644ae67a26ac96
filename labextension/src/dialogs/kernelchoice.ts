import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { CommandIDs } from '../commands/ids';
import { nearestKernel } from '../model/nearest';
import type { IFace } from '../ui/context';

/** Ask which kernel; gives its name, or `null`. */
export async function pickKernel({ model, trans }: IFace): Promise<string | null> {
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

/** Offer the nearest kernel where the one that a notebook names is not there. */
export function offerNearest(app: JupyterFrontEnd, face: IFace, panel: NotebookPanel): void {
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
