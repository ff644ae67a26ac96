/**
 * Over a slow net: it says that it loads, can be used meanwhile, and does nothing twice.
 */
import { expect, test } from './lab';
import { chooseWorkspace } from './states';

/** What browsers call slow 3G: milliseconds, bytes per second. */
const SLOW_3G = {
  offline: false,
  latency: 2_000,
  downloadThroughput: 50_000,
  uploadThroughput: 50_000
};

test('over a slow net it says that it loads, stays usable and does nothing twice', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.given('gpu-bench', 'Running');
  await chooseWorkspace(lab, 'contoso-research');
  await expect(sidebar.panel).toContainText('There is no compute instance yet');
  // The list may come before what the server says of itself: only then all of it is the other's.
  await expect(sidebar.panel.getByRole('button', { name: /^contoso-research/ })).toBeVisible();

  const open: string[] = [];
  const posts: string[] = [];
  const doubled: string[] = [];
  page.on('request', request => {
    const { pathname } = new URL(request.url());
    const question = `${request.method()} ${pathname}`;
    if (pathname.startsWith('/jupyter-ci-manager/')) {
      doubled.push(...open.filter(each => each === question));
      open.push(question);
      if (request.method() !== 'GET') {
        posts.push(question);
      }
      void request.response().then(
        () => open.splice(open.indexOf(question), 1),
        () => undefined
      );
    }
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', SLOW_3G);

  const loading = page.waitForFunction(() =>
    document.querySelector('#jp-ci-manager-panel [role="status"][aria-label="Loading"]')
  );
  await chooseWorkspace(lab, 'contoso-ml');
  await loading;
  // Who sees nothing come presses again, and goes on with something else.
  const refresh = sidebar.panel.getByRole('button', { name: 'Refresh everything' });
  await refresh.click();
  await refresh.click();
  await sidebar.choose('azureml_py36', 'Packages…');
  await expect(sidebar.dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await sidebar.filter('gpu-bench');
  const row = sidebar.instance('gpu-bench');
  await expect(row).toContainText('Running');

  await lab.inRealTime(async () => {
    await row.getByRole('button', { name: 'Stop gpu-bench' }).click();
    await sidebar.dialog.getByRole('button', { name: 'Stop', exact: true }).dblclick();
    await expect(row).toContainText('Stopping');
  });
  await expect(row).toContainText('Stopped', { timeout: 60_000 });
  await expect(sidebar.dialog).toHaveCount(0);
  expect(posts).toEqual(['POST /jupyter-ci-manager/instances/gpu-bench/stop']);
  expect(doubled).toEqual([]);
});
