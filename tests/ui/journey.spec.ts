/**
 * The main job, through every layer: an instance's life, and a kernel from its request to its
 * first result.
 */
import { expect, test } from './lab';

test('an instance is created, stopped, started and deleted, without a reload', async ({
  sidebar,
  lab
}) => {
  const name = 'journey-ci';
  // What was made comes into sight, wherever in a long list it stands and whatever was filtered.
  await sidebar.filter('ds-');
  const row = sidebar.instance(name);
  await lab.inRealTime(async () => {
    await sidebar.createInstance(name);
    await expect(row).toBeInViewport();
    await sidebar.filter(name);
    await expect(row).toContainText('Creating');
  });
  await expect(row).toContainText('Running', { timeout: 60_000 });
  await expect(row).toContainText('$0.29/h');

  await row.getByRole('button', { name: `Stop ${name}` }).click();
  await expect(sidebar.dialog).toContainText('Kept: its disk.');
  await sidebar.answer('Stop');
  await expect(row).toContainText('Stopped', { timeout: 60_000 });

  await lab.inRealTime(async () => {
    await row.getByRole('button', { name: `Start ${name}` }).click();
    await expect(row).toContainText('Starting');
  });
  await expect(row).toContainText('Running', { timeout: 60_000 });

  await sidebar.choose(name, 'Delete…');
  await expect(sidebar.dialog).toContainText(`Delete ${name}?`);
  await expect(sidebar.dialog).toContainText('Lost for ever');
  await sidebar.answer('Cancel');
  await expect(row).toContainText('Running');
  await sidebar.choose(name, 'Delete…');
  await sidebar.answer('Delete');
  await expect(row).toBeHidden({ timeout: 60_000 });
});

test('a new kernel is made, is in the launcher at once, and runs in its own environment', async ({
  sidebar,
  page,
  lab
}) => {
  const jobs = sidebar.panel.getByRole('heading', { name: 'Jobs' });
  await expect(jobs).toHaveAttribute('aria-expanded', 'false');
  await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();
  await sidebar.dialog.getByLabel('Name', { exact: true }).fill('newenv');
  await expect(sidebar.dialog.getByLabel('Display name')).toHaveValue('Python (newenv)');
  await expect(sidebar.dialog).toContainText(/\d+ packages, .* to download/);
  await sidebar.dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(sidebar.dialog).toBeHidden();

  // What was begun here comes into sight, with room to be seen.
  await expect(jobs).toHaveAttribute('aria-expanded', 'true');
  const job = sidebar.jobs.getByRole('listitem').first();
  await expect(job).toBeInViewport({ ratio: 0.9 });
  await job.getByRole('button', { name: /^Log of/ }).click();
  await expect(job.getByRole('log')).toContainText('solving');
  await expect(job).toContainText('done', { timeout: 90_000 });
  await expect(sidebar.environment('newenv')).toContainText('Python (newenv)');

  const card = page.locator('.jp-LauncherCard[title="Python (newenv)"]').first();
  await expect(card).toBeVisible();
  await card.click();
  const cell = page.locator('.jp-Notebook .jp-CodeCell').first();
  // What is typed before JupyterLab has the file and its kernel is lost.
  await expect(page.getByText('Python (newenv) | Idle')).toBeVisible({ timeout: 60_000 });
  await cell.locator('.cm-content').fill('import sys; print(sys.prefix)');
  await page.keyboard.press('Control+Enter');
  await expect(cell.locator('.jp-OutputArea-output')).toContainText(
    `${lab.ready.envs_dir}/newenv`,
    { timeout: 60_000 }
  );
});

test('a protected environment shows a lock and its reason, and cannot be removed', async ({
  sidebar,
  page,
  lab
}) => {
  const row = sidebar.environment('azureml_py36');
  await expect(row).toContainText('protected');
  await expect(row.getByText('protected', { exact: true })).toHaveAttribute('title', /Azure/);
  await row.getByRole('button', { name: /More actions/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Packages…' })).toBeVisible();
  for (const name of [/^Rename environment…/, /^Remove environment…/]) {
    const entry = page.getByRole('menuitem', { name });
    await expect(entry).toHaveAttribute('aria-disabled', 'true');
    await expect(entry).toContainText('Clone it and work in the clone.');
  }
  await page.keyboard.press('Escape');

  // The menu comes with the right button, too; Delete says why it does nothing, and what to do.
  await row.click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: 'Clone…' })).toBeVisible();
  await page.keyboard.press('Escape');
  await row.focus();
  await page.keyboard.press('Delete');
  const refused = page.getByRole('alert').filter({ hasText: 'azureml_py36 is protected' });
  await expect(refused).toBeVisible();
  await refused.getByRole('button', { name: 'Clone…' }).click();
  await expect(sidebar.dialog).toContainText('Clone environment');
  await sidebar.answer('Cancel');

  const refusal = await lab.ask('DELETE', 'environments/azureml_py36?confirm=azureml_py36');
  expect(refusal.status).toBe(422);
  expect(refusal.body).toMatchObject({ code: 'protected_environment' });
  await expect(sidebar.environment('azureml_py36')).toBeVisible();
});
