import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import React from 'react';
import { type IRun, runnerOf } from '../commands/run';
import type { Model } from '../model/model';
import type { IResourceState, Resource } from '../model/resource';
import type { Preferences } from '../model/preferences';
import type { UserSettings } from '../model/settings';

/** What every component of ours may use. */
export interface IFace {
  readonly model: Model;
  readonly preferences: Preferences;
  readonly settings: UserSettings;
  readonly trans: TranslationBundle;
  readonly commands: CommandRegistry;
}

const FaceContext = React.createContext<IFace | null>(null);

/** Give the components inside access to model, words and commands. */
export const FaceProvider = FaceContext.Provider;

/** The model, the translator and the commands. */
export function useFace(): IFace {
  const face = React.useContext(FaceContext);
  if (face === null) {
    throw new Error('A component of jupyter-ci-manager was used outside its provider.');
  }
  return face;
}

/** The state of a resource, drawn again with every change. */
export function useResource<T>(resource: Resource<T>): IResourceState<T> {
  return useSignalValue(resource.changed, () => resource.state);
}

/**
 * A value that a signal says has changed. `read` must give the same object until it has.
 */
export function useSignalValue<T>(signal: ISignal<unknown, unknown>, read: () => T): T {
  const subscribe = React.useCallback(
    (notify: () => void) => {
      signal.connect(notify);
      return () => {
        signal.disconnect(notify);
      };
    },
    [signal]
  );
  return React.useSyncExternalStore(subscribe, read);
}

/**
 * Milliseconds since the epoch, renewed as time passes while the page is visible.
 *
 * @param interval - Milliseconds between renewals; 0 for none.
 */
export function useNow(interval: number): number {
  const [now, setNow] = React.useState(Date.now);
  React.useEffect(() => {
    if (interval === 0) {
      return;
    }
    setNow(Date.now());
    const poll = new Poll({
      name: 'jupyter-ci-manager:clock',
      factory: async () => setNow(Date.now()),
      frequency: { interval, backoff: false },
      standby: 'when-hidden'
    });
    return () => poll.dispose();
  }, [interval]);
  return now;
}

/** The same by Azure's clock: what times of instances are compared with. */
export function useAzureNow(interval: number): number {
  const { model } = useFace();
  return model.azureNow(useNow(interval));
}

/** Run one of our commands; what goes wrong is told by the command itself. */
export function useRun(): IRun {
  return runnerOf(useFace().commands);
}
