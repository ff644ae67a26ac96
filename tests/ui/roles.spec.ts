/**
 * What each role sees and can do: an owner, a data scientist, a compute operator, a reader, and
 * nobody signed in. What a role may not do says so at its button; what it may do works.
 */
import { expect, test } from './lab';
import { Sidebar } from './sidebar';

test.afterEach(({ lab }) => lab.actAs());

/** Wait until the panel shows somebody's view. */
async function actAs(sidebar: Sidebar, person: Parameters<Sidebar['lab']['actAs']>[0]) {
  await sidebar.lab.actAs(person);
  const who = sidebar.panel.getByRole('button', { name: `Who acts in Azure: ${person}` });
  await expect(who).toBeVisible();
  await expect(sidebar.instances.getByRole('row').first()).toBeVisible();
}

test('an owner may do everything but open what belongs to others', async ({ sidebar, page }) => {
  await actAs(sidebar, 'anna');
  await expect(sidebar.tool('Create instance…')).not.toHaveAttribute('aria-disabled');
  await sidebar.filter('ds-boris');
  await expect(sidebar.instance('ds-boris')).toContainText('Boris Example');
  await sidebar.menuOf('ds-boris');
  await expect(page.getByRole('menuitem', { name: 'Open JupyterLab on it' })).toHaveAttribute(
    'aria-disabled'
  );
  await expect(page.getByRole('menuitem', { name: 'Delete…' })).not.toHaveAttribute(
    'aria-disabled'
  );
});

test('a data scientist starts and stops, but neither creates nor deletes', async ({
  sidebar,
  page
}) => {
  await actAs(sidebar, 'chloe');
  const create = sidebar.tool('Create instance…');
  await expect(create).toHaveAccessibleDescription(/computes\/write/);
  await create.focus();
  await expect(page.locator('.jp-CIManager-tooltip')).toContainText('computes/write');
  await create.press('Enter');
  await expect(sidebar.dialog).toHaveCount(0);

  await sidebar.filter('report-box');
  const row = sidebar.instance('report-box');
  await row.getByRole('button', { name: 'Start report-box' }).click();
  await expect(row).toContainText('Running');
  await sidebar.menuOf('report-box');
  await expect(page.getByRole('menuitem', { name: 'Delete…' })).toHaveAccessibleDescription(
    /computes\/delete/
  );
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: 'Stop report-box' }).click();
  await sidebar.answer('Stop');
  await expect(row).toContainText('Stopped');
});

test('a compute operator works without seeing workspace, sizes or quota', async ({ sidebar }) => {
  await actAs(sidebar, 'emma');
  await sidebar.filter('old-vm');
  const start = sidebar.instance('old-vm').getByRole('button', { name: /^Start old-vm/ });
  await expect(start).not.toHaveAttribute('aria-disabled');
  await expect(sidebar.panel.getByRole('alert')).toHaveCount(0);
});

test('a reader looks, and every button says what is missing', async ({ sidebar, page }) => {
  await actAs(sidebar, 'diego');
  await sidebar.filter('old-vm');
  const start = sidebar.instance('old-vm').getByRole('button', { name: /^Start old-vm/ });
  await expect(start).toHaveAccessibleDescription(/computes\/start\/action/);
  await start.hover();
  await expect(page.locator('.jp-CIManager-tooltip')).toContainText('Ask an owner');
  await start.press('Enter');
  await expect(sidebar.instance('old-vm')).toContainText('Stopped');
  await sidebar.menuOf('old-vm');
  for (const name of ['Start', 'Restart…', 'Resize…', 'Delete…']) {
    await expect(page.getByRole('menuitem', { name, exact: false }).first()).toHaveAttribute(
      'aria-disabled'
    );
  }
});

test('with nobody signed in kernels can still be made', async ({ sidebar, lab }) => {
  await lab.ask('DELETE', 'sign-in');
  await expect(sidebar.panel).toContainText('You are not signed in to Azure');
  await expect(sidebar.tool('Create instance…')).toHaveAccessibleDescription(
    'Sign in to Azure first.'
  );
  expect((await lab.ask('POST', 'kernels', { name: 'signedout' })).status).toBe(202);
  await expect(sidebar.environment('signedout')).toContainText('Python (signedout)', {
    timeout: 60_000
  });
});
