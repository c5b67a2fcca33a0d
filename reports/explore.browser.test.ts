import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HISTORIES, runVariant } from '../replay/index.ts';
import { writeExploreReport } from './index.ts';
import { findChromium, launch, NO_CHROMIUM } from './testdata/chromium.ts';
import { faults, TWO_SCREENS, visit } from './testdata/visit.ts';

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

  for (const screen of TWO_SCREENS) {
    it(`tells the story, stands alone and has no serious fault for axe at ${screen.width} pixels, ${screen.scheme}`, async () => {
      await visit(browser, address, screen, async (page, heard) => {
        expect(await page.locator('h1').innerText()).toBe('Every world came out as it is known to');
        const steps = page.locator('#goexit-broken .story > li');
        expect(await steps.count()).toBe(35);
        expect(await steps.last().innerText()).toMatch(/^35\s+M1[\s\S]*shrinkstack\(gp\)/);
        expect(await faults(page)).toEqual([]);
        expect(heard).toEqual({ complaints: [], requests: [address] });
      });
    });
  }
});
