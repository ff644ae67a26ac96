/**
 * A page in Korean: whatever it shows, whoever wrote it, is Korean, but for names and Azure's own words.
 */
import type { Locator, Page } from '@playwright/test';
import { expect, type Lab, test } from './lab';
import { Sidebar } from './sidebar';

/** Words that stand in Korean sentences as they are. */
const NAMES = [
  'Azure Machine Learning',
  'Python 3.6 - AzureML',
  // JupyterLab's own label of every tab's inside, which its Korean lacks.
  'main area content',
  'side panel content'
];

/**
 * Texts below `root` with three Latin words in a row, those for screen readers and the hidden ones
 * too; what is to be copied and lists of names are no sentences.
 */
async function english(root: Locator, verbatim: readonly string[]): Promise<string[]> {
  const texts = await root.evaluateAll(elements =>
    elements.flatMap(element => {
      const found: string[] = [];
      const visit = (node: Element) => {
        if (node.matches('code, pre, option, textarea, svg, style')) {
          return;
        }
        for (const name of ['title', 'aria-label', 'placeholder']) {
          found.push(node.getAttribute(name) ?? '');
        }
        for (const child of node.childNodes) {
          if (child instanceof Element) {
            visit(child);
          } else {
            found.push(child.textContent ?? '');
          }
        }
      };
      visit(element);
      return found;
    })
  );
  return (
    texts
      .map(text => [...verbatim, ...NAMES].reduce((rest, known) => rest.replace(known, ''), text))
      // A command to type, or a name.
      .map(text => text.replace(/“[^”]*”/g, ''))
      .filter(text => /[A-Za-z’']{2,}[,;:]? [A-Za-z’']+[,;:]? [A-Za-z’']{2,}/.test(text))
  );
}

/** What Azure said of the instances, word by word. */
async function azuresOwn(lab: Lab): Promise<string[]> {
  const answer = await lab.ask('GET', 'instances');
  const { instances } = answer.body as { instances: { errors: { message: string }[] }[] };
  return instances.flatMap(({ errors }) => errors.map(({ message }) => message));
}

test.beforeEach(async ({ lab }) => {
  await lab.configure('@jupyterlab/translation-extension:plugin', { locale: 'ko_KR' });
});

test.afterEach(async ({ lab }) => {
  await lab.configure('@jupyterlab/translation-extension:plugin', { locale: 'default' });
});

async function closed(page: Page, dialog: Locator): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

test('in Korean, sentences of the server too', async ({ lab, page }) => {
  const sidebar = new Sidebar(page, lab);
  await page.goto(`${lab.url()}&reset`);
  await sidebar.show();
  const own = await azuresOwn(lab);
  const panel = page.locator('#jp-ci-manager-panel');
  await expect(panel).toContainText('컴퓨팅 인스턴스');
  await expect(panel).toContainText(/\d개 실행 중/);
  await expect(panel).toContainText('보호됨');
  expect(await english(panel.locator('.jp-CIManager'), own)).toEqual([]);

  await panel.getByRole('searchbox', { name: /인스턴스 필터/ }).fill('ds-boris');
  await panel.getByRole('button', { name: 'ds-boris에 대한 추가 작업' }).click();
  const open = page.getByRole('menuitem', { name: 'JupyterLab 열기' });
  await expect(open).toHaveAccessibleDescription(/소유자.*만 열 수 있습니다/);
  expect(await english(page.locator('.jp-CIManager-menu'), own)).toEqual([]);
  await page.getByRole('menuitem', { name: '세부 정보' }).click();
  const details = page.locator('.jp-CIManager-details');
  await expect(details).toContainText('중지할 때까지 청구됩니다');
  expect(await english(details, own)).toEqual([]);

  const { dialog } = sidebar;
  await panel.getByRole('button', { name: '인스턴스 만들기…' }).click();
  await dialog.getByLabel('이름', { exact: true }).fill('1st-');
  await expect(dialog).toContainText('이름은 영문자로 시작해야 합니다.');
  await dialog.getByLabel('이름', { exact: true }).fill('korean-1a');
  await expect(dialog).toContainText('사용할 수 있는 이름입니다.');
  await dialog.getByText('추가 옵션', { exact: true }).click();
  await dialog.getByText('다른 사용자용', { exact: true }).click();
  await dialog.getByLabel('다른 사용자가 사용').check();
  await dialog.getByLabel('그 사용자의 개체 ID').fill('boris');
  await expect(dialog).toContainText('ID는 이름이 아니라 GUID입니다');
  expect(await english(dialog, own)).toEqual([]);
  await closed(page, dialog);

  await panel.getByRole('button', { name: '새 커널…' }).click();
  await dialog.getByLabel('이름', { exact: true }).fill('korean');
  await dialog.getByText('추가 옵션').click();
  await expect(dialog).toContainText('conda가 필요 없고 가장 빠릅니다.');
  await expect(dialog).toContainText(/패키지 \d+개, 다운로드/);
  expect(await english(dialog, own)).toEqual([]);
  await closed(page, dialog);

  await page.keyboard.press('Control+,');
  const settings = page.locator('#settings-editor, .jp-SettingsPanel').first();
  await page.locator('.jp-PluginList').getByRole('searchbox').fill('컴퓨팅');
  const ours = page.locator('.jp-SettingsForm');
  await expect(settings).toBeVisible();
  await expect(ours.first()).toContainText('새로 고침 간격(초)');
  expect(await english(ours, [])).toEqual([]);
});
