import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

/** The schemas of our settings. */
const IDS = ['jupyter-ci-manager:panel', 'jupyter-ci-manager:magics'];

/** What of a schema is shown in the settings editor. */
const SHOWN = ['title', 'description', 'jupyter.lab.setting-icon-label'];

/**
 * Have titles and descriptions of our settings in the user's language.
 *
 * JupyterLab's server translates those of language packs only; what a package brings itself it gives
 * to the page alone.
 */
export function translateSettings(registry: ISettingRegistry, trans: TranslationBundle): void {
  const translate = (id: string) => {
    const schema = registry.plugins[id]?.schema;
    if (schema && IDS.includes(id)) {
      translateSchema(schema as Record<string, unknown>, trans);
    }
  };
  // Saving a setting reads its schema anew.
  registry.pluginChanged.connect((_, id) => translate(id));
  IDS.forEach(translate);
}

/** Translate a schema in place, with the contexts that JupyterLab has for its own. */
export function translateSchema(
  schema: Record<string, unknown>,
  trans: TranslationBundle,
  context = 'schema'
): void {
  for (const [key, value] of Object.entries(schema)) {
    if (typeof value === 'string' && SHOWN.includes(key)) {
      // eslint-disable-next-line jupyter/no-dynamic-translation -- they stand in schema/, as a test knows
      schema[key] = trans._p(key === SHOWN[2] ? 'settings' : context, value);
    } else if (typeof value === 'object' && value !== null) {
      translateSchema(value as Record<string, unknown>, trans, 'settings');
    }
  }
}
