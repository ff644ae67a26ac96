/**
 * An environment's life in the sidebar: from a file, through its packages, to its end.
 */
import * as fs from 'fs';
import * as path from 'path';
import { violations } from './axe';
import { expect, test } from './lab';

const FILE = `name: fromfile
dependencies:
  - python
  - ipykernel
`;

test('from a file to its removal: packages with a preview, export, and who is using it', async ({
  sidebar,
  page,
  lab
}) => {
  test.setTimeout(180_000);
  const { dialog } = sidebar;
  const file = path.join(lab.home, 'environment.yml');
  fs.writeFileSync(file, FILE);
  await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();

  // A name that is taken is said at once; proposals come from the channels.
  await dialog.getByLabel('Name', { exact: true }).fill('azureml_py36');
  await expect(dialog.getByText('There is an environment of that name.')).toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('');
  await dialog.getByLabel('More packages').pressSequentially('ipyk');
  await expect(dialog.getByRole('option', { name: /ipykernel/ })).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('More packages')).toHaveValue('ipykernel ');

  await dialog.getByRole('radio', { name: 'a file' }).check();
  await dialog.locator('input[type=file]').setInputFiles(file);
  await expect(dialog.getByText('Read as an environment.yml.')).toBeVisible();
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('fromfile');
  await expect(dialog).toContainText(/\d+ packages, .* to download/);
  expect(await violations(page, '.jp-Dialog')).toEqual([]);
  await sidebar.answer('Create');
  await expect(sidebar.jobs.getByRole('listitem').first()).toContainText('done', {
    timeout: 90_000
  });

  await sidebar.choose('fromfile', 'Packages…');
  await dialog.getByRole('searchbox', { name: 'Filter packages' }).fill('ipykernel');
  await expect(dialog.getByRole('row')).toHaveCount(1);
  await dialog.getByRole('button', { name: 'Remove ipykernel' }).click();
  await expect(dialog.getByLabel('Packages', { exact: true })).toHaveValue('ipykernel');
  await expect(dialog.getByText('1 package would change:')).toBeVisible();
  await dialog.getByLabel('Change').selectOption('install');
  await dialog.getByLabel('Packages', { exact: true }).fill('no-such-package');
  await expect(dialog.getByText(/There is no package called no-such-package/)).toBeVisible();
  await dialog.getByLabel('Packages', { exact: true }).fill('wheel');
  await expect(dialog.getByText(/package would change:|packages would change:/)).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'wheel' })).toContainText('new');
  expect(await violations(page, '.jp-Dialog')).toEqual([]);
  await sidebar.answer('Apply');
  const job = sidebar.jobs.getByRole('listitem').first();
  await expect(job).toContainText('done', { timeout: 60_000 });

  await sidebar.choose('fromfile', 'Export…');
  await expect(dialog.getByLabel('fromfile.yml')).toHaveValue(/ipykernel/);
  await dialog.getByRole('radio', { name: 'exact list' }).check();
  await expect(dialog.getByLabel('fromfile-explicit.txt')).toHaveValue(/@EXPLICIT[\s\S]*wheel/);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save as file' }).click()
  ]);
  expect(saved.suggestedFilename()).toBe('fromfile-explicit.txt');

  // Whoever uses it is named before it is gone.
  const kernel = await fetch(lab.url('api/kernels'), {
    method: 'POST',
    body: JSON.stringify({ name: 'fromfile' }),
    headers: { Authorization: `token ${lab.ready.token}` }
  });
  const { id } = (await kernel.json()) as { id: string };
  await sidebar.choose('fromfile', 'Remove environment…');
  await expect(dialog).toContainText('Python (fromfile)');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(dialog).toContainText(id);
  await dialog.getByLabel('Remove it all the same').check();
  await sidebar.answer('Remove');
  await expect(sidebar.environment('fromfile')).toBeHidden({ timeout: 60_000 });

  // What went well need not stay in the list.
  await expect(sidebar.jobs.getByRole('listitem').first()).toContainText('done');
  await sidebar.panel.getByRole('button', { name: 'Clear what is done' }).click();
  await expect(sidebar.panel.getByText('Nothing is being done')).toBeVisible();
});

