import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** The arguments of a command, as JupyterLab's shortcut editor and assistants read them. */
export interface IDescription {
  args: ReadonlyJSONObject;
}

/**
 * A schema of optional texts: each key is an argument, each value says what it is.
 */
export function describe(properties: Record<string, string>): IDescription {
  return {
    args: {
      type: 'object',
      additionalProperties: true,
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, description]) => [
          key,
          { type: 'string', description }
        ])
      )
    }
  };
}

/** One text of a command's arguments; empty when it was not given. */
export function textOf(args: ReadonlyPartialJSONObject, key: string): string {
  const value = args[key];
  return typeof value === 'string' ? value : '';
}
