/**
 * Every state the panel can be in, entered and left without a reload.
 */
import * as fs from 'fs';
import * as path from 'path';
import { violations } from './axe';
import { expect, test } from './lab';
import { LOADING, NOTHING, STATES } from './states';

test('each state says what is the matter, and passes', async ({ sidebar, page }) => {
  for (const state of STATES) {
    await test.step(state.name, async () => {
      await state.enter(sidebar);
      for (const words of state.says) {
        await expect(sidebar.panel).toContainText(words);
      }
      expect(await violations(page, '.jp-CIManager')).toEqual([]);
      await state.leave(sidebar);
      await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
      await expect(sidebar.panel.getByRole('alert')).toHaveCount(0);
    });
  }
});

test('while nothing is answered grey lines stand there, and soon words', async ({ sidebar }) => {
  await LOADING.enter(sidebar);
  await expect(sidebar.panel.getByRole('status', { name: 'Loading' }).first()).toBeVisible();
  for (const words of LOADING.says) {
    await expect(sidebar.panel).toContainText(words);
  }
  await LOADING.leave(sidebar);
  await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
});

test('without workspace, conda or environment it says how to get one', async ({
  sidebar,
  page,
  lab
}) => {
  const config = path.join(lab.ready.notebooks, 'config.json');
  const content = fs.readFileSync(config, 'utf8');
  fs.rmSync(config);
  await lab.control('PATCH', 'settings', { managed_identity_user: 'anna@contoso.example' });
  try {
    await lab.restart(NOTHING(lab));
    await sidebar.reload();
    await expect(sidebar.panel).toContainText('No workspace is chosen');
    await expect(sidebar.panel).toContainText(/no conda/i);
    expect(await violations(page, '.jp-CIManager')).toEqual([]);

    await sidebar.panel.getByRole('button', { name: 'Choose a workspace…' }).first().click();
    await sidebar.dialog.getByRole('combobox').selectOption('contoso-us — rg-us, eastus');
    await sidebar.answer('Choose');
    await expect(sidebar.panel).toContainText('contoso-us, eastus');
  } finally {
    fs.writeFileSync(config, content);
    await lab.restart();
    await lab.actAs();
    fs.rmSync(path.join(lab.home, 'nothing'), { recursive: true, force: true });
  }
});
