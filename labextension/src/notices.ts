import { Notification } from '@jupyterlab/apputils';
import { CommandIDs } from './commands/ids';
import { runnerOf } from './commands/run';
import { brief } from './errors';
import { jobProgress, pricePerHour } from './model/format';
import type { Begun } from './model/model';
import { hasEnded, kindOf } from './model/states';
import type { IFace } from './ui/context';
import { Follow } from './ui/toast';
import type { ActionName, ComputeInstance, Job } from './wire';

const jobToasts = new Map<string, Follow>();
/** The last notification on how a thing ended that a job was about: a new try takes its place. */
const endings = new Map<string, string>();

function aboutOf(job: Job): string {
  return `${job.task} ${job.target}`;
}

function forgetEnding(job: Job): void {
  const before = endings.get(aboutOf(job));
  if (before !== undefined) {
    Notification.dismiss(before);
    endings.delete(aboutOf(job));
  }
}

/** Follow a job that was begun on this page, in one notification from its beginning to its end. */
export function followJob(face: IFace, job: Job): void {
  const { model, trans } = face;
  const run = runnerOf(face.commands);
  forgetEnding(job);
  if (face.settings.value.notifications !== 'all' || jobToasts.has(job.id) || hasEnded(job)) {
    return;
  }
  const title = job.title || job.target;
  const follow = new Follow(
    model.jobs.changed,
    toast => {
      const now = model.jobs.value?.find(each => each.id === job.id);
      if (now && !hasEnded(now)) {
        const total = now.progress?.total;
        toast.say(trans.__('%1: %2', title, jobProgress(now, trans) || trans.__('waiting')), {
          progress: now.progress && total ? now.progress.done / total : undefined,
          step: now.phase ?? now.state,
          actions: [
            {
              label: trans.__('Cancel'),
              callback: () => run(CommandIDs.cancelJob, { id: job.id })
            }
          ]
        });
      }
    },
    model.watch()
  );
  jobToasts.set(job.id, follow);
}

/** Tell how a job ended, with the next step at hand. */
export function tellOfJob(face: IFace, job: Job): void {
  const { trans } = face;
  const run = runnerOf(face.commands);
  const { notifications } = face.settings.value;
  const title = job.title || job.target;
  const toast = jobToasts.get(job.id) ?? new Follow();
  jobToasts.delete(job.id);
  forgetEnding(job);
  let ending: string | null;
  if (job.state === 'succeeded') {
    const kernel = job.result?.['kernel'];
    const actions =
      typeof kernel === 'string' && run.has(CommandIDs.newNotebook)
        ? [
            {
              label: trans.__('New notebook'),
              callback: () => run(CommandIDs.newNotebook, { kernel })
            }
          ]
        : [];
    ending = toast.end('success', trans.__('%1: done', title), notifications === 'all', actions);
  } else if (job.state === 'failed' || job.state === 'interrupted') {
    const code = String(job.error?.['code'] ?? '');
    const message = String(job.error?.['message'] ?? '');
    const text = brief({ code, message, hint: '' }, `${title}:`, trans);
    const show = { label: trans.__('Show'), callback: () => run(CommandIDs.openPanel) };
    const actions = run.has(CommandIDs.openPanel) ? [show] : [];
    // It stays among the notifications and in the list of jobs, and covers no notebook for long.
    ending = toast.end('error', text, notifications !== 'none', actions, false);
  } else {
    ending = toast.end('info', trans.__('%1: cancelled', title), false);
  }
  if (ending !== null) {
    endings.set(aboutOf(job), ending);
  }
}

/** The state in which an action has reached what it was for. */
const GOALS: Partial<Record<ActionName, string[]>> = {
  start: ['Running', 'JobRunning'],
  stop: ['Stopped'],
  restart: ['Running', 'JobRunning'],
  resize: ['Running', 'Stopped']
};

/** Follow what was begun with an instance, or its creation, until Azure has done it. */
export function followInstance(face: IFace, begun: ComputeInstance, action: Begun): void {
  const { model, trans } = face;
  const run = runnerOf(face.commands);
  const { notifications } = face.settings.value;
  const { name } = begun;
  const goals = GOALS[action === 'create' ? 'start' : action] ?? [];
  const details = {
    label: trans.__('Details'),
    callback: () => run(CommandIDs.showInstance, { name })
  };
  if (kindOf(begun) !== 'transition') {
    // It was so already.
    return;
  }
  new Follow(
    model.instances.changed,
    toast => {
      const now = model.instance(name);
      if (!now) {
        if (model.instances.value && action === 'delete') {
          toast.end('success', trans.__('%1 is deleted.', name), notifications === 'all');
        } else if (model.instances.value && action !== 'create') {
          // Deleted meanwhile, or another workspace is looked at.
          toast.end('info', '', false);
        }
      } else if (kindOf(now) === 'transition') {
        toast.say(doing(action, now, trans), { silent: notifications !== 'all' });
      } else if (goals.includes(now.state) && now.errors.length === 0) {
        const open = {
          label: trans.__('Open JupyterLab'),
          callback: () => run(CommandIDs.openInstance, { name })
        };
        const actions =
          now.state === 'Running' && now.actions['open']?.allowed === 'yes' && !now.is_this_machine
            ? [open]
            : [];
        toast.end('success', reached(now, trans), notifications === 'all', actions);
      } else {
        const why = now.errors[0]?.explanation || now.errors[0]?.message || now.advice || now.state;
        toast.end(
          'error',
          trans.__('%1: %2', name, why),
          notifications !== 'none',
          run.has(CommandIDs.showInstance) ? [details] : []
        );
      }
    },
    model.watch()
  );
}

function doing(
  action: Begun,
  { name, price_per_hour: price }: ComputeInstance,
  trans: IFace['trans']
): string {
  switch (action) {
    case 'create':
      return trans.__('%1 is being created…', name);
    case 'start':
      return price
        ? trans.__(
            '%1 is starting: about %2 until it is stopped…',
            name,
            pricePerHour(price, trans)
          )
        : trans.__('%1 is starting…', name);
    case 'stop':
      return trans.__('%1 is stopping…', name);
    case 'restart':
      return trans.__('%1 is restarting…', name);
    case 'delete':
      return trans.__('%1 is being deleted…', name);
    default:
      return trans.__('%1 is being changed…', name);
  }
}

function reached({ name, state }: ComputeInstance, trans: IFace['trans']): string {
  return state === 'Stopped' ? trans.__('%1 is stopped.', name) : trans.__('%1 is running.', name);
}
