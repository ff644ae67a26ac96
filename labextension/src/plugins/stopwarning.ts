import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { later } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Tells before the instance one works on stops by itself. */
export const stopWarning: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:stop-warning',
  description: 'A warning before the compute instance one works on stops by itself.',
  autoStart: true,
  requires: [ICIManager],
  activate: (_: JupyterFrontEnd, face: IFace): void => {
    const { model } = face;
    // On an instance somebody always looks: its end would be the end of this JupyterLab.
    void model.status.ensure().then(() => {
      if (!model.status.value?.compute.this_machine.is_compute_instance) {
        return;
      }
      model.instances.changed.connect(() => {
        const here = model.instances.value?.instances.find(each => each.is_this_machine);
        if (here?.next_stop) {
          void later.stopWarning().then(
            ({ warnOfStop }) => warnOfStop(face, here),
            // It is fetched again with the next look at the instance.
            () => undefined
          );
        }
      });
      model.watch();
    });
  }
};
