/**
 * What `benchmarks/sidebar.py` measures: a thousand instances and three hundred environments in a
 * real JupyterLab. The figures are written as JSON to the file that `FIGURES` names.
 */
import type { Browser, CDPSession, Page } from '@playwright/test';
import * as fs from 'fs';
import * as path from 'path';
import { expect, test } from './lab';
import { Sidebar } from './sidebar';

const CYCLES = Number(process.env.CYCLES ?? 500);
const WARM_UP = 100;
const BETWEEN_SAMPLES = 25;
const INSTANCES = 1000;
const ENVIRONMENTS = 300;
const OPENINGS = 7;
const PASSES = 5;

/** Memory after everything that could be let go was let go. */
interface ISample {
  cycle: number;
  heap: number;
  nodes: number;
  listeners: number;
}

/** The longest wall time and the longest processor time of a task, in milliseconds. */
interface ITask {
  wall: number;
  cpu: number;
}

interface IFigures {
  instances: number;
  environments: number;
  /** Milliseconds from the press on the sidebar's tab to its rows on the screen, on fresh pages. */
  first_paint: number[];
  /** The same on a page where it was open before. */
  paint_again: number[];
  /** The longest task of each pass over a whole list. */
  longest_task: { instances: ITask[]; environments: ITask[] };
  memory: ISample[];
}

interface ITraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

const TAB = '.jp-SideBar [data-id="jp-ci-manager-panel"]';

/** Environments as conda leaves them, hard-linked from the one that is there. */
function makeEnvironments(folder: string): void {
  const model = path.join(folder, 'azureml_py36');
  for (let i = 0; i < ENVIRONMENTS; i++) {
    const prefix = path.join(folder, `many-${String(i).padStart(3, '0')}`);
    const meta = path.join(prefix, 'conda-meta');
    fs.mkdirSync(meta, { recursive: true });
    for (const name of fs.readdirSync(path.join(model, 'conda-meta'))) {
      fs.linkSync(path.join(model, 'conda-meta', name), path.join(meta, name));
    }
    fs.symlinkSync(path.join(model, 'bin'), path.join(prefix, 'bin'));
  }
}

/** Press the sidebar's tab; milliseconds from the press to the frame that shows rows of all. */
async function timeToRows(page: Page): Promise<number> {
  const painted = page.evaluate(
    atLeast =>
      new Promise<number>(resolve => {
        const look = (begun: number) => {
          const grids = [...document.querySelectorAll('#jp-ci-manager-panel [role="grid"]')];
          const full = grids.some(
            grid =>
              Number(grid.getAttribute('aria-rowcount')) >= atLeast &&
              grid.checkVisibility() &&
              grid.querySelector('[role="row"]')
          );
          if (!full) {
            requestAnimationFrame(() => look(begun));
            return;
          }
          // A message that is sent while a frame is made arrives after it was painted.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - begun);
            port2.postMessage(null);
          });
        };
        window.addEventListener('pointerdown', event => look(event.timeStamp), {
          capture: true,
          once: true
        });
      }),
    INSTANCES
  );
  await page.locator(TAB).click();
  return painted;
}

/** The longest task on the page's main thread while something is done. */
async function longestTask(
  browser: Browser,
  page: Page,
  work: () => Promise<void>
): Promise<ITask> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: ITraceEvent[];
  };
  const main = new Set(
    trace.traceEvents
      .filter(each => each.name === 'thread_name' && each.args?.name === 'CrRendererMain')
      .map(each => `${each.pid} ${each.tid}`)
  );
  const tasks = trace.traceEvents.filter(
    each => each.name.endsWith('RunTask') && main.has(`${each.pid} ${each.tid}`)
  );
  expect(tasks.length, 'tasks in the trace').toBeGreaterThan(100);
  const longest = (times: (number | undefined)[]) => Math.max(...times.map(t => t ?? 0)) / 1000;
  return {
    wall: longest(tasks.map(each => each.dur)),
    cpu: longest(tasks.map(each => each.tdur))
  };
}

