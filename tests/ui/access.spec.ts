/**
 * For everybody: by keyboard alone, for screen readers, in every theme.
 */
import { violations } from './axe';
import { expect, test } from './lab';

for (const theme of [
  'JupyterLab Light',
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast'
] as const) {
  test(`axe-core finds nothing in the panel, a dialog and a menu: ${theme}`, async ({
    sidebar,
    page,
    lab
  }) => {
    await lab.theme(theme);
    await sidebar.reload();
    await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
    expect(await violations(page, '.jp-CIManager')).toEqual([]);

    await sidebar.panel.getByRole('button', { name: 'More actions for ds-anna' }).click();
    await expect(page.getByRole('menu')).toBeVisible();
    expect(await violations(page, '.jp-CIManager-menu')).toEqual([]);
    await page.keyboard.press('Escape');

    await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
    await expect(sidebar.dialog.getByText('This name is free.')).toBeVisible();
    expect(await violations(page, '.jp-CIManager-form')).toEqual([]);
    await page.keyboard.press('Escape');

    await sidebar.choose('ds-anna', 'Details');
    await expect(page.getByRole('heading', { name: /ds-anna/ })).toBeVisible();
    expect(await violations(page, '.jp-CIManager-details')).toEqual([]);
  });
}

test('an instance is stopped and started with the keyboard alone', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.theme('JupyterLab Light');
  await sidebar.panel.getByRole('searchbox', { name: /Filter instances/ }).focus();
  await page.keyboard.type('gpu-bench');
  const row = sidebar.instance('gpu-bench');
  await expect(row).toContainText('Running');
  await page.keyboard.press('Tab'); // Only mine
  await page.keyboard.press('Tab'); // Order and groups
  await page.keyboard.press('Tab');
  await expect(row).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Stop gpu-bench' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(sidebar.dialog).toContainText('Stop gpu-bench?');
  await expect(sidebar.dialog.getByRole('button', { name: 'Stop' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(sidebar.dialog).toBeHidden();
  await expect(row).toContainText('Stopped', { timeout: 60_000 });
  await expect(row).toBeFocused();

  await row.focus();
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem', { name: 'Details' })).toBeFocused();
  await page.keyboard.press('s');
  await expect(page.getByRole('menuitem', { name: /^Start/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row.getByRole('button', { name: /More actions/ })).toBeFocused();
});

test('what cannot be done says why, to everybody', async ({ sidebar, page }) => {
  await sidebar.filter('ds-boris');
  await sidebar.panel.getByRole('button', { name: 'More actions for ds-boris' }).click();
  const open = page.getByRole('menuitem', { name: 'Open JupyterLab on it' });
  await expect(open).toHaveAttribute('aria-disabled', 'true');
  await expect(open).toHaveAccessibleDescription(/\w{3,}/);
  await open.focus();
  await expect(open).toBeFocused();
});

test('what Azure may refuse now says so beforehand, and the refusal can be read to its end', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.control('PATCH', 'computes/for-anna', { state: 'Running' });
  await lab.inRealTime(async () => {
    await lab.ask('GET', 'instances?refresh=1');
    expect((await lab.ask('POST', 'instances/for-anna/stop?confirm=for-anna')).status).toBe(202);
    await sidebar.filter('for-anna');
    await expect(sidebar.instance('for-anna')).toContainText('Stopping');
    await sidebar.menuOf('for-anna');
    const entry = page.getByRole('menuitem', { name: 'Delete…' });
    await expect(entry).toBeEnabled();
    await expect(entry).toHaveAccessibleDescription(/Azure may refuse/);
    await entry.click();
    await expect(sidebar.dialog).toContainText('Azure may refuse');
    await sidebar.answer('Delete');
    await expect(page.locator('.Toastify__toast')).toContainText(
      'Another operation is still running. Wait until it has ended; the state is shown as soon as it changes.'
    );
  });
});
