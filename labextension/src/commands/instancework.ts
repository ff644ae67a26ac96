import { Clipboard, InputDialog, Notification } from '@jupyterlab/apputils';
import type { Api } from '../api';
import { ApiError, reasonOf } from '../errors';
import { later } from '../later';
import type { Begun } from '../model/model';
import { shortTime } from '../model/format';
import { noNewInstance } from '../model/permitted';
import { sshCommand } from '../model/sshkeys';
import { guarded, notifyError } from '../notify';
import type { IFace } from '../ui/context';
import type { ActionName, ComputeInstance } from '../wire';
import { type Doing, verdictOf } from './doing';

/** What can be done to an instance, apart from what is only shown. */
type Work = (face: IFace, instance: ComputeInstance) => Promise<void>;

/**
 * Ask what a new instance shall be and have it made.
 */
export async function makeInstance(face: IFace): Promise<void> {
  const { commands, model, trans } = face;
  const [{ createInstance }] = await Promise.all([later.dialogs(), model.status.ensure()]);
  const refused = noNewInstance(model.status.value, model.permissions.value, trans);
  if (refused) {
    tellRefusal('not_permitted', refused, trans.__('No instance was created.'), trans);
    return;
  }
  const made = await createInstance(face);
  if (made) {
    begun(face, made, 'create');
    commands.notifyCommandChanged();
    if (made.state !== 'Creating' && made.advice) {
      // It was there already, and may differ from what was asked for.
      Notification.info(made.advice, { autoClose: 10_000 });
    }
  }
}

/**
 * Do something to an instance, or ask which one; what goes wrong is told.
 *
 * @param doing - What is done; the instance's verdict on it counts.
 * @param label - What the command is called, for the question which instance.
 * @param name - The instance's name; empty to ask.
 */
export async function doToInstance(
  face: IFace,
  doing: Doing,
  label: string,
  name: string
): Promise<void> {
  const { model, trans } = face;
  const instance = model.instance(name) ?? (await pick(face, verdictOf(doing), label, name));
  if (!instance) {
    return;
  }
  const verdict = instance.actions[verdictOf(doing)];
  if (verdict?.allowed === 'no') {
    // Buttons say so themselves; other places of JupyterLab cannot.
    tellRefusal(
      verdict.code,
      reasonOf(verdict, trans),
      failure(doing, instance.name, trans),
      trans
    );
    return;
  }
  try {
    await WORK[doing]?.(face, instance);
  } catch (reason) {
    notifyError(reason, failure(doing, instance.name, trans), trans);
    // Whatever the reason: the picture it was asked from may be old.
    void model.instances.refresh();
  }
}

/** Show what an answer says; who wants to can follow it to its end. */
function begun({ model }: IFace, instance: ComputeInstance | null, action: Begun): void {
  model.take(instance);
  if (instance) {
    model.noticeBegun(instance, action);
  }
}

/** Whether the user does not want to be asked; about this machine and others' own he always is. */
function mayGoUnasked({ settings }: IFace, instance: ComputeInstance): boolean {
  return !settings.value.confirmStop && !instance.is_this_machine && instance.is_mine === true;
}

