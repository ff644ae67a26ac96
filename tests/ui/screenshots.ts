/**
 * `make screenshots`: the pictures of the documentation, in docs/images, and for looking at them
 * every state of the panel, in .cache/pictures.
 */
import * as path from 'path';
import { expect, test, type Theme } from './lab';
import { LOADING, STATES } from './states';

const IMAGES = path.resolve(__dirname, '../../docs/images');
const picture = (name: string) => ({
  path: path.join(IMAGES, `${name}.png`),
  animations: 'disabled' as const
});

test.use({ viewport: { width: 1000, height: 760 } });

for (const theme of ['light', 'dark'] as const) {
  test(`sidebar, ${theme}`, async ({ page, lab, sidebar }) => {
    await lab.theme(theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light');
    await sidebar.open();
    await sidebar.widen(320);
    await expect(sidebar.instance('ds-anna')).toBeVisible();
    await page.mouse.move(700, 700);
    await page.screenshot(picture(`sidebar-${theme}`));
  });
}

test('dialogs', async ({ page, lab, sidebar }) => {
  test.setTimeout(240_000);
  const { dialog } = sidebar;
  await lab.theme('JupyterLab Light');
  await sidebar.reload();
  await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
  await expect(dialog.getByText('This name is free.')).toBeVisible();
  await expect(dialog.getByText(/per hour while it runs/)).toBeVisible();
  await page.screenshot(picture('create-instance'));
  await dialog.getByText('More options').click();
  await dialog.locator('summary', { hasText: /^Stop and start at fixed times/ }).click();
  await dialog.getByRole('button', { name: 'Add a stop' }).click();
  await dialog.locator('summary', { hasText: /^SSH/ }).click();
  await dialog.getByRole('radio', { name: 'with a key I have' }).check();
  await page.screenshot(picture('create-options'));
  await page.keyboard.press('Escape');

  await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('newenv');
  await dialog.getByLabel('More packages').pressSequentially('ipyk');
  await expect(dialog.getByRole('option', { name: /ipykernel/ })).toBeVisible();
  await page.screenshot(picture('new-kernel'));
  await dialog.getByLabel('More packages').fill('');
  await expect(dialog).toContainText(/to download/);

  await sidebar.answer('Create');
  await page.setViewportSize({ width: 1000, height: 900 });
  const job = sidebar.jobs.getByRole('listitem').first();
  await job.getByRole('button', { name: /^Log of/ }).click();
  await expect(job.getByRole('log')).toContainText('link');
  await sidebar.widen(320);
  await page.screenshot(picture('job'));
  await page.setViewportSize({ width: 1000, height: 760 });
  await expect(job).toContainText('done', { timeout: 60_000 });

  await sidebar.choose('newenv', 'Packages…');
  await dialog.getByRole('searchbox', { name: 'Filter packages' }).fill('p');
  await dialog.getByLabel('Change').selectOption('remove');
  await dialog.getByLabel('Packages', { exact: true }).fill('pip');
  await expect(dialog.getByText(/would change:/)).toBeVisible();
  await page.screenshot(picture('packages'));
});

for (const theme of ['light', 'dark'] as const) {
  const name = (what: string) => (theme === 'dark' ? `${what}-dark` : what);
  test(`an instance, ${theme}`, async ({ page, lab, sidebar }) => {
    await lab.theme(theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light');
    await page.setViewportSize({ width: 1200, height: 860 });
    await sidebar.reload();
    await sidebar.choose('ds-anna', 'Details');
    await expect(page.getByRole('heading', { name: /ds-anna/ })).toBeVisible();
    await expect(page.getByText('None runs or waits.')).toBeVisible();
    await page.screenshot(picture(name('instance')));
    await lab.theme('JupyterLab Light');
  });
}

test('a new instance, dark', async ({ page, lab, sidebar }) => {
  await lab.theme('JupyterLab Dark');
  await sidebar.reload();
  await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
  await expect(sidebar.dialog.getByText('This name is free.')).toBeVisible();
  await expect(sidebar.dialog.getByText(/per hour while it runs/)).toBeVisible();
  await page.screenshot(picture('create-instance-dark'));
  await page.keyboard.press('Escape');
  await lab.theme('JupyterLab Light');
});

const THEMES: Record<string, Theme> = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark',
  contrast: 'JupyterLab Dark High Contrast'
};

for (const [short, theme] of Object.entries(THEMES)) {
  test(`every state, ${short}`, async ({ page, lab, sidebar }) => {
    const show = (name: string) =>
      page.screenshot({
        path: path.resolve(__dirname, '../../.cache/pictures', `${name}-${short}.png`),
        animations: 'disabled',
        clip: { x: 0, y: 0, width: 400, height: 760 }
      });
    await lab.theme(theme);
    await sidebar.reload();
    await sidebar.widen(300);
    for (const state of [...STATES, LOADING]) {
      await state.enter(sidebar);
      for (const words of state.says) {
        await expect(sidebar.panel).toContainText(words);
      }
      await show(state.name);
      await state.leave(sidebar);
      await expect(sidebar.panel.getByRole('alert')).toHaveCount(0);
    }
    await lab.theme('JupyterLab Light');
  });
}

for (const [short, theme] of Object.entries(THEMES)) {
  test(`every dialog and an instance in trouble, ${short}`, async ({ page, lab, sidebar }) => {
    test.setTimeout(180_000);
    const { dialog } = sidebar;
    const show = (name: string) =>
      page.screenshot({
        path: path.resolve(__dirname, '../../.cache/pictures', `${name}-${short}.png`),
        animations: 'disabled'
      });
    await lab.theme(theme);
    await sidebar.reload();
    await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
    await expect(dialog.getByText('This name is free.')).toBeVisible();
    await dialog.getByText('More options').click();
    for (const group of await dialog.locator('.jp-CIManager-group > summary').all()) {
      await group.click();
    }
    await dialog.getByRole('button', { name: 'Add a stop' }).click();
    await dialog.getByRole('radio', { name: 'by its names' }).check();
    await dialog.getByLabel('Somebody else shall use it').check();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await show('dialog-create');
    await page.keyboard.press('Escape');

    await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('azureml_py36');
    await dialog.getByText('More options').click();
    await expect(dialog.getByText('There is an environment of that name.')).toBeVisible();
    await show('dialog-kernel');
    await page.keyboard.press('Escape');

    for (const [entry, name, sign] of [
      ['Packages…', 'dialog-packages', 'ipykernel'],
      ['Export…', 'dialog-export', 'Copy'],
      ['Protection and snapshots…', 'dialog-protection', 'Snapshots']
    ]) {
      await sidebar.choose('azureml_py36', entry);
      await expect(dialog.getByText(sign).first()).toBeVisible();
      await show(name);
      await page.keyboard.press('Escape');
    }
    for (const [entry, name] of [
      ['Resize…', 'dialog-resize'],
      ['Delete…', 'dialog-delete']
    ]) {
      await sidebar.filter('ds-boris');
      await sidebar.choose('ds-boris', entry);
      await expect(dialog.getByLabel('Type ds-boris to confirm')).toBeVisible();
      await show(name);
      await page.keyboard.press('Escape');
    }
    await sidebar.filter('etl-setup');
    await sidebar.choose('etl-setup', 'Details');
    await expect(page.getByRole('region', { name: 'What went wrong' })).toBeVisible();
    await show('trouble');
    await lab.theme('JupyterLab Light');
  });
}
