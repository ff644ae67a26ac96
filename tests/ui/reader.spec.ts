/**
 * What a screen reader is given: the tree of roles, names and live regions in the main states.
 */
import { expect, test } from './lab';

/** The three sections; the last one is folded until something is done. */
const SECTIONS = `
    - heading "Compute instances Section" [level=3]:
      - toolbar:
        - button "Refresh everything"
        - button "Create instance…"
    - region "Compute instances Section"
    - heading "Environments & kernels Section" [level=3]:
      - toolbar:
        - button "New kernel…"
    - region "Environments & kernels Section":
      - grid "Environments and kernels":
        - row /^azureml_py36 protected/:
          - gridcell "azureml_py36 protected"
          - gridcell /Python 3\\.6 - AzureML/
          - gridcell:
            - button "More actions for azureml_py36"
    - heading "Jobs Section" [level=3]`;

test('a screen reader is given every state by roles and names, and what changes', async ({
  page,
  lab,
  sidebar
}) => {
  const { panel } = sidebar;
  await lab.given('gpu-bench', 'Running');
  await sidebar.filter('gpu-bench');
  await expect(sidebar.instance('gpu-bench')).toContainText('Running');
  await expect(panel).toMatchAriaSnapshot(`
- region "Compute instances and kernels":
  - button "contoso-ml, westeurope"
  - 'button "Who acts in Azure: anna@contoso.example"'
  - status
  - region "side panel content":${SECTIONS}
`);
  await expect(panel.getByRole('region', { name: 'Compute instances Section' }))
    .toMatchAriaSnapshot(`
- search:
  - searchbox "Filter instances by name, state, size, owner or tag": gpu-bench
  - checkbox "Only mine"
  - button "Order and groups"
  - status: /1 of \\d+ shown/
- grid "Compute instances":
  - row /^gpu-bench Running/:
    - gridcell "gpu-bench"
    - gridcell /^Running · .*\\$0\\.53\\/h/
    - gridcell:
      - button "Stop gpu-bench"
      - button "More actions for gpu-bench"
- group "Quota in westeurope":
  - button /Who holds them/
  - button "All quotas"
`);

  await panel.getByRole('button', { name: 'More actions for gpu-bench' }).click();
  await expect(page.getByRole('menu')).toMatchAriaSnapshot(`
- menu:
  - menuitem "Details"
`);
  await page.keyboard.press('Escape');

  // Changed by somebody else: it is said, once, without taking the focus.
  const said = panel.locator('[role="status"][aria-live="polite"]');
  await lab.inRealTime(async () => {
    await lab.ask('POST', 'instances/gpu-bench/stop?confirm=gpu-bench');
    await expect(said).toHaveText('gpu-bench: Stopping');
  });
  await expect(said).toHaveText('gpu-bench: Stopped', { timeout: 60_000 });

  await page.context().setOffline(true);
  await panel.getByRole('button', { name: 'Refresh everything' }).click();
  await expect(panel).toMatchAriaSnapshot(`
- region "Compute instances and kernels":
  - alert:
    - strong: The Jupyter server does not answer.
  - button "Try again"
  - status
  - region "side panel content":${SECTIONS}
`);
  await page.context().setOffline(false);
  await panel.getByRole('button', { name: 'Try again' }).click();
  await expect(panel.getByRole('alert')).toHaveCount(0);

  await lab.ask('DELETE', 'sign-in');
  try {
    await expect(panel).toMatchAriaSnapshot(`
- region "Compute instances and kernels":
  - 'button "Who acts in Azure: Not signed in"'
  - status
  - region "side panel content":
    - heading "Compute instances Section" [level=3]:
      - toolbar:
        - button "Refresh everything"
        - button "Create instance…" [disabled]
    - region "Compute instances Section":
      - status:
        - strong: You are not signed in to Azure
      - button "Sign in…"
      - button "Other ways to sign in"
`);
  } finally {
    await lab.actAs();
  }
});
