/** That a report opens as fast however long its recordings are: it unpacks what is shown, when it is shown. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Timeline } from '../replay/index.ts';
import { Told } from '../replay/testdata/told.ts';
import { type TimelineWindows, windowsOf } from '../replay/timeline-windows.ts';
import { writeReport } from '../reports/index.ts';
import { findChromium, launch, NO_CHROMIUM } from '../reports/testdata/chromium.ts';
import { sampleReplay } from '../reports/testdata/sample.ts';

const chromium = findChromium();
const [RUNNABLE, RUNNING] = [2, 3];
const GOROUTINES = 8;
/** Changes of each goroutine, one every EACH ns. */
const CHANGES = 40_000;
const EACH = 6400;
const END = CHANGES * EACH;

interface Work {
  unpacked: number;
  /** Bars of one painting, at most. */
  bars: number;
}

let browser: Browser;
let dir: string;
let page: Page;
let address: string;

describe.skipIf(!chromium)(
  chromium ? 'a long recording in a report' : `a long recording (${NO_CHROMIUM})`,
  () => {
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'gotwin-zoom-test-'));
      browser = await launch(chromium ?? '');
      address = await longReport();
      page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript(countWork);
      await page.goto(`${address}#/recording/long`);
      await page.locator('canvas').waitFor();
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(dir, { recursive: true, force: true });
    });

    test('is open before anything of its windows is unpacked, in a document that does not grow with it', async () => {
      expect(await page.locator('script[type="text/plain"]').count()).toBeGreaterThan(20);
      expect((await work()).unpacked).toBe(0);
      expect(await page.evaluate(() => document.querySelectorAll('#app *').length)).toBeLessThan(1500);
      const html = readFileSync(new URL(address), 'utf8');
      const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
      expect(data.length, 'what is parsed at once').toBeLessThan(500_000);
      expect(await left()).toMatch(/^Spans shorter than 427 µs are merged .*: zoom in to see them\.$/);
    });

    test('is zoomed into by unpacking the windows in view, until every change is there', async () => {
      await page.locator('canvas').focus();
      await zoomDeep();
      const { unpacked } = await work();
      expect(unpacked).toBeGreaterThan(0);
      expect(unpacked, 'far from all').toBeLessThan(40);
      // Each change came every 6.4 µs: it is the same one as was recorded, not one nearby.
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const said = (await page.locator('#timeline-said').textContent()) ?? '';
      const [, label, state, from] =
        /^(G\d): (running|runnable) for 6\.4 µs, from ([\d.\u202f]+) s to [^,]*$/.exec(said) ?? [];
      expect(label, said).toBe('G1');
      const nanoseconds = Number(from?.replaceAll('\u202f', '').replace('.', ''));
      expect(nanoseconds % EACH, said).toBe(0);
      expect(state).toBe((nanoseconds / EACH) % 2 === 0 ? 'running' : 'runnable');
    });

    test('draws no more bars than the screen has pixels, at any zoom', async () => {
      await page.keyboard.press('0');
      expect(await left()).toMatch(/^Spans shorter/);
      await zoomDeep();
      const width = await page.locator('canvas').evaluate((canvas) => canvas.clientWidth);
      expect((await work()).bars).toBeLessThan((GOROUTINES + 2) * width);
    });

    test('is searched by lane: a name is meant whole, other words may be a part', async () => {
      // The counts are no lane, and stay.
      const labels = async () =>
        (await page.locator('.labels li').allTextContents()).filter((text) => !text.startsWith('Counts'));
      await page.locator('#lane-filter').fill('G1 gc');
      expect(await labels()).toEqual(['GC', 'G1']);
      expect(await page.locator('.search [role=status]').textContent()).toBe(`2 of ${GOROUTINES + 2} lanes`);
      await page.locator('#lane-filter').fill('goroutine');
      expect(await labels()).toHaveLength(GOROUTINES);
      await page.locator('#lane-filter').fill('');
      expect(await labels()).toHaveLength(GOROUTINES + 2);
    });

    test('opens near where a link points, with all that happened there', async () => {
      await page.goto(`${address}#/recording/long/at/${END / 2}`);
      await page.locator('#timeline-left', { hasText: 'Every change' }).waitFor();
    });

    test('is the same page each time', async () => {
      expect(readFileSync(new URL(await longReport()))).toEqual(readFileSync(new URL(address)));
    });
  },
);

async function longReport(): Promise<string> {
  const told = new Told();
  for (let n = 0; n < CHANGES; n++)
    for (let id = 1; id <= GOROUTINES; id++) told.goroutine(id, n % 2 === 0 ? RUNNING : RUNNABLE, n * EACH);
  const timeline = told.timeline(END);
  const windows = new Map<Timeline, TimelineWindows>([[timeline, windowsOf(told.history(END), timeline)]]);
  const replay = {
    ...sampleReplay('long', 'go1.26.8', 'amd64', 1, { clean: true }),
    file: 'long.gotwin',
    timeline,
  };
  const { htmlPath } = await writeReport([replay], mkdtempSync(join(dir, 'report-')), { windows });
  return pathToFileURL(htmlPath).href;
}

/** Counts in the page, before its script runs, what it unpacks and draws. */
function countWork(): void {
  const counts: Work = { unpacked: 0, bars: 0 };
  Object.assign(globalThis, { counts });
  const Stream = globalThis.DecompressionStream;
  globalThis.DecompressionStream = class extends Stream {
    constructor(format: CompressionFormat) {
      super(format);
      counts.unpacked++;
    }
  };
  let bars = 0;
  const { clearRect, fillRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function begin(...place) {
    bars = 0;
    clearRect.apply(this, place);
  };
  CanvasRenderingContext2D.prototype.fillRect = function draw(...place) {
    counts.bars = Math.max(counts.bars, ++bars);
    fillRect.apply(this, place);
  };
}

function work(): Promise<Work> {
  return page.evaluate(() => ({ ...(globalThis as unknown as { counts: Work }).counts }));
}

async function left(): Promise<string> {
  return (await page.locator('#timeline-left').textContent()) ?? '';
}

/** A thousand times nearer, until what is in view is unpacked. */
async function zoomDeep(): Promise<void> {
  for (let step = 0; step < 10; step++) await page.keyboard.press('+');
  await page.locator('#timeline-left', { hasText: 'Every change of state in view is there.' }).waitFor();
}
