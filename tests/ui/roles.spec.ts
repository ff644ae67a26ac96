/**
 * What each role sees and can do: an owner, a data scientist, a compute operator, a reader, and
 * nobody signed in. What a role may not do says so at its button; what it may do works.
 */
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Person } from './lab';
import { Sidebar } from './sidebar';

/** What may be refused, with what its entry in menus and its button in the tab are called. */
const ACTIONS = { start: 'Start', resize: 'Resize…', delete: 'Delete…' };

/** Who may not do what with a stopped instance of somebody else, and which permission is missing. */
const ROLES: { person: Person; refused: Record<string, RegExp>; create?: RegExp }[] = [
  { person: 'anna', refused: {} },
  { person: 'boris', refused: {} },
  {
    person: 'chloe',
    refused: { resize: /computes\/write/, delete: /computes\/delete/ },
    create: /computes\/write/
  },
  // What she may do cannot be read with her role: all can be tried.
  { person: 'emma', refused: {} },
  {
    person: 'diego',
    refused: {
      start: /computes\/start\/action/,
      resize: /computes\/write/,
      delete: /computes\/delete/
    },
    create: /computes\/write/
  }
];

/** What is off says why: on hover, on focus and to screen readers; and does nothing. */
async function saysWhy(page: Page, button: Locator, reason: RegExp | undefined): Promise<void> {
  if (!reason) {
    await expect(button).not.toHaveAttribute('aria-disabled');
    return;
  }
  const tooltip = page.locator('.jp-CIManager-tooltip');
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAccessibleDescription(reason);
  await button.hover();
  await expect(tooltip).toContainText(reason);
  await page.mouse.move(0, 0);
  await expect(tooltip).toHaveCount(0);
  await button.focus();
  await expect(tooltip).toContainText(reason);
  await button.press('Enter');
  await page.keyboard.press('Escape');
  await expect(tooltip).toHaveCount(0);
}

/** Run a command as the palette does. */
async function fromPalette(page: Page, label: string): Promise<void> {
  await page.keyboard.press('Control+Shift+C');
  const search = page
    .getByRole('searchbox', { name: 'Search' })
    .or(page.locator('.lm-CommandPalette-input'));
  await search.first().fill(label);
  await page.locator('.lm-CommandPalette-item').filter({ hasText: label }).first().click();
}

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

test('a data scientist starts and stops', async ({ sidebar, lab }) => {
  await lab.given('report-box', 'Stopped');
  await actAs(sidebar, 'chloe');
  await sidebar.filter('report-box');
  const row = sidebar.instance('report-box');
  await row.getByRole('button', { name: /^Start report-box/ }).click();
  await expect(row).toContainText('Running', { timeout: 60_000 });
  await row.getByRole('button', { name: 'Stop report-box' }).click();
  await sidebar.answer('Stop');
  await expect(row).toContainText('Stopped', { timeout: 60_000 });
});

test('a compute operator works without seeing workspace, sizes or quota', async ({ sidebar }) => {
  await actAs(sidebar, 'emma');
  await sidebar.filter('old-vm');
  const start = sidebar.instance('old-vm').getByRole('button', { name: /^Start old-vm/ });
  await expect(start).not.toHaveAttribute('aria-disabled');
  await expect(sidebar.panel.getByRole('alert')).toHaveCount(0);
});

