/**
 * The picture stays right: in two tabs, over a reload, and when others change things.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './lab';
import { Sidebar } from './sidebar';

const INSTANCE_EVENT = 'https://events.jupyter.org/jupyter_ci_manager/instance/v1';

/**
 * The times at which events about instances reach a page, in milliseconds since the epoch; to be
 * called before the page is opened.
 */
function arrivals(page: Page): number[] {
  const times: number[] = [];
  page.on('websocket', socket => {
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes(INSTANCE_EVENT)) {
        times.push(Date.now());
      }
    });
  });
  return times;
}

/** When the row of an instance first shows these words, in milliseconds since the epoch. */
function shown(page: Page, name: string, words: string): Promise<number> {
  return page.evaluate(
    ([row, text]) =>
      new Promise<number>(resolve => {
        const panel = document.querySelector('#jp-ci-manager-panel') as HTMLElement;
        const look = () => {
          const rows = [...panel.querySelectorAll('[role="row"]')];
          const found = rows.find(each => each.textContent?.includes(row));
          if (found?.textContent?.includes(text)) {
            observer.disconnect();
            resolve(Date.now());
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(panel, { characterData: true, childList: true, subtree: true });
        look();
      }),
    [name, words]
  );
}

test('what one tab or another process does, all tabs show within a second of its event', async ({
  sidebar,
  context,
  lab
}) => {
  const other = new Sidebar(await context.newPage(), lab);
  const events = arrivals(other.page);
  await other.open();
  await lab.given('gpu-bench', 'Running');
  await sidebar.filter('gpu-bench');
  await other.filter('gpu-bench');
  await expect(other.instance('gpu-bench')).toContainText('Running');

  const pauses: number[] = [];
  const change = async (begin: () => Promise<unknown>, ...words: string[]) => {
    const seen = words.map(each => shown(other.page, 'gpu-bench', each));
    await begin();
    for (const at of await Promise.all(seen)) {
      // What the slow net finds has no event shortly before.
      pauses.push(at - (events.filter(each => each <= at).pop() ?? 0));
    }
  };
  const stop = sidebar.panel.getByRole('button', { name: 'Stop gpu-bench' });
  await change(() => stop.click().then(() => sidebar.answer('Stop')), 'Stopping', 'Stopped');
  await change(() => lab.run('start', 'gpu-bench'), 'Starting');
  await expect(sidebar.instance('gpu-bench')).toContainText(/Starting|Running/);
  // One of them may meet a machine that has much else to do.
  expect(pauses.sort((a, b) => a - b)[pauses.length - 2], `${pauses} ms`).toBeLessThan(1_000);
});

test('a hidden page asks nothing, and is right when it is seen again', async ({
  sidebar,
  page,
  lab
}) => {
  const hide = (hidden: boolean) =>
    page.evaluate(now => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => now });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await lab.given('old-vm', 'Running');
  await sidebar.filter('old-vm');
  await expect(sidebar.instance('old-vm')).toContainText('Running');
  await hide(true);
  await page.waitForLoadState('networkidle');

  const asked: string[] = [];
  page.on('request', request => {
    if (request.url().includes('/jupyter-ci-manager/')) {
      asked.push(request.url());
    }
  });
  const stop = await lab.ask('POST', 'instances/old-vm/stop?confirm=old-vm');
  expect(stop.status).toBe(202);
  await expect
    .poll(
      async () =>
        ((await lab.ask('GET', 'instances/old-vm')).body as unknown as { state: string }).state,
      { timeout: 60_000 }
    )
    .toBe('Stopped');
  expect(asked).toEqual([]);
  await hide(false);
  await expect(sidebar.instance('old-vm')).toContainText('Stopped', { timeout: 2_000 });
});

test('a reload in the middle of an operation loses nothing', async ({ sidebar }) => {
  await sidebar.createInstance('reloaded');
  await sidebar.reload();
  await sidebar.filter('reloaded');
  await expect(sidebar.instance('reloaded')).toContainText('Running', { timeout: 60_000 });
});

test('a job goes on over a reload and can be cancelled', async ({ sidebar }) => {
  await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();
  await sidebar.dialog.getByLabel('Name', { exact: true }).fill('halfway');
  await sidebar.answer('Create');
  await sidebar.reload();
  await sidebar.unfoldJobs();
  const job = sidebar.jobs.getByRole('listitem').filter({ hasText: 'halfway' });
  await expect(job).toContainText('done', { timeout: 60_000 });
  await expect(sidebar.environment('halfway')).toBeVisible();

  // Its removal names what is lost, and takes the kernel out of the launcher.
  await sidebar.choose('halfway', 'Remove environment…');
  await expect(sidebar.dialog).toContainText('Python (halfway)');
  await sidebar.answer('Remove');
  await expect(sidebar.environment('halfway')).toBeHidden({ timeout: 60_000 });
  await expect(sidebar.page.locator('.jp-LauncherCard[title="Python (halfway)"]')).toHaveCount(0);
});

test('without an answer of the server the last picture stays and says so', async ({
  sidebar,
  context
}) => {
  await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
  await context.setOffline(true);
  await sidebar.panel.getByRole('button', { name: 'Refresh everything' }).click();
  await expect(sidebar.panel.getByText('The Jupyter server does not answer.')).toBeVisible();
  await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
  await context.setOffline(false);
  await sidebar.panel.getByRole('button', { name: 'Try again' }).click();
  await expect(sidebar.panel.getByText('The Jupyter server does not answer.')).toBeHidden();
});

test('without the server extension it says how to switch it on', async ({ page, lab }) => {
  await page.route(
    url => url.pathname.startsWith('/jupyter-ci-manager/'),
    route => route.fulfill({ status: 404, json: { message: 'Not Found', reason: null } })
  );
  await page.goto(`${lab.url()}&reset`);
  const sidebar = new Sidebar(page, lab);
  await sidebar.show();
  await expect(sidebar.panel).toContainText('jupyter server extension enable jupyter_ci_manager');
});
