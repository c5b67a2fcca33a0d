/** One visit of a report's page, by someone who opens it, searches, opens a recording and zooms into its timeline. */
import type { Browser, Page } from 'playwright-core';

/** Milliseconds. */
export interface Figures {
  /** From the beginning of the navigation until the page's script has made its document. */
  readonly open: number;
  /** From the same until the first text is drawn. */
  readonly firstPaint: number;
  /** From a letter in the search field until the frame that shows what it finds. */
  readonly search: number;
  /** From the link to the frame that shows the recording, its timeline drawn. */
  readonly recording: number;
  /** From the whole timeline to where no change is merged, the frame that draws it included. */
  readonly zoom: number;
}

/** Steps of twice as near: past the deepest window of any recording. */
const MOST_STEPS = 40;

export async function visit(browser: Browser, address: string): Promise<Figures> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.locator('h1').waitFor();
    const { open, firstPaint } = await opening(page);
    const search = await page.evaluate(searching);
    const recording = await page.evaluate(openRecording);
    return { open, firstPaint, search, recording, zoom: await page.evaluate(zoomIn, MOST_STEPS) };
  } finally {
    await context.close();
  }
}

function opening(page: Page): Promise<{ open: number; firstPaint: number }> {
  return page.evaluate(async () => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const painted = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    while (painted() === undefined) await new Promise((resolve) => requestAnimationFrame(resolve));
    return { open: navigation?.loadEventEnd ?? 0, firstPaint: painted() ?? 0 };
  });
}

// What follows runs in the page, each alone: it can call nothing of this file.

async function searching(): Promise<number> {
  const field = document.querySelector<HTMLInputElement>('#search');
  if (field === null) return 0;
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await frame();
  const startedAt = performance.now();
  field.value = 'conforms 1';
  field.dispatchEvent(new Event('input'));
  await frame();
  const taken = performance.now() - startedAt;
  field.value = '';
  field.dispatchEvent(new Event('input'));
  return taken;
}

async function openRecording(): Promise<number> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await frame();
  const startedAt = performance.now();
  document.querySelector<HTMLAnchorElement>('.cell')?.click();
  while (document.querySelector('canvas') === null) await frame();
  await frame();
  return performance.now() - startedAt;
}

async function zoomIn(most: number): Promise<number> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const canvas = document.querySelector('canvas');
  const isWhole = () => document.querySelector('#timeline-left')?.textContent?.startsWith('Every') === true;
  await frame();
  const startedAt = performance.now();
  for (let step = 0; step < most && !isWhole(); step++) {
    canvas?.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true }));
    await frame();
  }
  if (!isWhole()) throw new Error('the timeline never showed every change');
  return performance.now() - startedAt;
}
