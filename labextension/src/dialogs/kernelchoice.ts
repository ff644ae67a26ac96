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

/** What a notebook says of its kernel. */
interface IWanted {
  name: string;
  display_name?: string;
  language?: string;
}

/** Offer the nearest kernels where the one that a notebook names is not there. */
export async function offerNearest(
  app: JupyterFrontEnd,
  face: IFace,
  panel: NotebookPanel,
  wanted: IWanted
): Promise<void> {
  const { commands, trans } = face;
  const offers = await nearest(app, face, panel, wanted);
  if (panel.isDisposed) {
    return;
  }
  const notice = Notification.warning(
    trans.__(
      'The kernel %1 of %2 is not on this machine.',
      wanted.display_name ?? wanted.name,
      panel.title.label
    ),
    {
      autoClose: false,
      actions: [
        ...offers.map(({ name, label, caption }) => ({
          label,
          caption,
          callback: () => void panel.sessionContext.changeKernel({ name })
        })),
        {
          label: trans.__('New kernel…'),
          callback: () => void commands.execute(CommandIDs.newKernel)
        }
      ]
    }
  );
  panel.disposed.connect(() => Notification.dismiss(notice));
}

interface IOffer {
  name: string;
  label: string;
  caption: string;
}

/** Ask the server, which knows what is in the environments; without it, go by the names. */
async function nearest(
  app: JupyterFrontEnd,
  { model, trans }: IFace,
  panel: NotebookPanel,
  wanted: IWanted
): Promise<IOffer[]> {
  const { name, display_name = '', language = '' } = wanted;
  const offer = (display: string) => trans.__('Use %1', display);
  try {
    const found = await model.api.nearestKernels(
      { name, display_name, language },
      modulesOf(panel)
    );
    return found.map(({ kernel, missing }) => ({
      name: kernel.name,
      label: offer(kernel.display_name),
      caption: missing.length > 0 ? trans.__('It lacks %1.', missing.join(', ')) : ''
    }));
  } catch {
    const specs = Object.values(app.serviceManager.kernelspecs.specs?.kernelspecs ?? {});
    const there = specs.flatMap(spec => (spec ? [spec] : []));
    const found = nearestKernel({ ...wanted, language }, there);
    return found ? [{ name: found.name, label: offer(found.display_name), caption: '' }] : [];
  }
}

/** The modules that a notebook's cells import. */
function modulesOf(panel: NotebookPanel): string[] {
  const found = new Set<string>();
  for (const cell of panel.model?.cells ?? []) {
    if (cell.type === 'code') {
      for (const [, name] of cell.sharedModel.source.matchAll(/^\s*(?:import|from)\s+(\w+)/gm)) {
        found.add(name);
      }
    }
  }
  return [...found].slice(0, 50);
}
