import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNosplitReport } from './index.ts';
import { findChromium, launch, NO_CHROMIUM } from './testdata/chromium.ts';
import { sampleNosplit } from './testdata/nosplit.ts';
import { faults, TWO_SCREENS, visit } from './testdata/visit.ts';

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

  for (const screen of TWO_SCREENS) {
    it(`says what to shrink, stands alone and has no serious fault for axe at ${screen.width} pixels, ${screen.scheme}`, async () => {
      await visit(browser, address, screen, async (page, heard) => {
        expect(await page.locator('h1').innerText()).toBe('The chain from main.handle is 96 bytes too deep');
        const advice = page.locator('.advice').first();
        expect(await advice.innerText()).toMatch(/^Shrink main\.parse: it takes 504 of the 792 bytes/);
        expect(await page.locator('.words').first().innerText()).toContain('the end');
        expect(await faults(page)).toEqual([]);
        expect(heard).toEqual({ complaints: [], requests: [address] });
      });
    });
  }
});
