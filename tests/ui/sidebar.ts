/**
 * The sidebar as its users see it: everything is found by role and name.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Lab } from './lab';

export class Sidebar {
  constructor(
    readonly page: Page,
    readonly lab: Lab
  ) {}

  /** Open JupyterLab with an empty layout, and the sidebar in it. */
  async open(): Promise<void> {
    await this.page.goto(`${this.lab.url()}&reset`);
    await this.show();
    await expect(this.environments.getByRole('row').first()).toBeVisible();
    await expect(this.instances.getByRole('row').first()).toBeVisible();
  }

  /** Reload the page and show the sidebar again. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.show();
  }

  /** Show the sidebar once JupyterLab has restored its layout, for that may move the focus. */
  async show(): Promise<void> {
    await this.page
      .locator('#jp-main-dock-panel .lm-TabBar-tab')
      .first()
      .waitFor({ timeout: 60_000 });
    await this.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    const panel = this.page.locator('#jp-ci-manager-panel');
    await expect(async () => {
      if (!(await panel.isVisible())) {
        await this.page.locator('.jp-SideBar [data-id="jp-ci-manager-panel"]').click();
      }
      await expect(panel).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }

  /** Draw the panel to a width in pixels, as with the mouse. */
  async widen(width: number): Promise<void> {
    const panel = await this.page.locator('#jp-left-stack').boundingBox();
    const handle = this.page.locator('#jp-main-split-panel > .lm-SplitPanel-handle').first();
    const from = await handle.boundingBox();
    if (!panel || !from) {
      throw new Error('The panel is not in sight.');
    }
    await this.page.mouse.move(from.x + 1, 400);
    await this.page.mouse.down();
    await this.page.mouse.move(panel.x + width, 400, { steps: 4 });
    await this.page.mouse.up();
  }

  get panel(): Locator {
    return this.page.getByRole('region', {
      name: 'Compute instances and kernels'
    });
  }

  get instances(): Locator {
    return this.page.getByRole('grid', { name: 'Compute instances' });
  }

  get environments(): Locator {
    return this.page.getByRole('grid', { name: 'Environments and kernels' });
  }

  /** See the jobs also where none was begun on this page. */
  async unfoldJobs(): Promise<void> {
    const title = this.panel.getByRole('heading', { name: 'Jobs' });
    if ((await title.getAttribute('aria-expanded')) === 'false') {
      await title.click();
    }
    await expect(title).toHaveAttribute('aria-expanded', 'true');
  }

  get jobs(): Locator {
    return this.page.getByRole('list', { name: 'Jobs' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** The row of an instance; the list shows what is in sight, so filter for it first. */
  instance(name: string): Locator {
    return this.instances
      .getByRole('row')
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  environment(name: string): Locator {
    return this.environments
      .getByRole('row')
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async filter(text: string): Promise<void> {
    await this.panel.getByRole('searchbox', { name: /Filter instances/ }).fill(text);
  }

  /** A button beside the title of a section. */
  tool(name: string): Locator {
    return this.panel.locator('.jp-AccordionPanel-title').getByRole('button', { name });
  }

  /** Open the menu of an instance or environment. */
  async menuOf(name: string): Promise<void> {
    await this.panel.getByRole('button', { name: `More actions for ${name}` }).click();
    await expect(this.page.getByRole('menu')).toBeVisible();
  }

  /** Choose from the menu of an instance or environment. */
  async choose(name: string, entry: string | RegExp): Promise<void> {
    await this.menuOf(name);
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  async createInstance(name: string, size?: RegExp): Promise<void> {
    await this.panel.getByRole('button', { name: 'Create instance…' }).click();
    await this.dialog.getByLabel('Name', { exact: true }).fill(name);
    await expect(this.dialog.getByText('This name is free.')).toBeVisible();
    if (size) {
      await this.dialog.getByRole('radio', { name: size }).check();
    }
    await this.dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** Press a button of the open dialog and wait until it is gone. */
  async answer(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }
}
