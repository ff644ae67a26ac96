/**
 * A part of the program that cannot be fetched, for the server is down say: it is told, and had as
 * soon as it can be, without a reload of the page.
 */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './lab';
import { Sidebar } from './sidebar';

/** All of our program but what JupyterLab itself needs to begin with it. */
const PARTS = /\/extensions\/jupyter-ci-manager\/static\/\d+\.\w+\.js/;

const failing = (page: Page) => page.route(PARTS, route => route.abort('connectionrefused'));
const answering = (page: Page) => page.unroute(PARTS);

/** Press "Try again" until `goal` is there: it may come by itself as well. */
async function tryAgain(place: Locator, goal: Locator): Promise<void> {
  const button = place.getByRole('button', { name: 'Try again' }).first();
  await expect(async () => {
    if (await button.isVisible()) {
      await button.click({ timeout: 1_000 });
    }
    await expect(goal).toBeVisible({ timeout: 3_000 });
  }).toPass();
}

test('what cannot be fetched says so, and is tried again without a reload', async ({
  page,
  lab
}) => {
  const sidebar = new Sidebar(page, lab);
  await lab.given('gpu-bench', 'Running');
  await page.goto(`${lab.url()}&reset`);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });

  await test.step('the panel', async () => {
    await failing(page);
    await sidebar.show();
    const notice = sidebar.panel.getByRole('alert').first();
    await expect(notice).toContainText('This part of the page could not be loaded.');
    await expect(notice).toContainText('reload the page');
    await answering(page);
    await tryAgain(sidebar.panel, sidebar.instances.getByRole('row').first());
    await expect(sidebar.environments.getByRole('row').first()).toBeVisible();
    await expect(sidebar.tool('Create instance…')).toBeVisible();
    await expect(sidebar.panel.getByRole('button', { name: /^Who acts in Azure/ })).toBeVisible();
    await expect(sidebar.panel.getByRole('alert')).toHaveCount(0);
  });

  await test.step('what stands outside of it comes by itself', async () => {
    await expect(page.locator('.jp-CIManager-status')).toContainText('running');
    await page.locator('.jp-SideBar [data-id="jp-running-sessions"]').click();
    const item = page.locator('.jp-RunningSessions-item').filter({ hasText: 'gpu-bench' });
    await expect(item).toBeVisible();
    await sidebar.show();
  });

  await test.step('a tab, a dialog', async () => {
    await failing(page);
    await sidebar.filter('gpu-bench');
    await sidebar.choose('gpu-bench', 'Details');
    const tab = page.locator('.jp-CIManager-details');
    await expect(tab.getByRole('alert')).toContainText('could not be loaded');
    await sidebar.tool('Create instance…').click();
    const told = page.getByRole('alert').filter({ hasText: 'It could not be loaded. Try again' });
    await expect(told).toBeVisible();
    await answering(page);
    await tryAgain(tab, page.getByRole('heading', { name: /gpu-bench/ }));
    await sidebar.tool('Create instance…').click();
    await expect(sidebar.dialog).toContainText('Create compute instance');
    await sidebar.answer('Cancel');
  });
});
