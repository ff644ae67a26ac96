import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { later } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** The setting that gives all of the user's kernels `%ci`; what nobody has set is left alone. */
export const magics: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:magics',
  description: 'A setting that gives every kernel the magics %ci and %ci_kernel.',
  autoStart: true,
  requires: [ICIManager, ISettingRegistry],
  activate: async (_: JupyterFrontEnd, face: IFace, registry: ISettingRegistry): Promise<void> => {
    const settings = await registry.load('jupyter-ci-manager:magics');
    let known: unknown = settings.user.everywhere;
    settings.changed.connect(() => {
      const wanted = settings.user.everywhere;
      if (wanted === known) {
        return;
      }
      known = wanted;
      void later.work().then(({ switchMagics }) => switchMagics(face, wanted === true));
    });
  }
};
