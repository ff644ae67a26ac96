/**
 * Azure Machine Learning compute instances and conda kernels, inside JupyterLab.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { core } from './plugins/core';
import { details } from './plugins/details';
import { files } from './plugins/files';
import { launcher } from './plugins/launcher';
import { magics } from './plugins/magics';
import { notebook } from './plugins/notebook';
import { notifications } from './plugins/notifications';
import { panel } from './plugins/panel';
import { running } from './plugins/running';
import { sections } from './plugins/sections';
import { statusBar } from './plugins/statusbar';
import { stopWarning } from './plugins/stopwarning';
import { terminal } from './plugins/terminal';

export { ICIManager } from './tokens';

/** All plugins; each can be switched off by itself, all but the first build on it. */
export const plugins: JupyterFrontEndPlugin<unknown>[] = [
  core,
  panel,
  ...sections,
  details,
  files,
  notifications,
  launcher,
  running,
  statusBar,
  stopWarning,
  notebook,
  magics,
  terminal
];

/** Where a site has switched the first one off, there is nothing that the others could do. */
export default PageConfig.Extension.isDisabled(core.id) ? [] : plugins;
