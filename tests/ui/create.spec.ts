/**
 * Creating an instance: one press for most people, every option for the others, and nothing that
 * is wrong gets lost.
 */
import * as fs from 'fs';
import { violations } from './axe';
import { expect, test } from './lab';

interface IRequest {
  tags: Record<string, string>;
}

interface ITemplate {
  parameters: { computeName: { defaultValue: string } };
  resources: IRequest[];
}

interface IInstance {
  vm_size: string;
  ssh: { enabled: boolean };
  idle_shutdown_minutes: number | null;
  schedules: { action: string; expression: string; time_zone: string }[];
  tags: Record<string, string>;
  description: string;
}

test('every option of a new instance reaches Azure', async ({ sidebar, page, lab }) => {
  const { dialog } = sidebar;
  await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
  // A name that was only proposed is a free one; a taken one is refused while typing.
  await expect(dialog.getByText('This name is free.')).toBeVisible();
  const name = dialog.getByLabel('Name', { exact: true });
  await name.fill('ds-anna');
  await expect(dialog.getByText(/already used/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use ds-anna2' }).click();
  await expect(name).toHaveValue('ds-anna2');
  await name.fill('with-options');

  await dialog.getByRole('searchbox', { name: 'Filter sizes' }).fill('nc6s');
  await expect(dialog.getByRole('radio', { name: /NC6s v3/ })).toHaveAccessibleDescription(
    /0 of 12 are left in the quota/
  );
  await dialog.getByRole('searchbox', { name: 'Filter sizes' }).fill('2 cores');
  await dialog.getByRole('radio', { name: /^D2s v3/ }).check();
  await expect(dialog.getByText('About $0.096 per hour while it runs')).toBeVisible();

  await dialog.getByText('More options').click();
  const group = (label: string) =>
    dialog.locator('summary').filter({ hasText: new RegExp(`^${label}`) });
  await group('Stop and start at fixed times').click();
  await dialog.getByRole('button', { name: 'Add a stop' }).click();
  await dialog.getByLabel('Time of day').fill('20:30');
  await dialog.getByRole('checkbox', { name: 'Sat' }).check();
  await dialog.getByLabel('Time zone').selectOption('Korea Standard Time');

  await group('SSH').click();
  await dialog.getByRole('radio', { name: 'with a new pair of keys' }).check();
  await dialog.getByRole('button', { name: 'Make a pair' }).click();
  await expect(dialog.getByText('SHA256:')).toBeVisible();

  await group('Description and tags').click();
  await dialog.getByLabel('Description').fill('for the options');
  await dialog.getByRole('button', { name: 'Add a tag' }).click();
  await dialog.getByLabel('Name of the tag').fill('team');
  await dialog.getByLabel('Value of the tag team').fill('vision');

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = async (form: string) => {
    await dialog.getByRole('button', { name: form, exact: true }).click();
    await expect(dialog.getByText(`${form} copied`)).toBeVisible();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const request = JSON.parse(await copied('request body')) as IRequest;
  expect(request).toMatchObject({
    tags: { team: 'vision' },
    properties: {
      description: 'for the options',
      properties: {
        vmSize: expect.stringMatching(/standard_d2s_v3/i) as string,
        schedules: { computeStartStop: [{ cron: { expression: '30 20 * * 1,2,3,4,5,6' } }] },
        sshSettings: { adminPublicKey: expect.stringMatching(/^ssh-/) as string }
      }
    }
  });
  const address = '/computes/with-options?api-version=';
  const line = await copied('az');
  expect(line).toMatch(/^az rest --method put --url /);
  expect(line).toContain(address);
  expect(line).toContain(JSON.stringify(request));
  expect(await copied('Python')).toContain(address);
  const template = JSON.parse(await copied('ARM template')) as ITemplate;
  expect(template.parameters.computeName.defaultValue).toBe('with-options');
  expect(template.resources[0].tags).toEqual(request.tags);
  await expect(dialog.getByText(/point az and Python at it first/)).toBeVisible();

  expect(await violations(page, '.jp-Dialog')).toEqual([]);

  // The private part must have been taken away first.
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const save = dialog.getByRole('button', { name: 'Save the private key' });
  await expect(save).toBeFocused();
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  expect(download.suggestedFilename()).toBe('with-options.pem');
  expect(fs.readFileSync(await download.path(), 'utf8')).toContain('OPENSSH PRIVATE KEY');
  await sidebar.answer('Create');

  await sidebar.filter('with-options');
  await expect(sidebar.instance('with-options')).toContainText(/Creating|Running/);
  const { body } = await lab.ask('GET', 'instances/with-options');
  const made = body as unknown as IInstance;
  expect(made.vm_size).toMatch(/standard_d2s_v3/i);
  expect(made.idle_shutdown_minutes).toBe(60);
  expect(made.tags).toMatchObject({ team: 'vision' });
  expect(made.description).toBe('for the options');
  expect(made.ssh.enabled).toBe(true);
  expect(made.schedules).toMatchObject([
    { action: 'stop', expression: '30 20 * * 1,2,3,4,5,6', time_zone: 'Korea Standard Time' }
  ]);
});

test('what the server refuses is said at its field, wherever that is folded away', async ({
  sidebar,
  page
}) => {
  const { dialog } = sidebar;
  await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
  await expect(dialog.getByText('This name is free.')).toBeVisible();
  await dialog.getByLabel('Order', { exact: true }).selectOption('price');
  await expect(dialog.getByRole('radio').first()).toBeInViewport();
  // The focus goes round inside of the dialog.
  await dialog.getByRole('button', { name: 'Create', exact: true }).focus();
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(dialog.getByRole('button', { name: 'Create', exact: true })).toBeFocused();

  await dialog.getByText('More options').click();
  await dialog.locator('summary').filter({ hasText: 'Set-up scripts' }).click();
  await dialog.getByRole('button', { name: 'Begin with a frame' }).first().click();
  await expect(dialog.getByLabel('Once, after it was created')).toHaveValue(/conda\.sh/);
  const group = dialog.locator('summary').filter({ hasText: 'For somebody else' });
  await group.click();
  await dialog.getByLabel('Somebody else shall use it').check();
  await dialog.getByLabel('Object id of that person').fill('boris');
  await expect(dialog.getByText('computes/applicationaccess/action').first()).toBeVisible();
  await group.click();
  await dialog.getByText('More options').click();

  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const field = dialog.getByLabel('Object id of that person');
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/GUIDs, not names/);
  await expect(group).toContainText('needs attention');
});
