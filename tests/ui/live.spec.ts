/**
 * The picture stays right: in two tabs, over a reload, and when others change things.
 */
import { expect, test } from './lab';
import { Sidebar } from './sidebar';

test('what one tab or another face does, all tabs show', async ({ sidebar, context, lab }) => {
  const other = new Sidebar(await context.newPage(), lab);
  await other.open();
  await sidebar.createInstance('two-tabs');
  await other.filter('two-tabs');
  await expect(other.instance('two-tabs')).toContainText(/Creating|Running/);
  await expect(other.instance('two-tabs')).toContainText('Running', { timeout: 60_000 });

  // As a magic or the command line would do it.
  const stop = await lab.ask('POST', 'instances/two-tabs/stop?confirm=two-tabs');
  expect(stop.status).toBe(202);
  await sidebar.filter('two-tabs');
  await expect(sidebar.instance('two-tabs')).toContainText('Stopped', { timeout: 60_000 });
  await expect(other.instance('two-tabs')).toContainText('Stopped');
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
  await lab.control('PATCH', 'computes/old-vm', { state: 'Running' });
  await lab.ask('GET', 'instances?refresh=1');
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
