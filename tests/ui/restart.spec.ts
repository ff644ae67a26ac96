/**
 * The Jupyter server is restarted under an open page: everything is right again by itself.
 */
import { expect, test } from './lab';

test('a restart of the server in the middle of operations loses nothing and needs no reload', async ({
  sidebar,
  page,
  lab
}) => {
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  expect((await lab.ask('POST', 'kernels', { name: 'survivor' })).status).toBe(202);
  const asked = { name: 'survivor', vm_size: 'Standard_D2s_v3' };
  await lab.inRealTime(async () => {
    expect((await lab.ask('POST', 'instances', asked)).status).toBe(202);
    await sidebar.filter('survivor');
    await expect(sidebar.instance('survivor')).toContainText('Creating');
  });

  await lab.restart();

  // What JupyterLab itself has to say of the server is not ours to test.
  await page.addLocatorHandler(page.locator('.jp-Dialog'), async dialog => {
    await dialog.getByRole('button').last().click();
  });
  await expect(sidebar.instance('survivor')).toContainText('Running', { timeout: 60_000 });
  await sidebar.unfoldJobs();
  const job = sidebar.jobs.getByRole('listitem').filter({ hasText: 'survivor' });
  await expect(job).toContainText('done', { timeout: 60_000 });
  await expect(sidebar.environment('survivor')).toContainText('Python (survivor)');
  await expect(sidebar.panel.getByText('The Jupyter server does not answer.')).toBeHidden();

  // Until the new server's events arrive it is looked at more often: this is not the slow net.
  await lab.ask('POST', 'instances/survivor/stop?confirm=survivor');
  await expect(sidebar.instance('survivor')).toContainText(/Stopping|Stopped/, { timeout: 10_000 });
  await expect(sidebar.instance('survivor')).toContainText('Stopped');
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
});
