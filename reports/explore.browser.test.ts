import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HISTORIES, runVariant } from '../replay/index.ts';
import { writeExploreReport } from './index.ts';
import { findChromium, launch, NO_CHROMIUM } from './testdata/chromium.ts';

const chromium = findChromium();

describe.skipIf(!chromium)(chromium ? 'the page of explore' : `the page of explore (${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let dir: string;
  let address: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gotwin-explore-page-'));
    const goexit = HISTORIES.find(({ name }) => name === 'goexit')!;
    const explorations = goexit.variants.map((variant) => runVariant(goexit, variant));
    address = pathToFileURL(
      await writeExploreReport({ explorations, command: 'gotwin explore goexit' }, dir),
    ).href;
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
    it(`tells the story, stands alone and has no serious fault for axe at ${width} pixels, ${colorScheme}`, async () => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const heard: string[] = [];
      page.on('console', (message) => heard.push(message.text()));
      page.on('pageerror', (error) => heard.push(String(error)));
      page.on('request', (request) => request.url() !== address && heard.push(request.url()));
      await page.goto(address);
      expect(await page.locator('h1').innerText()).toBe('Every world came out as it is known to');
      const steps = page.locator('#goexit-broken .story > li');
      expect(await steps.count()).toBe(35);
      expect(await steps.last().innerText()).toMatch(/^35\s+M1[\s\S]*shrinkstack\(gp\)/);
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
