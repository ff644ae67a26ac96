/**
 * Outside the panel: commands, menus, notebooks, terminals, notifications, running things, settings.
 */
import * as fs from 'fs';
import * as path from 'path';
import type { Page } from '@playwright/test';
import { expect, type Lab, test } from './lab';
import type { Sidebar } from './sidebar';

const SETTINGS = 'jupyter-ci-manager:panel';

interface IApp {
  commands: {
    listCommands(): string[];
    label(id: string): string;
    caption(id: string): string;
    describedBy(id: string): Promise<{ args: { type?: string } | null }>;
    execute(id: string, args?: object): Promise<unknown>;
  };
}

/** Run a command of JupyterLab's, as its palette would. */
const execute = (page: Page, id: string, args: object = {}) =>
  page.evaluate(
    ([command, given]) => {
      const { jupyterapp } = window as unknown as { jupyterapp: IApp };
      void jupyterapp.commands.execute(command as string, given as object);
    },
    [id, args]
  );

const toast = (page: Page, text: string | RegExp) =>
  page.locator('.Toastify__toast').filter({ hasText: text });

test('every command has a label without arguments and says what it takes', async ({
  sidebar,
  page
}) => {
  await expect(sidebar.panel).toBeVisible();
  const told = await page.evaluate(async () => {
    const { commands } = (window as unknown as { jupyterapp: IApp }).jupyterapp;
    const ours = commands.listCommands().filter(id => id.startsWith('ci-manager:'));
    return Promise.all(
      ours.map(async id => ({
        id,
        label: commands.label(id),
        args: (await commands.describedBy(id)).args?.type
      }))
    );
  });
  expect(told.length).toBeGreaterThan(30);
  expect(told.filter(({ label, args }) => label === '' || args !== 'object')).toEqual([]);
});

test('menus lead to the panel, to new kernels, to new instances', async ({ sidebar, page }) => {
  await page.locator('.jp-SideBar [data-id="filebrowser"]').click();
  await expect(sidebar.panel).toBeHidden();
  await page.getByRole('menuitem', { name: 'View', exact: true }).click();
  await page.locator('.lm-Menu-itemLabel').getByText('Show Compute Instances and Kernels').click();
  await expect(sidebar.panel).toBeVisible();
  await expect(sidebar.instances.getByRole('row').first()).toBeFocused();

  await page.getByRole('menuitem', { name: 'File', exact: true }).click();
  await page.locator('.lm-Menu-itemLabel').getByText('New', { exact: true }).hover();
  await page.locator('.lm-Menu-itemLabel').getByText('New conda kernel…').last().click();
  await expect(sidebar.dialog).toContainText('New kernel');
  await page.keyboard.press('Escape');

  await page.getByRole('menuitem', { name: 'Kernel', exact: true }).click();
  await expect(page.getByText('Change to Kernel of Environment…')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+Alt+KeyK');
  await expect(sidebar.dialog).toContainText('New kernel');
  await page.keyboard.press('Escape');

  await page.locator('.jp-SideBar [data-id="filebrowser"]').click();
  await expect(sidebar.panel).toBeHidden();
  await page.keyboard.press('Control+Shift+Alt+KeyC');
  await expect(sidebar.panel).toBeVisible();
  await sidebar.filter('');
  // The same from elsewhere in the panel.
  await sidebar.panel.getByRole('searchbox', { name: /Filter instances/ }).focus();
  await page.keyboard.press('Control+Shift+Alt+KeyC');
  await expect(sidebar.instances.locator(':focus')).toHaveRole('row');
  const read = page.waitForRequest(/jupyter-ci-manager\/instances\?.*refresh=1/);
  await page.keyboard.press('Control+Shift+Alt+KeyR');
  await read;
});

test('a start is told of in one notification from its beginning to its end', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.given('old-vm', 'Stopped');
  await sidebar.filter('old-vm');
  await sidebar
    .instance('old-vm')
    .getByRole('button', { name: /^Start old-vm/ })
    .click();
  await expect(toast(page, 'old-vm is starting: about $')).toBeVisible();
  await expect(toast(page, 'old-vm is running.')).toBeVisible({ timeout: 60_000 });
  await expect(toast(page, 'old-vm')).toHaveCount(1);
  await expect(
    toast(page, 'old-vm is running.').getByRole('button', { name: 'Open JupyterLab' })
  ).toBeVisible();
});

