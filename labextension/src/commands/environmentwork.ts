import { Notification } from '@jupyterlab/apputils';
import { later } from '../later';
import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import type { Environment } from '../wire';
import { choose } from './choice';
import { CommandIDs } from './ids';
import { runnerOf } from './run';

/** The environment of that name or prefix; asks where none is named. */
async function environmentOf(
  face: IFace,
  id: string,
  verb: string,
  spares = false
): Promise<Environment | undefined> {
  const { model, trans } = face;
  await model.environments.ensure();
  const all = model.environments.value ?? [];
  if (id) {
    return all.find(each => each.prefix === id) ?? all.find(each => each.name === id);
  }
  return choose(face, {
    title: trans.__('Choose an environment'),
    verb,
    items: all,
    spares,
    none: trans.__('There is no conda environment yet'),
    allProtected: trans.__('All environments are protected. Clone one and work in the clone.'),
    offer: { clone: all[0]?.prefix ?? '' }
  });
}

/** Say that an environment is protected, and what to do instead; gives whether it is. */
function refused(
  { commands, trans }: IFace,
  { is_protected, name, prefix, protection_reason }: Environment
): boolean {
  if (is_protected) {
    Notification.warning(
      trans.__('%1 is protected: %2 Clone it and work in the clone.', name, protection_reason),
      {
        autoClose: 12_000,
        actions: [
          {
            label: trans.__('Clone…'),
            callback: () => runnerOf(commands)(CommandIDs.newKernel, { clone: prefix })
          }
        ]
      }
    );
  }
  return is_protected;
}

/** Show an environment's packages, and change them where the user asks for it. */
export async function changePackages(face: IFace, id: string): Promise<void> {
  const environment = await environmentOf(face, id, face.trans.__('Show'));
  if (environment) {
    const job = await (await later.dialogs()).showPackages(face, environment);
    if (job) {
      face.model.takeJob(job);
    }
  }
}

/** Show an environment as text. */
export async function exportAsText(face: IFace, id: string): Promise<void> {
  const environment = await environmentOf(face, id, face.trans.__('Export'));
  if (environment) {
    await (await later.dialogs()).exportEnvironment(face, environment);
  }
}

/** Remove an environment, once the user has read what is lost. */
export async function removeEnvironment(face: IFace, id: string): Promise<void> {
  const { model, trans } = face;
  const environment = await environmentOf(face, id, trans.__('Remove'), true);
  if (!environment || refused(face, environment)) {
    return;
  }
  const kernels = (model.kernels.value ?? []).filter(
    kernel => kernel.prefix === environment.prefix
  );
  const job = await (await later.dialogs()).removeEnvironmentDialog(face, environment, kernels);
  if (job) {
    model.takeJob(job);
  }
}

/** Ask for another name of an environment, and begin to rename it. */
export async function renameEnvironment(face: IFace, id: string): Promise<void> {
  const environment = await environmentOf(face, id, face.trans.__('Rename'), true);
  if (environment && !refused(face, environment)) {
    const job = await (await later.dialogs()).renameEnvironmentDialog(face, environment);
    if (job) {
      face.model.takeJob(job);
    }
  }
}

/** Show how an environment is protected and what was kept of it. */
export async function protection(face: IFace, id: string): Promise<void> {
  const environment = await environmentOf(face, id, face.trans.__('Show'));
  if (environment) {
    await (await later.dialogs()).showProtection(face, environment);
  }
}

/** Bring a protected environment back. */
export async function restoreEnvironment({ model, trans }: IFace, id: string): Promise<void> {
  await guarded(trans.__('%1 was not restored.', id), trans, async () =>
    model.takeJob(await model.api.restoreEnvironment(id))
  );
}

/** Protect an environment. */
export async function protectEnvironment({ model, trans }: IFace, id: string): Promise<void> {
  await guarded(trans.__('The environment was not protected.'), trans, async () => {
    await model.api.protectEnvironment(id, true);
  });
  await model.refreshLocal();
}

/** Take one's own protection of an environment back. */
export async function unprotectEnvironment({ model, trans }: IFace, id: string): Promise<void> {
  await guarded(trans.__('The environment is still protected.'), trans, async () => {
    await model.api.protectEnvironment(id, false);
  });
  await model.refreshLocal();
}
