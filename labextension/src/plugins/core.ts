import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { ServerConnection } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Api } from '../api';
import { addEnvironmentCommands } from '../commands/environments';
import { CommandIDs } from '../commands/ids';
import { addInstanceCommands } from '../commands/instances';
import { addKernelCommands } from '../commands/kernels';
import { describe, textOf } from '../commands/schema';
import { addWorkspaceCommands } from '../commands/workspace';
import { followSettings } from '../model/followsettings';
import { partMissed } from '../later';
import { Model } from '../model/model';
import { Preferences } from '../model/preferences';
import { UserSettings } from '../model/settings';
import { DOMAIN, ICIManager } from '../tokens';
import type { IFace } from '../ui/context';
import { keepQuestions } from '../ui/doubleclick';
import { translateSettings } from './schemas';

/** The model and the commands, which all other plugins build on. */
export const core: JupyterFrontEndPlugin<IFace> = {
  id: 'jupyter-ci-manager:core',
  description: 'Reads compute instances, environments, kernels and jobs, and adds the commands.',
  autoStart: true,
  provides: ICIManager,
  optional: [ITranslator, IStateDB, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    state: IStateDB | null,
    registry: ISettingRegistry | null
  ): IFace => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands, serviceManager } = app;
    const model = new Model({
      api: new Api(speaking(serviceManager.serverSettings, translator)),
      events: serviceManager.events.stream,
      isHidden: () => document.hidden
    });
    const look = () => {
      if (!document.hidden) {
        void model.catchUp();
      }
    };
    document.addEventListener('visibilitychange', look);
    serviceManager.connectionFailure.connect(look);
    model.kernelsChanged.connect(() => {
      void serviceManager.kernelspecs.refreshSpecs();
    });
    const face: IFace = {
      model,
      trans,
      commands,
      preferences: new Preferences(state),
      settings: new UserSettings()
    };
    if (registry) {
      translateSettings(registry, trans);
      void followSettings(face, registry);
    }
    keepQuestions();
    partMissed.connect(() => {
      Notification.error(
        trans.__('It could not be loaded. Try again; if that does not help, reload the page.'),
        { autoClose: 10_000 }
      );
    });
    addInstanceCommands(face);
    addKernelCommands(face);
    addEnvironmentCommands(face);
    addWorkspaceCommands(face);
    commands.addCommand(CommandIDs.newNotebook, {
      label: trans.__('New Notebook with Kernel'),
      describedBy: describe({ kernel: trans.__('Name of the kernel') }),
      isVisible: args => textOf(args, 'kernel') !== '',
      execute: async args => {
        const kernelName = textOf(args, 'kernel');
        await serviceManager.kernelspecs.refreshSpecs();
        return commands.execute('notebook:create-new', { kernelName });
      }
    });
    return face;
  }
};

/** Have the server's sentences come in the language of the page, which need not be the browser's. */
function speaking(
  settings: ServerConnection.ISettings,
  translator: ITranslator | null
): ServerConnection.ISettings {
  const language = (translator?.languageCode ?? 'en').replace('_', '-');
  const headers = { ...settings.init.headers, 'Accept-Language': language };
  return { ...settings, init: { ...settings.init, headers } };
}
