import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Signal } from '@lumino/signaling';
import { later, sometime } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** What this machine costs and when it will stop by itself; elsewhere, what all that runs costs. */
export const statusBar: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:status-bar',
  description: 'This instance, its price and its automatic stop in the status bar.',
  autoStart: true,
  requires: [ICIManager],
  optional: [IStatusBar],
  activate: (_: JupyterFrontEnd, face: IFace, bar: IStatusBar | null): void => {
    const { model, settings } = face;
    // Nothing to show, nothing to load, until instances are known.
    const show = async () => {
      if (!model.instances.value) {
        return;
      }
      model.instances.changed.disconnect(show);
      const { statusItem, summaryOf } = await sometime(model, later.statusItem);
      const changed = new Signal<object, void>({});
      model.instances.changed.connect(() => changed.emit());
      settings.changed.connect(() => changed.emit());
      bar?.registerStatusItem('jupyter-ci-manager:status-bar', {
        item: statusItem(face),
        align: 'left',
        rank: 20,
        isActive: () => settings.value.statusBar && summaryOf(model.instances.value) !== null,
        activeStateChanged: changed
      });
    };
    if (bar) {
      model.instances.changed.connect(show);
    }
  }
};
