/**
 * What axe-core finds wrong within the parts that are ours.
 */
import * as fs from 'fs';
import type { Page } from '@playwright/test';

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface IViolation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

export async function violations(page: Page, ...selectors: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(AXE);
  }
  const found = await page.evaluate(async within => {
    const axe = (
      window as unknown as { axe: { run(a: unknown): Promise<{ violations: unknown }> } }
    ).axe;
    return (await axe.run({ include: within })).violations;
  }, selectors);
  return (found as IViolation[]).flatMap(violation =>
    violation.nodes.map(
      node => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`
    )
  );
}
