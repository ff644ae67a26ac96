import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** Runs commands for buttons, menus and notifications; what goes wrong is told by the command. */
export interface IRun {
  (id: string, args?: ReadonlyPartialJSONObject): void;
  /** Whether there is such a command: a site can switch off the plugin that has it. */
  has: (id: string) => boolean;
}

const runners = new WeakMap<CommandRegistry, IRun>();

/**
 * Give what runs commands. While one still works or asks, the same with the same arguments is not
 * begun again: a button pressed twice asks once.
 */
export function runnerOf(commands: CommandRegistry): IRun {
  let run = runners.get(commands);
  if (!run) {
    const pending = new Set<string>();
    const once = (id: string, args?: ReadonlyPartialJSONObject): void => {
      const key = JSON.stringify([id, args]);
      if (!pending.has(key)) {
        pending.add(key);
        const done = () => void pending.delete(key);
        commands.execute(id, args).then(done, done);
      }
    };
    run = Object.assign(once, { has: (id: string) => commands.hasCommand(id) });
    runners.set(commands, run);
  }
  return run;
}
