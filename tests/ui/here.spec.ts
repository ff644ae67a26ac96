/**
 * The same sidebar on a compute instance, where this machine is one of the list, and elsewhere.
 */
import { expect, type Lab, test } from './lab';

/** Give the instance a stop in so many minutes of the emulator's clock. */
async function stopsIn(lab: Lab, minutes: number): Promise<void> {
  const { now } = (await lab.control('GET', 'clock')) as { now: string };
  const stop = new Date(Date.parse(now) + minutes * 60_000);
  const schedule = {
    action: 'stop',
    trigger: 'cron',
    expression: `${stop.getUTCMinutes()} ${stop.getUTCHours()} * * *`,
    time_zone: 'UTC'
  };
  const answer = await lab.ask('PUT', 'instances/ds-anna/schedules', { schedules: [schedule] });
  expect(answer.status).toBe(200);
}

test('on an instance: this machine, its price, its coming stop with a warning, and more time', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.control('PATCH', 'computes/ds-anna', { state: 'Running' });
  try {
    await lab.inRealTime(async () => {
      await lab.restart({ CI_NAME: 'ds-anna' });
      await stopsIn(lab, 25);
      await sidebar.reload();
      const first = sidebar.instances.getByRole('row').first();
      await expect(first).toContainText('ds-anna');
      await expect(first).toContainText('this machine');
      await expect(first).toContainText(/Stops by itself in 2\d\smin/);

      const status = page.getByRole('button', { name: /^This compute instance: ds-anna/ });
      await expect(status).toHaveText(/ds-anna · \$0\.29\/h · stops in 2\d\smin/);
      const warning = page
        .locator('.Toastify__toast')
        .filter({ hasText: 'on which you are working' });
      await expect(warning).toContainText(/ds-anna.*stops in 2\d\smin/);

      await status.click();
      await expect(page.getByRole('menu')).toContainText('Its schedule stops it then.');
      await page.getByRole('menuitem', { name: 'Postpone its stop by an hour' }).click();
      await expect(status).toHaveText(/stops in 1\sh\s\d+\smin/);

      await first.getByRole('button', { name: 'Stop ds-anna' }).click();
      await expect(sidebar.dialog).toContainText('this JupyterLab ends as well');
      await page.keyboard.press('Escape');
    });
  } finally {
    await lab.restart();
  }
});

test('on a laptop: what runs in the workspace, and no machine is this one', async ({
  sidebar,
  page
}) => {
  await expect(page.locator('.jp-CIManager-status')).toHaveText(/\d+ instances? running · \$/);
  await expect(sidebar.instances).not.toContainText('this machine');
  await page.locator('.jp-SideBar [data-id="filebrowser"]').click();
  await page.locator('.jp-CIManager-status').click();
  await expect(sidebar.panel).toBeVisible();
});
