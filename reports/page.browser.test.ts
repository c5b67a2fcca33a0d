import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from './index.ts';
import { findChromium, launch, NO_CHROMIUM } from './testdata/chromium.ts';
import { ATTACK, sampleReplay, sampleReplays } from './testdata/sample.ts';
import {
  faults,
  type Heard,
  openAll,
  type Screen,
  seriousFaults,
  sidewaysScroll,
  visit,
} from './testdata/visit.ts';

const chromium = findChromium();
const SLUG = 'netguy-go1.26.8-linux-arm64';
const VIEWS = {
  overview: '#/',
  recording: `#/recording/${SLUG}`,
  divergence: `#/recording/${SLUG}/divergence/1`,
};
type ViewName = keyof typeof VIEWS;
const SCREENS = [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

let browser: Browser;
let dir: string;
let plain: string;
let hostile: string;

describe.skipIf(!chromium)(
  chromium ? 'the page in Chromium' : `the page in Chromium (${NO_CHROMIUM})`,
  () => {
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'gotwin-page-test-'));
      plain = await reportAt('plain', false);
      hostile = await reportAt('hostile', true);
      browser = await launch(chromium ?? '');
    });
    afterAll(async () => {
      await browser?.close();
      await rm(dir, { recursive: true, force: true });
    });

    for (const [width, scheme] of SCREENS) {
      it(`is quiet, stands alone and has no serious fault for axe at ${width} pixels, ${scheme}`, async () => {
        for (const view of Object.keys(VIEWS) as ViewName[]) {
          await onPage(plain, view, { width, scheme }, async (page, heard) => {
            expect(await faults(page), view).toEqual([]);
            expect(heard).toEqual({ complaints: [], requests: [plain] });
          });
        }
      });
    }

    for (const view of Object.keys(VIEWS) as ViewName[]) {
      it(`lets Tab reach everything on the ${view} page`, async () => {
        await onPage(plain, view, { width: 1280, scheme: 'light' }, async (page) => {
          await openAll(page);
          const wanted = await markStops(page);
          expect(wanted).toBeGreaterThan(5);
          const reached = new Set<string>();
          for (let i = 0; i < wanted + 3; i++) {
            await page.keyboard.press('Tab');
            const stop = await page.evaluate(() => (document.activeElement as HTMLElement)?.dataset.stop);
            if (stop !== undefined) reached.add(stop);
          }
          expect(reached.size).toBe(wanted);
        });
      });
    }

    it('moves through the timeline by keys and says what is selected', async () => {
      await onPage(plain, 'recording', { width: 1280, scheme: 'light' }, async (page) => {
        const said = () => page.locator('#timeline-said').textContent();
        await page.locator('canvas').focus();
        await page.keyboard.press('ArrowDown');
        expect(await said()).toMatch(/^GC: marking for [\d.]+ ms, from 0\.\d{3}.*, give or take 2 ms$/);
        const first = await said();
        await page.keyboard.press('ArrowRight');
        expect(await said()).not.toBe(first);
        for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowDown');
        expect(await said()).toMatch(/^G21 main\.netguy: /);
      });
    });

    it('opens where a deep link points', async () => {
      const link = `${plain}#/recording/${SLUG}/divergence/1/event/88390`;
      await onPage(link, undefined, { width: 1280, scheme: 'light' }, async (page) => {
        expect(await page.title()).toContain('Only a runnable goroutine starts.');
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('event-88390');
      });
      await onPage(`${plain}#/recording/nobody`, undefined, { width: 390, scheme: 'dark' }, async (page) => {
        expect(await page.locator('h1').textContent()).toBe('Not in this report');
      });
    });

    it('shows the cells of a matrix that were not judged, with the reason, and narrows the matrix down', async () => {
      const replays = ['1.25.4', '1.26.8'].map((go, i) => sampleReplay('netguy', `go${go}`, 'amd64', i));
      const judged = replays.map((replay, i) => ({
        ...{ program: replay.program, go: replay.go, arch: replay.arch, setting: 'default' },
        ...{ state: 'judged', why: '', news: i === 0 ? '' : 'was diverges', replay },
      }));
      const place = { program: 'netguy', arch: 'arm64', setting: 'race', news: '' };
      const unjudged = [
        { ...place, go: 'go1.26.8', state: 'left out', why: `no emulator here ${ATTACK}` },
        { ...place, go: 'go1.9.7', state: 'failed', why: 'it does not build' },
      ];
      const cells = [...judged, ...unjudged];
      const { htmlPath } = await writeReport(replays, join(dir, 'cells'), { cells });
      const url = pathToFileURL(htmlPath).href;
      for (const [width, scheme] of SCREENS) {
        await onPage(url, 'overview', { width, scheme }, async (page) => {
          expect(await sidewaysScroll(page)).toBe(0);
          expect(await seriousFaults(page)).toEqual([]);
          expect(await page.locator('.matrix thead th').allTextContents()).toEqual([
            'Architecture',
            'go1.9.7',
            'go1.25.4',
            'go1.26.8',
          ]);
          const shown = async () =>
            (await page.locator('.cell:visible .word').allTextContents()).toSorted().join(', ');
          expect(await shown()).toBe('conforms, conforms, failed, left out');
          expect(await page.locator('.cell', { hasText: 'left out' }).textContent()).toContain(ATTACK);
          await page.getByLabel('Architecture').selectOption('arm64');
          expect(await shown()).toBe('failed, left out');
          await page.getByLabel('Verdict').selectOption('failed');
          expect(await shown()).toBe('failed');
          expect(await page.locator('.search [role=status]').textContent()).toBe('1 of 4 cells');
          await page.getByLabel('Architecture').selectOption('every architecture');
          await page.getByLabel('Verdict').selectOption('every verdict');
          await page.getByLabel('New since the last run').check();
          expect(await shown()).toBe('conforms');
          expect(await page.locator('.cell:visible .news').textContent()).toBe('was diverges');
        });
      }
    });

    it('scrolls a matrix of many releases within itself, empty cells too', async () => {
      const replays = ['1.22.12', '1.23.12', '1.24.9', '1.25.4', '1.26.8'].map((go, i) =>
        sampleReplay(`program-${i}`, `go${go}`, 'amd64', i, { clean: true }),
      );
      const { htmlPath } = await writeReport(replays, join(dir, 'wide'));
      await onPage(
        pathToFileURL(htmlPath).href,
        'overview',
        { width: 390, scheme: 'light' },
        async (page) => {
          expect(await sidewaysScroll(page)).toBe(0);
          const region = page.getByRole('region', { name: 'Matrix of recordings' });
          expect(await region.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
        },
      );
    });

    it('finds recordings by words', async () => {
      await onPage(plain, 'overview', { width: 390, scheme: 'light' }, async (page) => {
        await page.locator('#search').fill('netguy arm64 diverges');
        expect(await page.locator('.cell:visible').count()).toBe(1);
        expect(await page.locator('.search .hint').textContent()).toBe('1 of 8 recordings');
        await page.locator('.cell:visible').press('Enter');
        expect(await page.locator('h1').textContent()).toContain('netguy on arm64, go1.26.8');
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
      });
    });

    it('goes from one theme to the next and back to that of the system', async () => {
      await onPage(plain, 'overview', { width: 1280, scheme: 'light' }, async (page) => {
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const light = await ground();
        const theme = page.getByRole('button', { name: /^Theme/ });
        await theme.click();
        expect(await ground()).toBe(light);
        await theme.click();
        expect(await ground()).not.toBe(light);
        await theme.click();
        expect(await ground()).toBe(light);
      });
    });

    it('shows a name of a megabyte cut, as text, and says how much is left out', async () => {
      const name = `${ATTACK}${'x'.repeat(1 << 20)}`;
      const replay = { ...sampleReplay('p', 'go1.26.8', 'amd64'), program: name, file: 'long.gotwin' };
      const { htmlPath } = await writeReport([replay], join(dir, 'long'));
      const address = `${pathToFileURL(htmlPath).href}#/recording/long`;
      await onPage(address, undefined, { width: 390, scheme: 'light' }, async (page) => {
        expect(await page.locator('h1').textContent()).toMatch(
          /^<img src=x onerror=.*… \([\d,]+ more characters\)/,
        );
        expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false);
        expect(await sidewaysScroll(page)).toBe(0);
        expect(await page.evaluate(() => document.querySelector('#app')?.textContent?.length)).toBeLessThan(
          200_000,
        );
      });
    });

    it('shows attacks as text', async () => {
      for (const width of [1280, 390]) {
        await onPage(hostile, undefined, { width, scheme: 'light' }, async (page, heard) => {
          const links = await page
            .locator('.cell')
            .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
          const recording = links[7] ?? '';
          for (const hash of ['#/', recording, `${recording}/divergence/1`]) {
            await page.goto(hostile + hash);
            await openAll(page);
            expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false);
            expect(await page.locator('main img, main script').count()).toBe(0);
            expect(await sidewaysScroll(page)).toBe(0);
            const text = (await page.locator('main').textContent()) ?? '';
            expect(text.includes('<img src=x onerror=')).toBe(true);
            expect(text.includes('⟨U+202E⟩')).toBe(true);
            expect(/[\u202e\u2028]/.test(text), 'unseen characters').toBe(false);
          }
          expect(heard.complaints).toEqual([]);
          expect(new Set(heard.requests)).toEqual(new Set([hostile]));
        });
      }
    });
  },
);

async function reportAt(name: string, attack: boolean): Promise<string> {
  const { htmlPath } = await writeReport(sampleReplays({ hostile: attack }), join(dir, name));
  return pathToFileURL(htmlPath).href;
}

/** One of the report's views, or the address as it is. */
const onPage = (
  address: string,
  view: ViewName | undefined,
  screen: Screen,
  act: (page: Page, heard: Heard) => Promise<void>,
): Promise<void> => visit(browser, address + (view ? VIEWS[view] : ''), screen, act);

/** Numbers everything that takes part in Tab order, by what the elements are and not by what we say of them. */
function markStops(page: Page): Promise<number> {
  return page.evaluate(() => {
    const stops = [
      ...document.querySelectorAll<HTMLElement>('a[href], button, input, summary, [tabindex="0"]'),
    ];
    const visible = stops.filter((stop) => stop.checkVisibility());
    visible.forEach((stop, i) => {
      stop.dataset.stop = String(i);
    });
    return visible.length;
  });
}