/** Turn the wheel over a list until its end is reached. */
async function scrollThrough(page: Page, label: string): Promise<void> {
  // Looked for once: to find a role Playwright goes through the whole page, in the page's own time.
  const list = await page.getByRole('grid', { name: label }).elementHandle();
  if (!list) {
    throw new Error(`There is no list “${label}”.`);
  }
  await list.evaluate(node => node.scrollTo({ top: 0 }));
  await list.hover({ position: { x: 60, y: 30 } });
  const atEnd = () =>
    list.evaluate(node => node.scrollTop + node.clientHeight >= node.scrollHeight - 1);
  while (!(await atEnd())) {
    for (let i = 0; i < 10; i++) {
      await page.mouse.wheel(0, 240);
    }
  }
}

async function sample(devtools: CDPSession, cycle: number): Promise<ISample> {
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
  return { cycle, heap: usedSize, nodes, listeners: jsEventListeners };
}

/** Open and close the sidebar, an instance's details and one of the dialogs. */
async function openAndClose(sidebar: Sidebar, cycle: number): Promise<void> {
  const { dialog, page, panel } = sidebar;
  const shown = page.locator('#jp-ci-manager-panel');
  await page.locator(TAB).click();
  await shown.waitFor({ state: 'hidden' });
  await page.locator(TAB).click();
  await shown.waitFor();

  await sidebar.choose('ds-anna', 'Details');
  const details = page.locator('.jp-CIManager-details');
  await details.waitFor();
  await page.locator('.lm-TabBar-tab.jp-mod-current .lm-TabBar-tabCloseIcon').first().click();
  await details.waitFor({ state: 'detached' });

  const dialogs = [
    () => panel.getByRole('button', { name: 'Create instance…' }).click(),
    () => panel.getByRole('button', { name: 'New kernel…' }).click(),
    () => sidebar.choose('azureml_py36', 'Packages…'),
    () => sidebar.choose('ds-anna', 'Delete…'),
    () => sidebar.choose('azureml_py36', 'Export…')
  ];
  await dialogs[cycle % dialogs.length]();
  await dialog.locator(':focus').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

test('figures of the sidebar', async ({ browser, page, lab }) => {
  test.setTimeout(0);
  const sidebar = new Sidebar(page, lab);
  await lab.control('POST', 'seed', { count: INSTANCES, prefix: 'many' });
  makeEnvironments(lab.ready.envs_dir);
  const figures: IFigures = {
    instances: INSTANCES,
    environments: ENVIRONMENTS,
    first_paint: [],
    paint_again: [],
    longest_task: { instances: [], environments: [] },
    memory: []
  };

  for (let i = 0; i < OPENINGS; i++) {
    await page.goto(`${lab.url()}&reset`);
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    // Nothing of ours is asked for before somebody looks: the page itself has to have come to rest.
    await page.waitForLoadState('networkidle');
    figures.first_paint.push(await timeToRows(page));
    await page.locator(TAB).click();
    figures.paint_again.push(await timeToRows(page));
  }

  await expect(sidebar.environments).toHaveAttribute('aria-rowcount', /^3\d\d$/);
  for (let i = 0; i < PASSES; i++) {
    for (const [key, label] of [
      ['instances', 'Compute instances'],
      ['environments', 'Environments and kernels']
    ] as const) {
      const work = () => scrollThrough(page, label);
      figures.longest_task[key].push(await longestTask(browser, page, work));
    }
  }

  const devtools = await page.context().newCDPSession(page);
  await sidebar.filter('ds-anna');
  for (let cycle = 0; cycle <= WARM_UP + CYCLES; cycle++) {
    if (cycle >= WARM_UP && (cycle - WARM_UP) % BETWEEN_SAMPLES === 0) {
      figures.memory.push(await sample(devtools, cycle - WARM_UP));
    }
    await openAndClose(sidebar, cycle);
  }
  fs.writeFileSync(process.env.FIGURES ?? 'figures.json', JSON.stringify(figures));
});
