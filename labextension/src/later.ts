/**
 * What a page need not load before somebody looks: every part that is fetched when it is first
 * wanted has its door here. The style sheet of all of them comes with each.
 *
 * The panel's own program is fetched, not run, once the browser has nothing else to do: over a slow
 * net (150 ms, 2 Mbit/s) its first opening then takes 0.4 s instead of 0.7 s.
 *
 * A part that could not be had, for the server was down say, is fetched anew when it is wanted
 * again: only what has come is kept.
 */
import { type ISignal, Signal } from '@lumino/signaling';
import { ApiError } from './errors';
import type { Model } from './model/model';

/** The code of the error that a part could not be fetched; whoever asked for it has been told. */
export const NOT_FETCHED = 'not_fetched';

const missed = new Signal<object, void>({});

async function styled<T>(part: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([part, import(/* webpackPrefetch: true */ './style')]);
  return loaded;
}

/** Wait for a part that somebody asked for: he is told where it cannot be had. */
export async function asked<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (reason) {
    missed.emit();
    throw new ApiError({ code: NOT_FETCHED, message: String(reason) }, 0);
  }
}

export const later = {
  /** The panel's header and sections. */
  content: () => styled(import(/* webpackPrefetch: true */ './sections/content')),
  /** The tab about one instance. */
  details: () => styled(import('./details/instance')),
  /** What the commands do. */
  work: () => asked(styled(import('./commands/work'))),
  /** All that asks something of the user in a form. */
  dialogs: () => asked(styled(import('./dialogs'))),
  /** What stands in the status bar. */
  statusItem: () => styled(import('./sections/statusitem')),
  /** Instances as JupyterLab's panel of running things lists them. */
  running: () => import('./sections/runninginstances'),
  /** The warning before an automatic stop. */
  stopWarning: () => import('./stopwarning'),
  /** What is told in notifications. */
  notices: () => import('./notices'),
  /** What is asked and offered about a notebook's kernel. */
  kernelChoice: () => import('./dialogs/kernelchoice')
};

/** Emitted when somebody asked for a part that could not be had. */
export const partMissed: ISignal<object, void> = missed;

/**
 * Fetch a part for which nobody waits; where it cannot be had, again each time the server answers.
 */
export async function sometime<T>({ status }: Model, fetch: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await fetch();
    } catch {
      await new Promise<void>(resolve => {
        const look = () => {
          if (!status.state.loading && !status.state.error) {
            status.changed.disconnect(look);
            resolve();
          }
        };
        status.changed.connect(look);
      });
    }
  }
}