for (const { person, refused, create } of ROLES) {
  test(`what ${person} may not do says why in every place`, async ({ sidebar, page, lab }) => {
    await lab.given('old-vm', 'Stopped');
    await actAs(sidebar, person);
    await sidebar.filter('old-vm');
    const row = sidebar.instance('old-vm');
    const told = page.locator('.Toastify__toast');

    await test.step('buttons of the panel', async () => {
      const start = row.getByRole('button', { name: /^Start old-vm/ });
      await saysWhy(page, start, refused['start']);
      await saysWhy(page, sidebar.tool('Create instance…'), create);
      await expect(row).toContainText('Stopped');
    });

    await test.step('the menu of the row, where the reason stands in sight', async () => {
      await sidebar.menuOf('old-vm');
      for (const [action, name] of Object.entries(ACTIONS)) {
        const entry = page.getByRole('menuitem', { name: new RegExp(`^${name}`) });
        const reason = refused[action];
        if (reason) {
          await expect(entry).toHaveAttribute('aria-disabled', 'true');
          await expect(entry).toContainText(reason);
          await expect(entry).toHaveAccessibleDescription(reason);
          expect(await entry.evaluate(node => node.scrollWidth - node.clientWidth)).toBe(0);
        } else {
          await expect(entry).not.toHaveAttribute('aria-disabled');
        }
      }
      await page.getByRole('menuitem', { name: 'Details' }).click();
    });

    await test.step('the tab', async () => {
      const tab = page.locator('.jp-CIManager-detailActions');
      for (const [action, name] of Object.entries(ACTIONS)) {
        await saysWhy(page, tab.getByRole('button', { name, exact: true }), refused[action]);
      }
    });

    await test.step('the palette, which can only say it afterwards', async () => {
      await fromPalette(page, 'Create Compute Instance…');
      if (create) {
        await expect(told).toContainText('No instance was created.');
        await told.getByRole('button', { name: 'Details' }).click();
        await expect(sidebar.dialog).toContainText(create);
        await sidebar.answer('Close');
      } else {
        await expect(sidebar.dialog).toContainText('Create compute instance');
        await sidebar.answer('Cancel');
      }
      await fromPalette(page, 'Start Compute Instance…');
      const reason = refused['start'];
      if (reason) {
        const none = told.filter({ hasText: 'There is no instance with which this can be done' });
        await none.getByRole('button', { name: 'Details' }).click();
        await expect(sidebar.dialog).toContainText(reason);
        await sidebar.answer('Close');
      } else {
        await expect(sidebar.dialog.getByRole('combobox')).toContainText('old-vm');
        await sidebar.answer('Cancel');
      }
    });
  });
}

test('who may not stop the instance he works on is told so among what runs and in the status bar', async ({
  sidebar,
  page,
  lab
}) => {
  const { id } = (await lab.ask('GET', 'instances/report-box')).body as { id: string };
  const role = { user: 'chloe@contoso.example', role: 'AzureML Data Scientist' };
  await lab.control('PATCH', 'computes/report-box', { state: 'Running' });
  await lab.control('DELETE', 'assignments', role);
  try {
    await lab.restart({ CI_NAME: 'report-box' });
    await sidebar.reload();
    await actAs(sidebar, 'chloe');
    const missing = /computes\/stop\/action/;

    await page.getByRole('button', { name: /^This compute instance: report-box/ }).click();
    const stop = page.getByRole('menuitem', { name: /^Stop…/ });
    await expect(stop).toHaveAttribute('aria-disabled', 'true');
    await expect(stop).toHaveAccessibleDescription(missing);
    await expect(stop).toContainText(missing);
    const postpone = page.getByRole('menuitem', { name: /^Postpone its stop/ });
    await expect(postpone).toHaveAccessibleDescription(/\w{3,}/);
    await page.keyboard.press('Escape');

    await page.locator('.jp-SideBar [data-id="jp-running-sessions"]').click();
    const item = page
      .locator('#jp-running-sessions .jp-RunningSessions-item')
      .filter({ hasText: 'report-box' });
    await item.hover();
    await item.getByTitle('Stop report-box').click();
    const told = page
      .locator('.Toastify__toast')
      .filter({ hasText: 'report-box was not stopped.' });
    await told.getByRole('button', { name: 'Details' }).click();
    await expect(sidebar.dialog).toContainText(missing);
    await sidebar.answer('Close');
    await expect(item).toBeVisible();
  } finally {
    const scope = id.replace(/\/computes\/.*/, '');
    await lab.control('POST', 'assignments', { ...role, scope });
    await lab.control('PATCH', 'computes/report-box', { state: 'Stopped' });
    await lab.restart();
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
