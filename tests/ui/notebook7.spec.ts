/**
 * Notebook 7 has other plugins than JupyterLab: ours start without those that it lacks.
 */
import { expect, test } from './lab';

/** JupyterLab's own shortcuts plugin stumbles when settings are read before its own. */
const NOT_OURS = /reading 'schema'/;

test('Notebook 7 loads without an error and with our commands', async ({ page, lab }) => {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.stack ?? error.message));
  page.on('console', message => {
    if (message.type() === 'error') {
      errors.push(message.text());
    }
  });
  await page.goto(lab.url('tree'));
  await expect(page.locator('.jp-FileBrowser')).toBeVisible({ timeout: 60_000 });
  const ours = () =>
    page.evaluate(() => {
      const { jupyterapp } = window as unknown as {
        jupyterapp: { commands: { listCommands(): string[] } };
      };
      return jupyterapp.commands.listCommands().filter(id => id.startsWith('ci-manager:')).length;
    });
  await expect.poll(ours).toBeGreaterThan(30);
  await page.keyboard.press('Control+Shift+KeyC');
  const palette = page.getByRole('dialog').or(page.locator('.jp-ModalCommandPalette'));
  await palette.getByRole('searchbox').or(palette.locator('input')).first().fill('Create Instance');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Name', { exact: true })).toBeVisible();
  expect(errors.filter(each => !NOT_OURS.test(each))).toEqual([]);
});
