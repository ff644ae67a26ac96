/**
 * The tab about one instance: what it is, and when it stops by itself.
 */
import { violations } from './axe';
import { expect, test } from './lab';

interface IInstance {
  idle_shutdown_minutes: number | null;
  schedules: { action: string; expression: string; time_zone: string }[];
}

test('the quota says who holds the cores, and leads there', async ({ sidebar, page }) => {
  await sidebar.panel.getByRole('button', { name: 'All quotas' }).click();
  const bar = sidebar.panel.getByRole('button', { name: /^DSv2: .* Who holds them/ });
  await bar.click();
  const holders = sidebar.panel.getByRole('listitem').filter({ hasText: /cores?/ });
  await expect(holders.filter({ hasText: 'old-vm' })).toContainText('Stopped');
  await holders.getByRole('button', { name: 'old-vm' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'old-vm' })).toBeVisible();
});

test('a family without quota says so, and what to do about it', async ({ sidebar, page, lab }) => {
  await lab.control('PUT', 'quota', { family: 'standardNCFamily', limit: 0 });
  await lab.ask('GET', 'instances?refresh=1');
  await sidebar.reload();
  await sidebar.panel.getByRole('button', { name: 'All quotas' }).click();
  const bar = sidebar.panel.getByRole('button', { name: 'NC: no quota', exact: true });
  await expect(bar.locator('.jp-CIManager-usageBar > span').first()).toHaveCSS('width', '0px');
  await bar.press('Enter');
  await expect(bar).toHaveAttribute('aria-expanded', 'true');
  const advice = sidebar.panel.getByRole('listitem').filter({ hasText: 'Ask for quota' });
  await expect(advice).toBeVisible();
  await sidebar.panel.getByRole('button', { name: 'Show less' }).click();
  expect(await violations(page, '.jp-CIManager')).toEqual([]);
});

test('somebody else’s instance is touched only when its name was typed', async ({
  sidebar,
  lab
}) => {
  const { dialog } = sidebar;
  await sidebar.filter('ds-boris');
  await sidebar.choose('ds-boris', 'Restart…');
  await expect(dialog).toContainText('It belongs to Boris Example.');
  const name = dialog.getByLabel('Type ds-boris to confirm');
  await expect(name).toBeFocused();
  await name.fill('boris');
  await dialog.getByRole('button', { name: 'Restart', exact: true }).click();
  await expect(name).toHaveAccessibleDescription('This is not its name.');
  await name.fill('ds-boris');
  await lab.inRealTime(async () => {
    await sidebar.answer('Restart');
    await expect(sidebar.instance('ds-boris')).toContainText('Restarting');
  });
  await expect(sidebar.instance('ds-boris')).toContainText('Running', { timeout: 60_000 });
});

test('the automatic stop is changed in the tab, as a whole or not at all, and put off', async ({
  sidebar,
  page,
  lab
}) => {
  const known = async () =>
    (await lab.ask('GET', 'instances/ds-boris')).body as unknown as IInstance;
  await sidebar.filter('ds-boris');
  await sidebar.choose('ds-boris', 'Details');
  const tab = page.getByRole('region', { name: 'Automatic stop' });
  await expect(page.getByRole('heading', { level: 1, name: 'ds-boris' })).toBeVisible();
  await expect(page.getByRole('term').filter({ hasText: 'Billing' })).toBeVisible();
  const overview = page.getByRole('region', { name: 'Overview' });
  await expect(overview).toContainText(/Created\d+\/\d+\/\d{2}/);
  await expect(overview).toContainText(/Image.* days old/);
  await expect(page.getByRole('region', { name: 'Training jobs on it' })).toContainText(
    'None runs or waits.'
  );

  await tab.getByLabel('Stop it when nobody uses it').selectOption('240');
  await expect.poll(async () => (await known()).idle_shutdown_minutes).toBe(240);

  const before = (await known()).schedules;
  await tab.getByRole('button', { name: 'Add a start' }).click();
  await tab.getByRole('button', { name: 'Discard changes' }).click();
  await expect(tab.getByRole('button', { name: 'Save schedules' })).toBeHidden();

  // A stop within the day to come, so that it can be put off.
  const soon = new Date(Date.now() + 3 * 3600_000);
  await tab.getByRole('button', { name: 'Add a stop' }).click();
  const added = tab.getByRole('group', { name: /^Stop at 19:00, Monday to Friday/ }).last();
  await added.getByLabel('Time zone').selectOption('UTC');
  for (const day of ['Sat', 'Sun']) {
    await tab.getByRole('checkbox', { name: day }).last().check();
  }
  await tab
    .getByLabel('Time of day')
    .last()
    .fill(`${String(soon.getUTCHours()).padStart(2, '0')}:00`);
  expect((await known()).schedules).toEqual(before);
  await tab.getByRole('button', { name: 'Save schedules' }).click();
  await expect(tab.getByRole('button', { name: 'Save schedules' })).toBeHidden();
  expect((await known()).schedules.pop()).toMatchObject({
    action: 'stop',
    expression: `0 ${soon.getUTCHours()} * * *`,
    time_zone: 'UTC'
  });

  await expect(tab.getByText(/Next stop in/)).toBeVisible();
  await tab.getByLabel('Postpone by').selectOption('120');
  await tab.getByRole('button', { name: 'Postpone', exact: true }).click();
  await expect(tab.getByText(/It is not stopped before \d+:00/)).toBeVisible();
  await expect(tab.getByLabel('Stop it when nobody uses it')).toHaveValue('240');
  await expect(sidebar.instance('ds-boris')).toContainText('Not stopped before');
  await tab.getByRole('button', { name: 'Undo' }).click();
  await expect(tab.getByText(/Next stop in/)).toBeVisible();
  await expect(sidebar.instance('ds-boris')).not.toContainText('Not stopped before');
  await sidebar.choose('ds-boris', 'Postpone the stop by 1 h');
  await expect(page.getByRole('alert').first()).toContainText('ds-boris is not stopped before');
});
