/** A page in Chromium, and what every page of a report owes its reader. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/** What a page said while it was open; its own address is among the requests. */
export interface Heard {
  readonly complaints: string[];
  readonly requests: string[];
}

export interface Screen {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A wide one and a narrow one, as most readers have them. */
export const TWO_SCREENS: readonly Screen[] = [
  { width: 1280, scheme: 'light' },
  { width: 390, scheme: 'dark' },
];

export async function visit(
  browser: Browser,
  address: string,
  { width, scheme }: Screen,
  act: (page: Page, heard: Heard) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  try {
    const page = await context.newPage();
    const heard: Heard = { complaints: [], requests: [] };
    page.on('console', (message) => heard.complaints.push(message.text()));
    page.on('pageerror', (error) => heard.complaints.push(String(error)));
    page.on('request', (request) => heard.requests.push(request.url().replace(/#.*/, '')));
    await page.goto(address);
    await page.locator('h1').waitFor();
    await act(page, heard);
  } finally {
    await context.close();
  }
}

/** With every part unfolded: what is wrong with it for axe, and whether it scrolls sideways. */
export async function faults(page: Page): Promise<string[]> {
  await openAll(page);
  const sideways = await sidewaysScroll(page);
  return [...(sideways === 0 ? [] : [`scrolls sideways by ${sideways}`]), ...(await seriousFaults(page))];
}

export async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** In pixels. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

/** What axe takes to be serious or worse. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const results = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run(document));
  return results.violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`);
}

interface Axe {
  run: (context: Document) => Promise<AxeResults>;
}
