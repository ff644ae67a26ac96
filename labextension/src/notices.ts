import { Notification } from '@jupyterlab/apputils';
import { CommandIDs } from './commands/ids';
import { headline } from './errors';
import type { IFace } from './ui/context';
import type { Job } from './wire';

/** Tell how a job ended, with the next step at hand. */
export function tellOfJob(face: IFace, job: Job): void {
  const { commands, trans } = face;
  const title = job.title || job.target;
  if (job.state === 'succeeded') {
    const kernel = job.result?.['kernel'];
    const actions =
      typeof kernel === 'string'
        ? [
            {
              label: trans.__('New notebook'),
              callback: () => void commands.execute(CommandIDs.newNotebook, { kernel })
            }
          ]
        : [];
    Notification.success(trans.__('%1: done', title), { autoClose: 8000, actions });
  } else if (job.state === 'failed' || job.state === 'interrupted') {
    const code = String(job.error?.['code'] ?? '');
    const message = String(job.error?.['message'] ?? '') || headline(code, trans);
    Notification.error(trans.__('%1: %2', title, message), {
      autoClose: false,
      actions: [
        {
          label: trans.__('Show'),
          callback: () => void commands.execute(CommandIDs.openPanel)
        }
      ]
    });
  }
}
