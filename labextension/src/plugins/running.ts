import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { later } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Instances that cost money, among the other things that run. */
export const running: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:running',
  description: 'Running compute instances in the panel of running things, with a way to stop them.',
  autoStart: true,
  requires: [ICIManager],
  optional: [IRunningSessionManagers],
  activate: (_: JupyterFrontEnd, face: IFace, managers: IRunningSessionManagers | null): void => {
    const { instances } = face.model;
    // Nothing to list, nothing to load, until instances are known.
    const add = async () => {
      if (instances.value) {
        instances.changed.disconnect(add);
        managers?.add((await later.running()).runningInstances(face));
      }
    };
    instances.changed.connect(add);
  }
};
