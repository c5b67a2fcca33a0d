import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Recorder } from '../replay/decode/testdata/record.ts';
import * as library from '../replay/trace/index.ts';
import { findChromium, launch, NO_CHROMIUM } from '../reports/testdata/chromium.ts';
import { type Digest, digestOf } from './testdata/digest.ts';
import { ROOT } from './tree.ts';

const chromium = findChromium();
/** Nothing is asked of any network: the page's requests are answered here. */
const SITE = 'http://gotwin.test/';

/** The library as a browser's bundler finds it in package.json, and the digest of what it reads. */
async function bundle(): Promise<string> {
  const contents = `import * as library from 'gotwin';
import { digestOf } from './tests/testdata/digest.ts';
globalThis.digest = (input) => digestOf(library, input);`;
  const stdin = { contents, resolveDir: ROOT, loader: 'ts' as const };
  const built = await build({
    stdin,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'silent',
  });
  return built.outputFiles[0]?.text ?? '';
}

async function openPage(browser: Browser, script: string, trace: Uint8Array): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/trace') return route.fulfill({ body: Buffer.from(trace) });
    return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>gotwin</title>' });
  });
  await page.goto(SITE);
  await page.addScriptTag({ content: script });
  return page;
}

/** What Chromium reads, from the bytes in three of their forms. */
function inPage(page: Page, form: 'bytes' | 'blob' | 'stream'): Promise<Digest> {
  return page.evaluate(async (form) => {
    const response = await fetch('/trace');
    const { digest } = globalThis as unknown as { digest: (input: unknown) => Promise<Digest> };
    if (form === 'stream') return await digest(response.body);
    return await digest(
      form === 'blob' ? await response.blob() : new Uint8Array(await response.arrayBuffer()),
    );
  }, form);
}

describe.skipIf(!chromium)(
  chromium ? 'the library in Chromium' : `the library in Chromium (${NO_CHROMIUM})`,
  () => {
    const recorder = new Recorder();
    let browser: Browser;
    let script: string;
    beforeAll(async () => {
      script = await bundle();
      browser = await launch(chromium ?? '');
    });
    afterAll(async () => {
      await browser?.close();
      await recorder.remove();
    });

    test.each(['1.22.12', '1.26.8'])('reads a trace of Go %s as Node does, to the last frame', async (go) => {
      const trace = await readFile(await recorder.record(go, 6, 'traceadvanceperiod=20000000'));
      const expected = await digestOf(library, trace);
      expect(expected.damages).toBe(0);
      expect(expected.events).toBeGreaterThan(1000);
      const page = await openPage(browser, script, trace);
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      for (const form of ['bytes', 'blob', 'stream'] as const) {
        expect([form, await inPage(page, form)]).toEqual([form, expected]);
      }
      expect(faults).toEqual([]);
    });
  },
);
