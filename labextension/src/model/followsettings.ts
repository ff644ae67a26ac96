import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IFace } from '../ui/context';
import type { ISettings } from './settings';

/** Whose schema the settings are in. */
const SETTINGS = 'jupyter-ci-manager:panel';

/** Take the user's settings, now and whenever they change; without them the defaults hold. */
export async function followSettings(
  { model, preferences, settings }: Pick<IFace, 'model' | 'preferences' | 'settings'>,
  registry: ISettingRegistry
): Promise<void> {
  let kept: ISettingRegistry.ISettings;
  try {
    kept = await registry.load(SETTINGS);
  } catch {
    // The settings belong to the panel's plugin, which a site can switch off.
    return;
  }
  const take = () => {
    settings.take(kept.composite as Partial<ISettings>);
    const { groupByState: grouped, onlyMine, refreshSeconds } = settings.value;
    preferences.setDefaults({ grouped, onlyMine });
    model.net.quiet = refreshSeconds;
  };
  kept.changed.connect(take);
  take();
}
