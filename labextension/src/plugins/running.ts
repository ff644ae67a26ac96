import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRunningSessionManagers } from '@jupyterlab/running';
import type { IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { later, sometime } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** JupyterLab's panel of running things. */
const PANEL = 'jp-running-sessions';

/** Instances that cost money, among the other things that run. */
export const running: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:running',
  description: 'Running compute instances in the panel of running things, with a way to stop them.',
  autoStart: true,
  requires: [ICIManager],
  optional: [IRunningSessionManagers],
  activate: (app: JupyterFrontEnd, face: IFace, managers: IRunningSessionManagers | null): void => {
    if (!managers) {
      return;
    }
    const { model } = face;
    const { instances } = model;
    let panel: Widget | undefined;
    // Nothing to list, nothing to load, until instances are known.
    const add = async () => {
      if (instances.value) {
        instances.changed.disconnect(add);
        const { addRunningInstances } = await sometime(model, later.running);
        addRunningInstances(face, managers, panel?.isVisible ?? true);
      }
    };
    instances.changed.connect(add);
    const { restored, shell } = app;
    void restored.then(() => {
      panel = [...shell.widgets('left'), ...shell.widgets('right')].find(({ id }) => id === PANEL);
      if (panel) {
        watchWhileShown(face, panel);
      }
    });
  }
};

/** Whoever looks at what runs looks at instances, too. */
function watchWhileShown({ model }: IFace, panel: Widget): void {
  let watch: IDisposable | null = panel.isVisible ? model.watch() : null;
  MessageLoop.installMessageHook(panel, (_, { type }) => {
    if (type === Widget.Msg.AfterShow.type) {
      watch ??= model.watch();
    } else if (type === Widget.Msg.BeforeHide.type || type === Widget.Msg.BeforeDetach.type) {
      watch?.dispose();
      watch = null;
    }
    return true;
  });
}
