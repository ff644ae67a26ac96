/**
 * When Azure fails, the user reads why: verbatim, and what to do next.
 */
import { expect, startLab, test } from './lab';
import { Sidebar } from './sidebar';

test('an instance that could not be created says why, in Azure’s own words', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.control('POST', 'faults/operations', {
    result: 'Failed',
    operation: 'Create',
    name: 'doomed',
    code: 'SubnetIsFull',
    message: 'Subnet default does not have enough capacity for 1 IP addresses.'
  });
  await sidebar.createInstance('doomed');
  await sidebar.filter('doomed');
  const row = sidebar.instance('doomed');
  await expect(row).toContainText('Create failed', { timeout: 60_000 });
  await row.getByRole('button', { name: 'Why did doomed fail?' }).click();
  const why = page.getByRole('region', { name: 'What went wrong' });
  await expect(why).toContainText('SubnetIsFull');
  await expect(why).toContainText('does not have enough capacity for 1 IP addresses');
  await expect(why.getByRole('button', { name: 'Copy' }).first()).toBeVisible();
});

test('a refused start is told with its reason, and the picture stays', async ({
  sidebar,
  page,
  lab
}) => {
  await lab.given('old-vm', 'Stopped');
  await sidebar.filter('old-vm');
  await lab.control('POST', 'faults/requests', {
    kind: 'status',
    path: 'computes/old-vm/start',
    method: 'POST',
    status: 409,
    code: 'ConflictError',
    message: 'A delete lock is on this resource.'
  });
  await sidebar
    .instance('old-vm')
    .getByRole('button', { name: /^Start old-vm/ })
    .click();
  const toast = page.getByRole('alert').filter({ hasText: 'old-vm was not started.' });
  await expect(toast).toContainText('delete lock');
  await expect(sidebar.instance('old-vm')).toContainText('Stopped');
});

test('a full disk that keeps an instance from stopping is told with the way out', async ({
  sidebar,
  page
}) => {
  await sidebar.filter('disk-full');
  const row = sidebar.instance('disk-full');
  await row.getByRole('button', { name: 'Stop disk-full' }).click();
  await sidebar.answer('Stop');
  const toast = page.getByRole('alert').filter({ hasText: 'disk-full was not stopped.' });
  await expect(toast).toContainText(/disk is full/);
  await toast.getByRole('button', { name: 'Details' }).click();
  await expect(sidebar.dialog).toContainText(/conda clean|free/i);
  await expect(sidebar.dialog.getByRole('button', { name: 'Copy' })).toBeVisible();
  await sidebar.answer('Close');
  await expect(row).toContainText('Running');
});

test('a bad name is refused while typing, a size that is not there cannot be chosen blindly', async ({
  sidebar
}) => {
  await sidebar.panel.getByRole('button', { name: 'Create instance…' }).click();
  const name = sidebar.dialog.getByLabel('Name', { exact: true });
  await name.fill('9 lives');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await sidebar.dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(sidebar.dialog).toBeVisible();
  await expect(name).toBeFocused();
  await name.fill('ds-anna');
  await expect(sidebar.dialog.getByText(/already used/)).toBeVisible();
  await name.fill('nine-lives');
  await expect(sidebar.dialog.getByText('This name is free.')).toBeVisible();
  await sidebar.dialog.getByRole('searchbox', { name: 'Filter sizes' }).fill('nc6s v3');
  await expect(sidebar.dialog.getByText(/quota|cores/).last()).toBeVisible();
});

test('all of it behind a base url', async ({ page }) => {
  const lab = await startLab('--base-url', '/user/x/');
  try {
    const sidebar = new Sidebar(page, lab);
    await sidebar.open();
    await sidebar.filter('ds-anna');
    await expect(sidebar.instance('ds-anna')).toContainText('Running');
    await sidebar.choose('ds-anna', 'Details');
    await expect(page.getByRole('heading', { name: /ds-anna/ })).toBeVisible();
  } finally {
    await lab.stop();
  }
});