test('what runs is among the running things, with a way to stop it', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.given('gpu-bench', 'Running');
  await sidebar.filter('gpu-bench');
  await expect(sidebar.instance('gpu-bench')).toContainText('Running');
  await page.locator('.jp-SideBar [data-id="jp-running-sessions"]').click();
  const item = page
    .locator('#jp-running-sessions .jp-RunningSessions-item')
    .filter({ hasText: 'gpu-bench' });
  await expect(item).toContainText('$0.53/h');
  await item.hover();
  await item.getByTitle('Stop gpu-bench').click();
  await sidebar.answer('Stop');
  await expect(item).toHaveCount(0, { timeout: 60_000 });
});

test('a notebook whose kernel is gone is offered the nearest one', async ({
  page,
  lab,
  sidebar
}) => {
  const notebook = {
    metadata: {
      kernelspec: { name: 'python38-azureml', display_name: 'Python 3.8 - AzureML' },
      language_info: { name: 'python' }
    },
    nbformat: 4,
    nbformat_minor: 5,
    cells: [
      {
        id: 'a',
        cell_type: 'code',
        metadata: {},
        outputs: [],
        execution_count: null,
        source: 'import pip\nprint(1)'
      }
    ]
  };
  fs.writeFileSync(path.join(lab.ready.notebooks, 'old.ipynb'), JSON.stringify(notebook));
  await expect(sidebar.panel).toBeVisible();
  await execute(page, 'docmanager:open', { path: 'old.ipynb' });
  // JupyterLab asks, too: its question is left unanswered.
  await page.getByRole('dialog').getByRole('button', { name: 'No Kernel' }).click();
  const notice = toast(
    page,
    'The kernel Python 3.8 - AzureML of old.ipynb is not on this machine.'
  );
  await notice.getByRole('button', { name: 'Use Python 3.6 - AzureML' }).click();
  await expect(page.locator('.jp-NotebookPanel .jp-KernelName')).toHaveText('Python 3.6 - AzureML');
  await page.locator('.jp-Notebook').click({ button: 'right' });
  await expect(page.getByText('Change to Kernel of Environment…')).toBeVisible();
});

test('a terminal opens with an environment activated', async ({ sidebar, page, lab }) => {
  await sidebar.choose('azureml_py36', 'Open terminal with it activated');
  const terminal = page.locator('.jp-Terminal .xterm-helper-textarea');
  await terminal.waitFor({ state: 'attached' });
  const file = path.join(lab.ready.notebooks, 'prefix.txt');
  await expect(async () => {
    await terminal.focus();
    await page.keyboard.type('echo "$CONDA_PREFIX $(command -v python)" > prefix.txt');
    await page.keyboard.press('Enter');
    await expect.poll(() => fs.existsSync(file), { timeout: 3_000 }).toBe(true);
  }).toPass();
  const prefix = path.join(lab.ready.envs_dir, 'azureml_py36');
  await expect
    .poll(() => fs.readFileSync(file, 'utf8').trim())
    .toBe(`${prefix} ${prefix}/bin/python`);
});

test('an environment.yml in the file browser becomes a kernel', async ({ sidebar, page, lab }) => {
  fs.writeFileSync(
    path.join(lab.ready.notebooks, 'environment.yml'),
    'name: from-file\ndependencies:\n  - python\n'
  );
  await page.locator('.jp-SideBar [data-id="filebrowser"]').click();
  const file = page.locator('.jp-DirListing-item').filter({ hasText: 'environment.yml' });
  await page
    .locator('#filebrowser')
    .getByRole('button', { name: /Refresh/ })
    .click();
  await file.click({ button: 'right' });
  await page.getByText('New Conda Kernel from This File…').click();
  await expect(sidebar.dialog.getByLabel('Name', { exact: true })).toHaveValue('from-file');
});

test.describe('settings', () => {
  test.afterEach(({ lab }) => lab.configure(SETTINGS, {}));

  const settled = async (lab: Lab, sidebar: Sidebar, settings: object) => {
    await lab.configure(SETTINGS, settings);
    await sidebar.open();
  };

  test('without questions and notifications a stop is one click', async ({
    sidebar,
    page,
    lab
  }) => {
    await settled(lab, sidebar, {
      confirmStop: false,
      notifications: 'none',
      onlyMine: true,
      groupByState: true,
      statusBar: false
    });
    await expect(sidebar.panel.getByRole('checkbox', { name: 'Only mine' })).toBeChecked();
    await expect(sidebar.instances).toContainText(/Running \(\d+\)/);
    await expect(page.locator('.jp-CIManager-status')).toBeHidden();
    await lab.given('gpu-bench', 'Running');
    await sidebar.filter('gpu-bench');
    const row = sidebar.instance('gpu-bench');
    await row.getByRole('button', { name: 'Stop gpu-bench' }).click();
    await expect(row).toContainText('Stopped', { timeout: 60_000 });
    await expect(toast(page, 'gpu-bench')).toHaveCount(0);
  });
});
