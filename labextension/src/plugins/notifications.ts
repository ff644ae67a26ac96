import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { later } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Tells how jobs ended, with the next step at hand. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:notifications',
  description: 'Notifications about jobs that ended.',
  autoStart: true,
  requires: [ICIManager],
  activate: (_: JupyterFrontEnd, face: IFace): void => {
    face.model.jobEnded.connect((__, job) => {
      void later.notices().then(({ tellOfJob }) => tellOfJob(face, job));
    });
  }
};