test('a protected environment shows why it is, and a snapshot to go back to', async ({
  sidebar
}) => {
  const { dialog } = sidebar;
  await sidebar.choose('azureml_py36', 'Protection and snapshots…');
  await expect(dialog.getByLabel('Protected')).toBeChecked();
  await expect(dialog.getByLabel('Protected')).toBeDisabled();
  await expect(dialog.getByText(/Azure's image ships it/)).toBeVisible();
  await dialog.getByRole('button', { name: /^Go back to/ }).click();
  await expect(dialog.getByText('What was installed or changed since then is lost.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
  await sidebar.answer('Close');
});

test('what a protected environment needs is not removed, and the dialog says why', async ({
  sidebar
}) => {
  const { dialog } = sidebar;
  await sidebar.choose('azureml_py36', 'Packages…');
  await expect(dialog.getByText(/Protected: packages may be installed/)).toBeVisible();
  await dialog.getByLabel('Change').selectOption('remove');
  await dialog.getByLabel('Packages', { exact: true }).fill('ipykernel');
  await expect(dialog.getByRole('status').filter({ hasText: /protected/i })).toBeVisible();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeVisible();
});

test('what no channel has is said at the field, is not sent, and a failed job is asked anew', async ({
  sidebar,
  page,
  lab
}) => {
  const { dialog } = sidebar;
  await sidebar.panel.getByRole('button', { name: 'New kernel…' }).click();
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(dialog.getByText('Give it a name.')).toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('typo');
  const field = dialog.getByLabel('More packages');

  // Enter takes what is marked, or finishes the word; it sends nothing that was not checked.
  await field.pressSequentially('tin');
  await expect(dialog.getByRole('option', { name: /^tiny / }).first()).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await expect(dialog.getByText(/There is no package/)).toBeHidden();
  await page.keyboard.press('Tab');
  await expect(field).toHaveValue('tiny ');
  await field.fill('');
  await field.pressSequentially('tinny');
  await page.keyboard.press('Enter');
  await expect(
    dialog.getByText(/There is no package called tinny .*Did you mean tiny/)
  ).toBeVisible();
  expect(await violations(page, '.jp-Dialog')).toEqual([]);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(dialog.getByRole('button', { name: 'Create', exact: true })).toBeVisible();
  const jobs = async () => ((await lab.ask('GET', 'jobs')).body as { jobs: unknown[] }).jobs.length;
  const before = await jobs();
  await sidebar.answer('Cancel');

  await sidebar.unfoldJobs();
  const begun = await lab.ask('POST', 'kernels', { name: 'typo', packages: ['tinny'] });
  expect([begun.status, await jobs()]).toEqual([202, before + 1]);
  const job = sidebar.jobs.getByRole('listitem').first();
  await expect(job).toContainText('Make kernel typo');
  await expect(job).toContainText('There is no package called tinny', { timeout: 60_000 });
  await job.getByRole('button', { name: /More actions/ }).click();
  await page.getByRole('menuitem', { name: 'Edit and try again…' }).click();
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('typo');
  await expect(field).toHaveValue('tinny');
  await sidebar.answer('Cancel');
});

test('a notebook follows the environment that is renamed under it', async ({
  sidebar,
  page,
  lab
}) => {
  test.setTimeout(180_000);
  const { dialog } = sidebar;
  await sidebar.unfoldJobs();
  await lab.ask('POST', 'kernels', { name: 'novice' });
  await expect(sidebar.jobs.getByRole('listitem').first()).toContainText('done', {
    timeout: 90_000
  });
  await page.locator('.jp-LauncherCard[title="Python (novice)"]').first().click();
  await expect(page.getByText('Python (novice) | Idle')).toBeVisible({ timeout: 60_000 });

  await sidebar.choose('novice', 'Rename environment…');
  // Who uses it is told before anything is pressed.
  await expect(dialog.getByText('It is in use now:')).toBeVisible();
  await dialog.getByLabel('New name').fill('novice2');
  await dialog.getByLabel('Rename it all the same').check();
  await sidebar.answer('Rename');
  await expect(sidebar.environment('novice')).toContainText('being renamed');
  await expect(sidebar.panel.getByText(/has begun to make it/)).toHaveCount(0);
  await expect(page.getByText('Python (novice2) | Idle')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText(/has the kernel Python \(novice2\) now, started anew/)).toBeVisible();
  const cell = page.locator('.jp-Notebook .jp-CodeCell').first();
  await cell.locator('.cm-content').fill('import sys; print(sys.prefix)');
  await page.keyboard.press('Control+Enter');
  await expect(cell.locator('.jp-OutputArea-output')).toContainText('/novice2');

  // One that was saved before names the kernel as it was called then.
  fs.writeFileSync(
    path.join(lab.ready.notebooks, 'early.ipynb'),
    JSON.stringify({
      cells: [],
      metadata: {
        kernelspec: { name: 'novice', display_name: 'Python (novice)', language: 'python' }
      },
      nbformat: 4,
      nbformat_minor: 5
    })
  );
  await page.goto(`${lab.url('lab/tree/early.ipynb')}`);
  await expect(page.getByText(/is called Python \(novice2\) now/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Use Python (novice2)' })).toBeVisible();
});

test('the palette marks what is protected, chooses something else first, and says why not', async ({
  sidebar,
  page,
  lab
}) => {
  const remove = () =>
    page.evaluate(() => {
      const { jupyterapp } = window as unknown as {
        jupyterapp: { commands: { execute: (id: string) => Promise<void> } };
      };
      void jupyterapp.commands.execute('ci-manager:remove-environment');
    });
  await lab.ask('POST', 'kernels', { name: 'spare' });
  await expect(sidebar.environment('spare')).toContainText('Python (spare)', { timeout: 60_000 });
  await remove();
  const choice = sidebar.dialog.getByRole('combobox');
  await expect(choice).not.toHaveValue(/protected/);
  await choice.selectOption('azureml_py36 (protected)');
  await sidebar.answer('Remove');
  await expect(page.getByText(/azureml_py36 is protected: .*Clone it/)).toBeVisible();

  await test.step('where all are protected there is nothing to choose', async () => {
    const { body } = await lab.ask('GET', 'environments');
    const all = (body as { environments: { name: string; is_protected: boolean }[] }).environments;
    const mine = all.filter(each => !each.is_protected).map(each => each.name);
    const protect = (verb: string) =>
      Promise.all(mine.map(name => lab.ask(verb, `environments/${name}/protection`)));
    await protect('PUT');
    try {
      await sidebar.reload();
      await expect(sidebar.environment('spare')).toContainText('protected');
      await remove();
      const told = page
        .locator('.Toastify__toast')
        .filter({ hasText: 'All environments are protected.' });
      await told.getByRole('button', { name: 'Clone…' }).click();
      await expect(sidebar.dialog).toContainText('Clone environment');
      await sidebar.answer('Cancel');
    } finally {
      await protect('DELETE');
    }
  });
});