const WORK: Partial<Record<Doing, Work>> = {
  start: async (face, { name }) => {
    begun(face, await face.model.api.actOnInstance(name, 'start'), 'start');
  },
  stop: onceAsked('stop', (api, name) => api.actOnInstance(name, 'stop', name)),
  restart: onceAsked('restart', (api, name) => api.actOnInstance(name, 'restart', name)),
  delete: onceAsked('delete', (api, name) => api.deleteInstance(name, name)),
  resize: async (face, instance) => {
    const resized = await (await later.dialogs()).resizeInstance(face, instance);
    if (resized) {
      begun(face, resized, 'resize');
    }
  },
  open: async ({ trans }, instance) => {
    const lab =
      instance.applications.find(({ name }) => /jupyter\s*lab/i.test(name)) ??
      instance.applications[0];
    if (lab) {
      window.open(lab.url, '_blank', 'noopener');
    } else {
      tellLack(trans.__('%1 names no application to open.', instance.name));
    }
  },
  terminal: async ({ trans }, instance) => {
    if (instance.terminal_url) {
      window.open(instance.terminal_url, '_blank', 'noopener');
    } else {
      tellLack(trans.__('%1 names no application to open.', instance.name));
    }
  },
  ssh: async ({ trans }, instance) => {
    const command = sshCommand(instance);
    if (command) {
      Clipboard.copyToSystem(command);
      Notification.success(trans.__('The SSH command is copied.'), { autoClose: 3000 });
    } else {
      tellLack(trans.__('%1 has no SSH access.', instance.name));
    }
  },
  postpone: async ({ model, trans }, { name }) => {
    const read = await model.api.postpone(name, 60);
    model.take(read);
    if (read.postponed) {
      const until = shortTime(read.postponed.until, model.azureNow(Date.now()));
      const undo = async () => model.take(await model.api.undoPostpone(name));
      const failed = trans.__('The stop of %1 is still postponed.', name);
      Notification.success(trans.__('%1 is not stopped before %2.', name, until), {
        autoClose: 10_000,
        actions: [{ label: trans.__('Undo'), callback: () => void guarded(failed, trans, undo) }]
      });
    }
  }
};

/** Work that is done once the user has read what is lost, unless he does not want to be asked. */
function onceAsked(
  action: 'stop' | 'restart' | 'delete',
  work: (api: Api, name: string) => Promise<ComputeInstance | null>
): Work {
  return async (face, instance) => {
    const unasked = action !== 'delete' && mayGoUnasked(face, instance);
    if (unasked || (await (await later.dialogs()).confirmInstance(face, instance, action))) {
      begun(face, await work(face.model.api, instance.name), action);
    }
  };
}

/** Say what an instance lacks. */
function tellLack(words: string): void {
  Notification.warning(words, { autoClose: 10_000 });
}

/** Say why something cannot be done, where no button could say so beforehand. */
function tellRefusal(code: string, reason: string, title: string, trans: IFace['trans']): void {
  notifyError(new ApiError({ code, message: reason }, 0), title, trans);
}

/** What is said when it goes wrong. */
function failure(doing: Doing, name: string, trans: IFace['trans']): string {
  switch (doing) {
    case 'start':
      return trans.__('%1 was not started.', name);
    case 'stop':
      return trans.__('%1 was not stopped.', name);
    case 'restart':
      return trans.__('%1 was not restarted.', name);
    case 'delete':
      return trans.__('%1 was not deleted.', name);
    case 'resize':
      return trans.__('%1 was not resized.', name);
    case 'ssh':
      return trans.__('%1 has no SSH access.', name);
    case 'postpone':
      return trans.__('The stop of %1 was not postponed.', name);
    default:
      return trans.__('%1 could not be opened.', name);
  }
}

/** Ask which instance; those that it can be done with come first, none means none can. */
async function pick(
  face: IFace,
  action: ActionName,
  label: string,
  name: string
): Promise<ComputeInstance | undefined> {
  const { model, trans } = face;
  if (!model.status.value) {
    await model.refresh();
  }
  await model.instances.ensure();
  if (name) {
    return model.instance(name);
  }
  const all = model.instances.value?.instances ?? [];
  const possible = all.filter(instance => instance.actions[action]?.allowed !== 'no');
  if (possible.length === 0) {
    const none = trans.__('There is no instance with which this can be done now.');
    // What is not permitted is so for all of them; what else speaks against it differs.
    const verdicts = all.flatMap(({ actions }) => actions[action] ?? []);
    const refusals = verdicts.filter(({ code }) => code === 'not_permitted');
    const [reason, ...others] = new Set(refusals.map(verdict => reasonOf(verdict, trans)));
    if (reason && others.length === 0) {
      tellRefusal('not_permitted', reason, none, trans);
    } else {
      Notification.info(none, { autoClose: 5_000 });
    }
    return undefined;
  }
  const answer = await InputDialog.getItem({
    title: label,
    label: trans.__('Compute instance'),
    items: possible.map(instance => instance.name)
  });
  return answer.button.accept && answer.value ? model.instance(answer.value) : undefined;
}
