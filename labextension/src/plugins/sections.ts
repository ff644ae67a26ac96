import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IMovableSectionRegistry } from '@jupyterlab/apputils';
import type { CIManagerPanel } from '../sections/panel';
import { ICIManagerPanel } from '../tokens';

/** Sections of the panel can be moved to other panels, and theirs to ours. */
const movable: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:sections',
  description: 'Lets sections of the panel be moved to other side panels, and back.',
  autoStart: true,
  optional: [ICIManagerPanel, IMovableSectionRegistry],
  activate: (
    _: JupyterFrontEnd,
    panel: CIManagerPanel | null,
    registry: IMovableSectionRegistry | null
  ) => {
    if (panel && registry) {
      const { caption } = panel.title;
      registry.registerSource('jupyter-ci-manager:panel', caption, panel);
      registry.registerTarget('jupyter-ci-manager:panel', caption, panel);
    }
  }
};

/**
 * Before JupyterLab 4.6 there is no such token: what is imported above is undefined then. Notebook 7
 * has the token, but nothing that provides it.
 */
export const sections = (IMovableSectionRegistry as object | undefined) ? [movable] : [];
