/**
 * A site can switch off any of the front end's plugins: the others work on, and nothing complains.
 */
import * as fs from 'fs';
import * as path from 'path';
import type { Page } from '@playwright/test';
import { expect, type Lab, test } from './lab';
import { Sidebar } from './sidebar';

interface IPlugin {
  id: string;
  requires?: { name: string }[];
  provides?: { name: string };
}

interface IContainer {
  get(module: string): Promise<() => { plugins: IPlugin[] }>;
}

/** Open JupyterLab without some of our plugins; gives what was complained about. */
async function openWithout(page: Page, lab: Lab, off: readonly string[]): Promise<string[]> {
  const folder = path.join(lab.home, 'jupyter-config', 'labconfig');
  const disabledExtensions = Object.fromEntries(off.map(id => [id, true]));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'page_config.json'), JSON.stringify({ disabledExtensions }));
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') {
      complaints.push(message.text());
    }
  });
  await page.goto(`${lab.url()}&reset`);
  await page.locator('#jp-main-dock-panel .lm-TabBar-tab').first().waitFor({ timeout: 60_000 });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  return complaints;
}

test.afterEach(({ lab }) => {
  fs.rmSync(path.join(lab.home, 'jupyter-config', 'labconfig'), { recursive: true, force: true });
});

test('what a site switches off leaves the rest working, without an error', async ({
  page,
  lab
}) => {
  const sidebar = new Sidebar(page, lab);
  const panelTab = page.locator('.jp-SideBar [data-id="jp-ci-manager-panel"]');
  const all = await test.step('without the panel the rest is there', async () => {
    const complaints = await openWithout(page, lab, ['jupyter-ci-manager:panel']);
    await expect(panelTab).toHaveCount(0);
    await page.locator('.jp-SideBar [data-id="jp-running-sessions"]').click();
    const item = page.locator('.jp-RunningSessions-item').filter({ hasText: 'ds-anna' });
    await item.getByText('ds-anna').click();
    await expect(page.getByRole('heading', { name: /ds-anna/ })).toBeVisible();
    expect(complaints).toEqual([]);
    return page.evaluate(async () => {
      const { _JUPYTERLAB } = window as unknown as { _JUPYTERLAB: Record<string, IContainer> };
      const { plugins } = (await _JUPYTERLAB['jupyter-ci-manager'].get('./index'))();
      return plugins.map(({ id, provides, requires = [] }) => ({
        id,
        provides: provides?.name,
        requires: requires.map(token => token.name)
      }));
    });
  });

  // None needs any of the others but the first one.
  const [core, ...others] = all;
  expect(core.id).toBe('jupyter-ci-manager:core');
  expect(all).toHaveLength(13);
  const ours = others.map(each => each.provides);
  for (const { requires } of others) {
    expect(requires.filter(name => ours.includes(name))).toEqual([]);
  }

  await test.step('the panel alone offers what is there', async () => {
    const off = others.map(each => each.id).filter(id => !id.endsWith(':panel'));
    const complaints = await openWithout(page, lab, off);
    await sidebar.show();
    await sidebar.menuOf('ds-anna');
    await expect(page.getByRole('menuitem', { name: 'Open JupyterLab on it' })).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Details' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await sidebar.menuOf('azureml_py36');
    await expect(page.getByRole('menuitem', { name: /^New notebook with/ })).toBeVisible();
    await expect(page.getByRole('menuitem', { name: /terminal/ })).toHaveCount(0);
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  await test.step('without the first one there is nothing', async () => {
    const complaints = await openWithout(page, lab, [core.id]);
    await expect(page.locator('.jp-LauncherCard').first()).toBeVisible();
    await expect(panelTab).toHaveCount(0);
    expect(complaints).toEqual([]);
  });
});
