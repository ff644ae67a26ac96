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
  const { dialog } = sidebar;
  const code = dialog.getByRole('status', { name: 'Code' });
  await expect(code).toHaveText(/^\w{8,}$/);
  await expect(dialog.getByRole('link', { name: /devicelogin/ })).toBeVisible();
  await expect(dialog).toContainText(/good for another 1[45]\smin/);
  expect(await violations(page, '.jp-CIManager')).toEqual([]);
  await other.panel.getByRole('button', { name: 'Show the code…' }).click();
  await expect(other.dialog).toContainText((await code.textContent()) ?? 'no code');

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
  await expect(dialog).toBeHidden();
  await expect(other.dialog).toBeHidden();
});

test('whoever is signed in stays so, with the list in sight, until another has signed in', async ({
  sidebar,
  page,
  lab
}) => {
  // As low as a laptop's window with tabs and bookmarks.
  await page.setViewportSize({ width: 1200, height: 500 });
  const account = sidebar.panel.getByRole('button', { name: /Who acts in Azure: anna/ });
  const ask = async () => {
    await account.click();
    await page.getByRole('menuitemcheckbox', { name: 'Sign in with a code…' }).click();
    const code = sidebar.dialog.getByRole('status', { name: 'Code' });
    await expect(code).toBeInViewport({ ratio: 1 });
    return (await code.textContent()) ?? 'no code';
  };
  await ask();
  await expect(sidebar.dialog).toContainText('you stay signed in as anna@contoso.example');
  const go = sidebar.dialog.getByRole('button', { name: 'Copy code and open page' });
  await expect(go).toBeInViewport({ ratio: 1 });
  await expect(sidebar.instances).toBeVisible();
  await sidebar.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(sidebar.dialog).toBeHidden();
  await expect(account).toBeVisible();
  await expect(sidebar.instances).toBeVisible();

  await lab.control('POST', 'device', { user_code: await ask(), expired: true });
  await expect(page.getByRole('alert').first()).toContainText('The code has expired', {
    timeout: 30_000
  });
  await expect(sidebar.dialog).toBeHidden();
  await expect(account).toBeVisible();
  await expect(sidebar.instances).toBeVisible();
});

test('the tab about an instance asks to sign in, and shows it again', async ({
  sidebar,
  page,
  lab
}) => {
  await sidebar.filter('ds-anna');
  await sidebar.choose('ds-anna', 'Details');
  const tab = page.locator('.jp-CIManager-details');
  await expect(tab.getByRole('heading', { level: 1, name: 'ds-anna' })).toBeVisible();
  await lab.ask('DELETE', 'sign-in');
  await expect(tab).toContainText('Sign in to see this');
  await tab.getByRole('button', { name: 'Sign in…' }).click();
  const code = sidebar.dialog.getByRole('status', { name: 'Code' });
  await lab.control('POST', 'device', {
    user_code: await code.textContent(),
    user: 'anna@contoso.example'
  });
  await expect(tab.getByRole('heading', { level: 1, name: 'ds-anna' })).toBeVisible();
});

test('a sign-in that waits can be cancelled, and a code that was not entered expires', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.ask('DELETE', 'sign-in');
  await sidebar.panel.getByRole('button', { name: 'Sign in…' }).click();
  await expect(sidebar.dialog.getByRole('status', { name: 'Code' })).toBeVisible();
  await sidebar.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(sidebar.panel).toContainText('You are not signed in to Azure');

  await sidebar.panel.getByRole('button', { name: 'Other ways to sign in' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Sign in with a code…' }).click();
  const code = sidebar.dialog.getByRole('status', { name: 'Code' });
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
