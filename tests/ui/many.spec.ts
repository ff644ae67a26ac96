/**
 * A thousand instances: only what is in sight is drawn, and all can be reached.
 */
import { expect, test } from './lab';

interface IList {
  instances: { name: string }[];
}

test('a thousand instances stay smooth to walk through', async ({ sidebar, page }) => {
  await page.route(
    url => url.pathname.endsWith('/jupyter-ci-manager/instances'),
    async route => {
      const answer = await route.fetch();
      const list = (await answer.json()) as IList;
      const model = list.instances.find(each => each.name === 'ds-anna');
      list.instances = Array.from({ length: 1000 }, (_, i) => ({
        ...model,
        name: `many-${String(i).padStart(3, '0')}`
      }));
      await route.fulfill({ response: answer, json: list });
    }
  );
  await sidebar.panel.getByRole('button', { name: 'Refresh everything' }).click();
  await expect(sidebar.instance('many-000')).toBeVisible();
  await expect(sidebar.instances).toHaveAttribute('aria-rowcount', '1000');
  expect(await sidebar.instances.getByRole('row').count()).toBeLessThan(60);

  await sidebar.instance('many-000').focus();
  await page.keyboard.press('End');
  await expect(sidebar.instance('many-999')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(sidebar.instance('many-998')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(sidebar.instance('many-000')).toBeFocused();

  await sidebar.filter('many-500');
  await expect(sidebar.instances.getByRole('row')).toHaveCount(1);
});
