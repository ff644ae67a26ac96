import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Api } from '../api';
import { addEnvironmentCommands } from '../commands/environments';
import { addInstanceCommands } from '../commands/instances';
import { addKernelCommands } from '../commands/kernels';
import { addWorkspaceCommands } from '../commands/workspace';
import { Model } from '../model/model';
import { Preferences } from '../model/preferences';
import { type ISettings, UserSettings } from '../model/settings';
import { DOMAIN, ICIManager } from '../tokens';
import type { IFace } from '../ui/context';

/** Whose schema the settings are in. */
const SETTINGS = 'jupyter-ci-manager:panel';

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
    const { serviceManager } = app;
    const model = new Model({
      api: new Api(serviceManager.serverSettings),
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
      commands: app.commands,
      preferences: new Preferences(state),
      settings: new UserSettings()
    };
    if (registry) {
      void followSettings(face, registry);
    }
    addInstanceCommands(face);
    addKernelCommands(face);
    addEnvironmentCommands(face);
    addWorkspaceCommands(face);
    return face;
  }
};

/** Take the user's settings, now and whenever they change. */
async function followSettings(face: IFace, registry: ISettingRegistry): Promise<void> {
  const { model, preferences, settings } = face;
  const kept = await registry.load(SETTINGS);
  const take = () => {
    settings.take(kept.composite as Partial<ISettings>);
    const { groupByState: grouped, onlyMine, refreshSeconds } = settings.value;
    preferences.setDefaults({ grouped, onlyMine });
    model.net.quiet = refreshSeconds;
  };
  kept.changed.connect(take);
  take();
}
