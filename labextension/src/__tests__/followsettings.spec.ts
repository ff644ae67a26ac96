import { type ISettingRegistry, SettingRegistry } from '@jupyterlab/settingregistry';
import type { IDataConnector } from '@jupyterlab/statedb';
import { Stream } from '@lumino/signaling';
import type { Api } from '../api';
import { followSettings } from '../model/followsettings';
import { Model } from '../model/model';
import { Preferences } from '../model/preferences';
import { UserSettings } from '../model/settings';
import schema from '../../schema/panel.json';

const ID = 'jupyter-ci-manager:panel';

/** JupyterLab's own registry over settings that are kept here. */
function registry(raw: string | null): SettingRegistry {
  const kept = new Map([[ID, raw ?? '']]);
  const connector = {
    fetch: (id: string) =>
      Promise.resolve(
        raw === null
          ? undefined
          : { id, raw: kept.get(id), schema, data: { composite: {}, user: {} }, version: '1' }
      ),
    save: (id: string, text: string) => Promise.resolve(void kept.set(id, text))
  } as unknown as IDataConnector<ISettingRegistry.IPlugin, string>;
  return new SettingRegistry({ connector });
}

const face = () => ({
  model: new Model({ api: {} as Api, events: new Stream({}) as never }),
  preferences: new Preferences(null),
  settings: new UserSettings()
});

describe('what the user has set', () => {
  it('reaches the net under the events and the lists, also when it changes', async () => {
    const { model, preferences, settings } = face();
    const kept = registry('{"refreshSeconds": 120, "onlyMine": true}');
    await followSettings({ model, preferences, settings }, kept);
    expect(model.net.quiet).toBe(120);
    expect(preferences.view.onlyMine).toBe(true);
    expect(settings.value.confirmStop).toBe(true);
    await kept.set(ID, 'refreshSeconds', 15);
    expect(model.net.quiet).toBe(15);
  });

  it('is taken for the defaults where the settings are switched off with the panel', async () => {
    const { model, preferences, settings } = face();
    await followSettings({ model, preferences, settings }, registry(null));
    expect(model.net.quiet).toBe(60);
    expect(settings.value).toEqual(new UserSettings().value);
  });
});
