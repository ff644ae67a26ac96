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
    await sidebar.reload();
    await sidebar.widen(320);
    await expect(sidebar.instance('ds-anna')).toBeVisible();
    await page.mouse.move(700, 700);
    await page.screenshot(picture(`sidebar-${theme}`));
  });
}

test('dialogs', async ({ page, lab, sidebar }) => {
  await lab.theme('JupyterLab Light');
  await sidebar.reload();
  await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
  await expect(sidebar.dialog.getByText('This name is free.')).toBeVisible();
  await expect(sidebar.dialog.getByRole('radio', { checked: true })).toBeVisible();
  await page.screenshot(picture('create-instance'));
  await page.keyboard.press('Escape');

  await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();
  await sidebar.dialog.getByLabel('Name', { exact: true }).fill('newenv');
  await expect(sidebar.dialog).toContainText(/to download/);
  await page.screenshot(picture('new-kernel'));

  await sidebar.answer('Create');
  const job = sidebar.jobs.getByRole('listitem').first();
  await job.getByRole('button', { name: /^Log of/ }).click();
  await expect(job.getByRole('log')).toContainText('link');
  await sidebar.widen(320);
  await page.screenshot(picture('job'));
  await expect(job).toContainText('done', { timeout: 60_000 });
});

test('an instance', async ({ page, sidebar }) => {
  await sidebar.choose('ds-anna', 'Details');
  await expect(page.getByRole('heading', { name: /ds-anna/ })).toBeVisible();
  await page.screenshot(picture('instance'));
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
