/**
 * An instance that somebody else deletes while one looks at it: its tab says so, and a menu or a
 * question that is open about it leads nowhere wrong.
 */
import { expect, type Lab, test } from './lab';
import type { Sidebar } from './sidebar';

/** Have Azure lose an instance without our server, and let the server look. */
async function deleteBehind(lab: Lab, name: string): Promise<void> {
  const { body } = await lab.ask('GET', `instances/${name}`);
  const answer = await lab.control('POST', 'tokens', { user: 'anna@contoso.example' });
  const token = (answer as { access_token: string }).access_token;
  const url = new URL(`${lab.ready.emulator.url}${(body as { id: string }).id}`);
  url.searchParams.set('api-version', '2025-12-01');
  url.searchParams.set('underlyingResourceAction', 'Delete');
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(url, { method: 'DELETE', headers })).ok).toBe(true);
  await expect(async () => {
    expect((await fetch(url, { headers })).status).toBe(404);
  }).toPass({ timeout: 60_000 });
  expect((await lab.ask('GET', `instances/${name}`)).status).toBe(404);
  await lab.ask('GET', 'instances?refresh=1');
}

/** Make an instance that can be lost, and find it in the list; gives its name. */
async function made(sidebar: Sidebar, prefix: string): Promise<string> {
  const [vm_size, name] = ['Standard_D2s_v3', `${prefix}00000`];
  await sidebar.lab.control('POST', 'seed', { count: 1, prefix, vm_size, state: 'Running' });
  await sidebar.lab.given(name, 'Running');
  await sidebar.filter(name);
  await expect(sidebar.instance(name)).toBeVisible();
  return name;
}

test('what is deleted by somebody else while one looks at it says so', async ({
  sidebar,
  page,
  lab
}) => {
  test.setTimeout(240_000);
  await test.step('its tab', async () => {
    const name = await made(sidebar, 'seen');
    await sidebar.choose(name, 'Details');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await deleteBehind(lab, name);
    const tab = page.locator('.jp-CIManager-details');
    const gone = tab.getByRole('status').filter({ hasText: /(was deleted|is gone)/ });
    await expect(gone).toBeVisible();
    await expect(tab.getByRole('heading', { level: 1 })).toHaveCount(0);
    await expect(tab.getByRole('button')).toHaveCount(0);
  });

  await test.step('its menu', async () => {
    const name = await made(sidebar, 'menu');
    await sidebar.menuOf(name);
    await deleteBehind(lab, name);
    await expect(page.getByRole('menu')).toHaveCount(0);
    await expect(sidebar.panel).toContainText('No instance matches');
  });

  await test.step('a question about it', async () => {
    const name = await made(sidebar, 'asked');
    await sidebar
      .instance(name)
      .getByRole('button', { name: `Stop ${name}` })
      .click();
    await expect(sidebar.dialog).toContainText(`Stop ${name}?`);
    await deleteBehind(lab, name);
    await expect(sidebar.dialog).toContainText(`${name} is gone`);
    await sidebar.answer('Stop');
    const told = page.locator('.Toastify__toast').filter({ hasText: `${name} was not stopped.` });
    await expect(told).toContainText(/does not exist|no compute instance|not found/i);
    await expect(sidebar.panel).toContainText('No instance matches');
  });
});
