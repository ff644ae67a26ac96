import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Session } from '@jupyterlab/services';
import { CommandIDs } from '../commands/ids';
import { nearestKernel } from '../model/nearest';
import type { IFace } from '../ui/context';
import type { Job } from '../wire';

/** Ask which kernel; gives its name, or `null`. */
export async function pickKernel({ model, trans }: IFace): Promise<string | null> {
  await Promise.all([model.environments.ensure(), model.kernels.ensure()]);
  const kernels = (model.kernels.value ?? []).filter(kernel => !kernel.is_broken);
  const labelOf = (kernel: (typeof kernels)[number]) =>
    kernel.environment ? `${kernel.display_name} — ${kernel.environment}` : kernel.display_name;
  const answer = await InputDialog.getItem({
    title: trans.__('Change to kernel of environment'),
    okLabel: trans.__('Change'),
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
  const shown = wanted.display_name ?? wanted.name;
  const renamed = offers.find(offer => offer.isRenamed);
  const notice = Notification.warning(
    renamed
      ? trans.__('The kernel %1 of %2 is called %3 now.', shown, panel.title.label, renamed.display)
      : trans.__('The kernel %1 of %2 is not on this machine.', shown, panel.title.label),
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

/** Milliseconds between looks at what runs, and how often: the server starts the new kernels. */
const PAUSE = 500;
const LOOKS = 20;

/**
 * Tell what became of the notebooks and consoles of an environment that was renamed or removed.
 *
 * @param before - What ran while the job was at work.
 */
export async function followMove(
  app: JupyterFrontEnd,
  { trans }: IFace,
  job: Job,
  before: readonly Session.IModel[]
): Promise<void> {
  if (job.state !== 'succeeded') {
    return;
  }
  const { kernelspecs, sessions } = app.serviceManager;
  const names = (job.result?.['renamed'] ?? {}) as Record<string, string>;
  const gone = (job.result?.['kernels'] ?? []) as string[];
  const old = job.result?.['renamed'] ? Object.keys(names) : gone;
  const mine = before.filter(each => each.kernel && old.includes(each.kernel.name));
  if (mine.length === 0) {
    return;
  }
  await kernelspecs.refreshSpecs();
  const there = () => new Map([...sessions.running()].map(each => [each.id, each.kernel]));
  const waits = () => mine.some(each => there().get(each.id)?.id === each.kernel?.id);
  for (let look = 0; look === 0 || (look < LOOKS && waits()); look++) {
    if (look > 0) {
      await new Promise(resolve => setTimeout(resolve, PAUSE));
    }
    await sessions.refreshRunning();
  }
  const now = there();
  for (const each of mine) {
    const kernel = now.get(each.id);
    const shown = kernel ? kernelspecs.specs?.kernelspecs[kernel.name]?.display_name : null;
    const place = each.name || each.path;
    if (kernel && kernel.id !== each.kernel?.id) {
      Notification.info(
        trans.__('%1 has the kernel %2 now, started anew.', place, shown ?? kernel.name),
        { autoClose: 10_000 }
      );
    } else {
      Notification.warning(
        trans.__('The kernel of %1 was shut down: its environment is gone.', place),
        { autoClose: 10_000 }
      );
    }
  }
}

interface IOffer {
  display: string;
  /** Whether it is the same kernel under another name. */
  isRenamed: boolean;
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
    const former = found.filter(({ reasons }) => reasons.includes('former_name'));
    return (former.length > 0 ? former : found).map(({ kernel, missing, reasons }) => ({
      display: kernel.display_name,
      isRenamed: reasons.includes('former_name'),
      name: kernel.name,
      label: offer(kernel.display_name),
      caption: missing.length > 0 ? trans.__('It lacks %1.', missing.join(', ')) : ''
    }));
  } catch {
    const specs = Object.values(app.serviceManager.kernelspecs.specs?.kernelspecs ?? {});
    const there = specs.flatMap(spec => (spec ? [spec] : []));
    const found = nearestKernel({ ...wanted, language }, there);
    return found
      ? [
          {
            display: found.display_name,
            isRenamed: false,
            name: found.name,
            label: offer(found.display_name),
            caption: ''
          }
        ]
      : [];
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
