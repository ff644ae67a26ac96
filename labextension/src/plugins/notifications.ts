import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { CommandIDs } from '../commands/ids';
import { headline } from '../errors';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';
import type { Job } from '../wire';

/** Tells how jobs ended, with the next step at hand. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:notifications',
  description: 'Notifications about jobs that ended.',
  autoStart: true,
  requires: [ICIManager],
  activate: (_: JupyterFrontEnd, face: IFace): void => {
    face.model.jobEnded.connect((_, job) => tell(face, job));
  }
};

function tell(face: IFace, job: Job): void {
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
