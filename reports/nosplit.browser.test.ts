import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNosplitReport } from './index.ts';
import { findChromium, launch, NO_CHROMIUM } from './testdata/chromium.ts';
import { sampleNosplit } from './testdata/nosplit.ts';

const chromium = findChromium();
const HOSTILE = '</script><img src=x onerror="document.title=1">\u202e';

describe.skipIf(!chromium)(chromium ? 'the page of nosplit' : `the page of nosplit (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let dir: string;
  let address: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gotwin-nosplit-page-'));
    const most = [{ function: 'main.parse', before: 500, after: -96 }];
    const difference = {
      ...{ package: HOSTILE, from: 'go1.26.8 amd64', to: 'go1.26.8 arm64', functions: 900, changed: 1, most },
      verdicts: ['ok', 'overflow'] as ['ok', 'overflow'],
    };
    // The one that fits comes first here, and last on the page.
    const builds = sampleNosplit(HOSTILE);
    builds.unshift(builds.pop()!);
    const report = { builds, differences: [difference], command: 'gotwin nosplit x' };
    address = pathToFileURL(await writeNosplitReport(report, dir)).href;
    browser = await launch(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });

  for (const [width, colorScheme] of [
    [1280, 'light'],
    [390, 'dark'],
  ] as const) {
    it(`says what to shrink, stands alone and has no serious fault for axe at ${width} pixels, ${colorScheme}`, async () => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const heard: string[] = [];
      page.on('console', (message) => heard.push(message.text()));
      page.on('pageerror', (error) => heard.push(String(error)));
      page.on('request', (request) => request.url() !== address && heard.push(request.url()));
      await page.goto(address);
      expect(await page.locator('h1').innerText()).toBe('The chain from main.handle is 96 bytes too deep');
      const advice = page.locator('.advice').first();
      expect(await advice.innerText()).toMatch(/^Shrink main\.parse: it takes 504 of the 792 bytes/);
      expect(await page.locator('.words').first().innerText()).toContain('the end');
      await page.locator('details').evaluateAll((all) => {
        for (const each of all) each.setAttribute('open', '');
      });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      await page.evaluate(
        await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
      );
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(heard).toEqual([]);
      await context.close();
    });
  }
});
