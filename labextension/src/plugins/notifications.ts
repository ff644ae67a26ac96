import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { later, sometime } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Tells how what was begun goes on and ends, with the next step at hand. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:notifications',
  description: 'Notifications about what takes long: instances that change, jobs.',
  autoStart: true,
  requires: [ICIManager],
  activate: (_: JupyterFrontEnd, face: IFace): void => {
    const { model } = face;
    const notices = () => sometime(model, later.notices);
    model.instanceBegun.connect((__, { instance, action }) => {
      void notices().then(({ followInstance }) => followInstance(face, instance, action));
    });
    model.jobBegun.connect((__, job) => {
      void notices().then(({ followJob }) => followJob(face, job));
    });
    model.jobEnded.connect((__, job) => {
      void notices().then(({ tellOfJob }) => tellOfJob(face, job));
    });
  }
};
