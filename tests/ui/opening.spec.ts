/**
 * From a page on which nobody looks to the first clicks: what is fetched when, and what stays legible
 * and in reach in narrow places.
 */
import type { Locator, Page } from '@playwright/test';
import { Sidebar } from './sidebar';
import { expect, test } from './lab';

const tab = (page: Page, id: string) => page.locator(`.jp-SideBar [data-id="${id}"]`);

/** Click twice as a hand does: what the first click brings is there before the second one. */
async function doubleClick(page: Page, target: Locator, apart: number): Promise<void> {
  const box = await target.boundingBox();
  if (!box) {
    throw new Error('There is nothing to click.');
  }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (const clickCount of [1, 2]) {
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
    if (clickCount === 1) {
      // The time between two clicks is what is tried.
      await page.waitForTimeout(apart);
    }
  }
}

test('a closed panel runs and asks nothing; what is opened is legible in 250 pixels', async ({
  page,
  lab
}) => {
  await lab.given('gpu-bench', 'Running');
  const sidebar = new Sidebar(page, lab);
  const asked: string[] = [];
  page.on('request', request => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/jupyter-ci-manager/')) {
      asked.push(pathname.slice('/jupyter-ci-manager/'.length));
    }
  });

  await test.step('nothing but whether this is an instance', async () => {
    const prefetched = page.waitForResponse(
      answer => answer.request().resourceType() === 'other' && answer.url().includes('ci-manager')
    );
    await page.goto(`${lab.url()}&reset`);
    await page.locator('#jp-main-dock-panel .lm-TabBar-tab').first().waitFor({ timeout: 60_000 });
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await prefetched;
    await expect(page.locator('#jp-ci-manager-panel .jp-CIManager:not(:empty)')).toHaveCount(0);
    expect(asked).toEqual(['status']);
  });

  await test.step('whoever looks at what runs is shown instances, whole', async () => {
    await tab(page, 'jp-running-sessions').click();
    const item = page.locator('.jp-RunningSessions-item').filter({ hasText: 'gpu-bench' });
    await expect(item).toBeVisible();
    await sidebar.widen(250);
    const facts = item.locator('.jp-RunningSessions-itemDetail');
    await expect(facts).toHaveText(/^\$0\.53\/h · .* · /);
    expect(await facts.evaluate(node => node.scrollWidth - node.clientWidth)).toBe(0);
    await expect(item.locator('.jp-RunningSessions-itemLabel')).toHaveAttribute(
      'title',
      /Running · \$0\.53/
    );
  });

  await test.step('the panel, read once', async () => {
    asked.length = 0;
    await tab(page, 'jp-ci-manager-panel').click();
    await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
    await expect(sidebar.tool('Create instance…')).toBeVisible();
    expect(asked.filter(each => each === 'instances').length).toBeLessThan(2);
  });

  await test.step('a double click asks once, and does not answer', async () => {
    await sidebar.filter('gpu-bench');
    const stop = sidebar.instance('gpu-bench').getByRole('button', { name: 'Stop gpu-bench' });
    for (const apart of [0, 150]) {
      await doubleClick(page, stop, apart);
      await expect(sidebar.dialog).toContainText('Kept: its disk.');
      await page.keyboard.press('Escape');
      await expect(sidebar.dialog).toHaveCount(0);
      await expect(stop).toBeFocused();
    }
    await doubleClick(page, page.getByRole('button', { name: 'More actions for gpu-bench' }), 150);
    await expect(page.getByRole('menu')).toBeVisible();
    await page.getByRole('menuitem', { name: 'Details' }).click();
  });

  await test.step('every action in the tab, in its line or in the menu at its end', async () => {
    const actions = page.locator('.jp-CIManager-detailActions');
    const shown = actions.locator('button[data-out="false"]');
    const more = actions.getByRole('button', { name: 'More actions for gpu-bench' });
    await expect(shown).toHaveCount(7);
    await expect(more).toHaveCount(0);
    for (const [width, most] of [
      [900, 6],
      [570, 2]
    ]) {
      await page.setViewportSize({ width, height: 700 });
      await expect(more).toBeVisible();
      await expect.poll(() => shown.count()).toBeLessThanOrEqual(most);
      const count = await shown.count();
      expect(count).toBeGreaterThan(0);
      const tops = await shown.evaluateAll(all => all.map(each => (each as HTMLElement).offsetTop));
      expect(new Set(tops).size).toBe(1);
      await more.click();
      await expect(page.getByRole('menuitem', { name: /^Delete…/ })).toBeVisible();
      await expect(page.locator('.jp-CIManager-menuItem')).toHaveCount(7 - count);
      await page.keyboard.press('Escape');
    }
  });
});
