import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayFile } from '../replay/index.ts';
import { fileOf, pc, status, type Written, wait } from '../replay/probe/small-records.ts';
import { HUNG, writeRecording } from '../replay/probe/testdata/recording.ts';
import { writeReport } from '../reports/index.ts';
import { findChromium, launch, NO_CHROMIUM } from '../reports/testdata/chromium.ts';

const chromium = findChromium();
const G = 0xc000_0010_0000;
const GC_SWEEP_TERMINATION = 2;
const ms = (record: Written, at: number): Written => ({ ...record, ticks: at * 1e6 });

/** As in 2014: M2 has the world stopped and waits for a goroutine that netpoll, on M1, has made runnable. */
const wedge: readonly Written[] = [
  { kind: 'begin', a: 0, b: 0, ticks: 0 },
  ms({ kind: 'gnew', gp: G, a: 7 }, 1),
  ms(status(G, 'idle', 'dead', pc('runtime.newproc1')), 1),
  ms(status(G, 'dead', 'runnable', pc('runtime.newproc1')), 1),
  ms(status(G, 'runnable', 'running', pc('runtime.execute')), 2),
  ms(status(G, 'running', 'waiting', pc('runtime.park_m')), 3),
  ms({ kind: 'stw', a: GC_SWEEP_TERMINATION, m: 2 }, 10),
  ms({ kind: 'clock', a: 20e6, b: 20e6 }, 20),
  ms(status(G, 'waiting', 'runnable', pc('runtime.injectglist')), 25),
  ms(wait(G, 'waiting', 'runnable', pc('runtime.scanstack'), 2), 40),
];

let folder: string;
let browser: Browser;
let address: string;
let axe: string;

describe.skipIf(!chromium)(chromium ? 'the page of a wedge' : `the page of a wedge (${NO_CHROMIUM})`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gotwin-wedge-'));
    const file = await writeRecording(join(folder, 'hung.gotwin'), fileOf(wedge), { exit: HUNG });
    const { htmlPath } = await writeReport([await replayFile(file)], join(folder, 'report'));
    address = pathToFileURL(htmlPath).href;
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    browser = await launch(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the recording’s page says first who waits for which status, who changed it, and when', async () => {
    const page = await open('#/recording/hung', 1280, 'light');
    const first = page.locator('section[aria-labelledby="divergences"] tbody tr').first();
    expect(await first.textContent()).toContain(
      'M2 waits for G7 to be waiting, in scanstack: since 0.040000 s',
    );
  });

  for (const [width, scheme] of [
    [1280, 'dark'],
    [390, 'light'],
  ] as const) {
    test(`the finding’s page tells it in sentences and steps, at ${width} pixels, ${scheme}`, async () => {
      const page = await open('#/recording/hung/divergence/1', width, scheme);
      expect(await page.locator('.observed p').allTextContents()).toEqual([
        'M2 waits for G7 to be waiting, in scanstack: since 0.040000 s, for 5.0 s, until the program was ended.',
        'G7 is runnable: injectglist on M1 made it so at 0.025000 s, 15.000 ms before the wait began, and nobody has changed it since.',
        'M2 itself has stopped the world (GC sweep termination) since 0.010000 s.',
      ]);
      const steps = await page.locator('.steps .role').allTextContents();
      expect(steps.slice(-4)).toEqual([
        'park_m changes G7 from running to waiting',
        'the world is stopped (GC sweep termination): this made the state so',
        'injectglist changes G7 from waiting to runnable: this made the state so',
        'scanstack waits for G7 to be waiting, and finds it runnable: here it was noticed',
      ]);
      expect(await seriousFaults(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    });
  }
});

async function open(route: string, width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  await page.goto(address + route);
  await page.locator('h1').waitFor();
  return page;
}

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (context: Document) => Promise<AxeResults> } }).axe.run(document),
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
