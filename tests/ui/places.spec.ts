/**
 * Where the panel and its sections stand is the user's choice, and kept.
 */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './lab';

/** JupyterLab has written down how its windows lie, with these words in it. */
const kept = (page: Page, ...words: string[]) =>
  page.waitForResponse(answer => {
    const request = answer.request();
    const text = request.postData() ?? '';
    return (
      request.method() === 'PUT' &&
      answer.url().includes('/api/workspaces/') &&
      words.every(word => text.includes(word))
    );
  });

/** Choose from a context menu of JupyterLab's, and from the menus inside it. */
async function chooseFrom(page: Page, target: Locator, ...labels: string[]): Promise<void> {
  await target.click({ button: 'right' });
  for (const label of labels) {
    const entry = page.locator('.lm-Menu-itemLabel').filter({ hasText: label }).last();
    await entry.hover();
    if (label === labels[labels.length - 1]) {
      await entry.click();
    } else {
      await page.keyboard.press('ArrowRight');
    }
  }
}

test('what is folded stays folded, and sizes stay, over a reload', async ({ sidebar, page }) => {
  const title = (name: string) =>
    sidebar.panel.locator('.jp-AccordionPanel-title').filter({ hasText: name });
  const height = async (name: string) =>
    (await sidebar.panel.getByRole('region', { name: `${name} Section` }).boundingBox())?.height ??
    0;
  // There is nothing to see in it before something is done.
  await expect(title('Jobs')).toHaveAttribute('aria-expanded', 'false');
  const saved = kept(page, '"expansionStates":[true,false,true]');
  await title('Environments & kernels').click();
  await title('Jobs').click();
  await saved;
  const before = [await height('Compute instances'), await height('Jobs')];
  expect(before[0]).toBeGreaterThan(2 * before[1]);
  expect(before[1]).toBeGreaterThan(100);

  await sidebar.reload();
  await expect(sidebar.instance('ds-anna')).toBeVisible();
  await expect(title('Compute instances')).toHaveAttribute('aria-expanded', 'true');
  await expect(title('Environments & kernels')).toHaveAttribute('aria-expanded', 'false');
  await expect(title('Jobs')).toHaveAttribute('aria-expanded', 'true');
  // The header is a little higher or lower by now.
  await expect
    .poll(async () => Math.abs((await height('Compute instances')) - before[0]))
    .toBeLessThan(30);
  expect(Math.abs((await height('Jobs')) - before[1])).toBeLessThan(30);
});

test('a section moves to the file browser, works there, stays there and comes back', async ({
  sidebar,
  page
}) => {
  const title = page.locator('.jp-AccordionPanel-title').filter({ hasText: 'Environments' });
  const saved = kept(page, 'jp-ci-manager-environments', '"current":"filebrowser"');
  await chooseFrom(page, title, 'Move to File Browser');
  await page.locator('.jp-SideBar [data-id="filebrowser"]').click();
  await expect(sidebar.environment('azureml_py36')).toBeVisible();
  await expect(sidebar.instances).toBeHidden();

  await saved;
  await page.reload();
  await expect(sidebar.environment('azureml_py36')).toBeVisible();
  await chooseFrom(page, title, 'Move back to Compute instances and kernels');
  await sidebar.show();
  await expect(sidebar.environment('azureml_py36')).toBeVisible();
  const sections = sidebar.panel.locator('.jp-AccordionPanel-title');
  await expect(sections).toContainText(['Compute instances', 'Environments & kernels', 'Jobs']);
});

test('the panel stands in the main area as a table that sorts, and on the right', async ({
  sidebar,
  page
}) => {
  const tab = page.locator('[data-id="jp-ci-manager-panel"]');
  await chooseFrom(page, tab, 'Move Widget To', 'Move to Main Area');
  const price = sidebar.instances.getByRole('columnheader', { name: 'Price' });
  await price.getByRole('button').click();
  await expect(price).toHaveAttribute('aria-sort', 'descending');
  const rows = sidebar.instances.getByRole('row');
  await expect(rows.nth(1)).toContainText('$3.06/h');
  await expect(rows.nth(1).getByRole('gridcell')).toHaveCount(8);

  await sidebar.instances.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await expect(rows.nth(1)).toContainText('brand-new');

  await chooseFrom(
    page,
    page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab').filter({ hasText: 'Compute instances' }),
    'Move Widget To',
    'Move to Right Sidebar'
  );
  await expect(page.locator('#jp-right-stack').getByRole('grid').first()).toBeVisible();
});
