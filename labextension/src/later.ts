/**
 * What a page need not load before somebody looks: every part that is fetched when it is first
 * wanted has its door here. The style sheet of all of them comes with each.
 *
 * The panel's own program is fetched, not run, once the browser has nothing else to do: over a slow
 * net (150 ms, 2 Mbit/s) its first opening then takes 0.4 s instead of 0.7 s.
 */
async function styled<T>(part: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([part, import(/* webpackPrefetch: true */ './style')]);
  return loaded;
}

export const later = {
  /** The panel's header and sections. */
  content: () => styled(import(/* webpackPrefetch: true */ './sections/content')),
  /** The tab about one instance. */
  details: () => styled(import('./details/instance')),
  /** What the commands do. */
  work: () => styled(import('./commands/work')),
  /** All that asks something of the user in a form. */
  dialogs: () => styled(import('./dialogs')),
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
