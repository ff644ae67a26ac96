/**
 * Who acts in Azure: signing in with a code, the other ways, and out; in all tabs at once.
 */
import { violations } from './axe';
import { expect, test } from './lab';
import { Sidebar } from './sidebar';

test.afterEach(({ lab }) => lab.actAs());

test('a code is shown with its link, signs in when it is entered, and another tab follows', async ({
  sidebar,
  page,
  context,
  lab
}) => {
  const other = new Sidebar(await context.newPage(), lab);
  await other.open();
  await sidebar.panel.getByRole('button', { name: /Who acts in Azure/ }).click();
  const menu = page.getByRole('menu');
  await expect(menu).toContainText('anna@contoso.example');
  await expect(menu).toContainText(/Tenant [0-9a-f-]{36}/);
  expect(await violations(page, '.jp-CIManager-menu')).toEqual([]);
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(sidebar.panel).toContainText('You are not signed in to Azure');
  await expect(other.panel).toContainText('You are not signed in to Azure');

  await sidebar.panel.getByRole('button', { name: 'Sign in…' }).click();
  const code = sidebar.panel.getByRole('status', { name: 'Code' });
  await expect(code).toHaveText(/^\w{8,}$/);
  await expect(sidebar.panel.getByRole('link', { name: /devicelogin/ })).toBeVisible();
  await expect(sidebar.panel).toContainText(/good for another 1[45] m/);
  expect(await violations(page, '.jp-CIManager')).toEqual([]);
  await expect(other.panel).toContainText((await code.textContent()) ?? 'no code');

  await lab.control('POST', 'device', {
    user_code: await code.textContent(),
    user: 'boris@contoso.example'
  });
  await expect(
    sidebar.panel.getByRole('button', { name: /Who acts in Azure: boris/ })
  ).toBeVisible();
  await sidebar.filter('ds-boris');
  await expect(sidebar.instance('ds-boris')).toBeVisible();
  await expect(other.panel.getByRole('button', { name: /Who acts in Azure: boris/ })).toBeVisible();
});

test('a sign-in that waits can be cancelled, and a code that was not entered expires', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.ask('DELETE', 'sign-in');
  await sidebar.panel.getByRole('button', { name: 'Sign in…' }).click();
  await expect(sidebar.panel.getByRole('status', { name: 'Code' })).toBeVisible();
  await sidebar.panel.getByRole('button', { name: 'Cancel' }).click();
  await expect(sidebar.panel).toContainText('You are not signed in to Azure');

  await sidebar.panel.getByRole('button', { name: 'Other ways to sign in' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Sign in with a code…' }).click();
  const code = sidebar.panel.getByRole('status', { name: 'Code' });
  await expect(code).toBeVisible();
  await lab.control('POST', 'device', { user_code: await code.textContent(), expired: true });
  await expect(sidebar.panel).toContainText('The code has expired before it was entered.', {
    timeout: 30_000
  });
  await expect(sidebar.panel).toContainText('Sign in again to get a new one.');
  await expect(sidebar.panel.getByRole('button', { name: 'Sign in…' })).toBeVisible();
});

test('an identity of the machine can be chosen, and says that it is one', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.control('PATCH', 'settings', { managed_identity_user: 'chloe@contoso.example' });
  await sidebar.panel.getByRole('button', { name: /Who acts in Azure/ }).click();
  await page.getByRole('menuitemcheckbox', { name: /managed identity/ }).click();
  await sidebar.panel.getByRole('button', { name: /Who acts in Azure: chloe/ }).click();
  await expect(page.getByRole('menu')).toContainText('Managed identity of this machine');
  await expect(page.getByRole('menuitemcheckbox', { checked: true })).toContainText(
    'managed identity'
  );
});
