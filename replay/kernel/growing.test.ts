/**
 * A memory that grows detaches every view made of it, so no view may be used after a call that may grow it.
 * It grows seldom, on some inputs only; here it grows at every such call.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { assetPath } from '../../go-fixtures/index.ts';
import { mutantsOf } from '../mutate/mutants.ts';
import { replayFile } from '../replay.ts';
import type { Replay, Timeline } from '../result.ts';
import type { TimelineWindows } from '../timeline-windows.ts';
import { ALLOCATING } from './kernel.ts';

const BUSY = assetPath('tests/testdata/busy.trace');
const SEED = 5;
/** What never came, what names somebody else, what is late: each goes its own way through the judge. */
const KINDS = ['delete', 'retarget', 'shift-1ms', 'lost-batch'];
/** Pages of 64 KiB that a memory may be made larger by: 1 GiB of addresses. */
const PAGES = 16_384;

const folder = mkdtempSync(join(tmpdir(), 'gotwin-growing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RealInstance = WebAssembly.Instance;
afterEach(() => {
  WebAssembly.Instance = RealInstance;
});

/** From now on memory grows before and after every call that may grow it; says how often it did. */
function growAlways(): () => number {
  let grown = 0;
  function GrowingInstance(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
    const { exports } = new RealInstance(module, imports);
    const memory = exports.memory as WebAssembly.Memory;
    let left = PAGES;
    const grow = (): void => {
      if (left-- <= 0) return;
      memory.grow(1);
      grown++;
    };
    const calls = ALLOCATING.map((name) => {
      const call = exports[name] as (...args: unknown[]) => unknown;
      const growing = (...args: unknown[]): unknown => {
        grow();
        try {
          return call(...args);
        } finally {
          grow();
        }
      };
      return [name, growing];
    });
    return { exports: { ...exports, ...Object.fromEntries(calls) } };
  }
  WebAssembly.Instance = GrowingInstance as unknown as typeof RealInstance;
  return () => grown;
}

async function replayed(file: string): Promise<unknown> {
  const windows = new Map<Timeline, TimelineWindows>();
  const replay = await replayFile(file, { windows });
  return { replay, windows: [...windows.values()] };
}

test('a trace is replayed and drawn alike, however often the memory of the kernel grows', async () => {
  const quiet = await replayed(BUSY);
  const grown = growAlways();
  expect(await replayed(BUSY)).toEqual(quiet);
  expect(grown()).toBeGreaterThan(100);
});

test(`so is what is wrong with a trace, in mutants of seed ${SEED}`, async () => {
  const busy = {
    name: 'busy.trace',
    bytes: new Uint8Array(readFileSync(BUSY)),
    go: '',
  };
  let findings = 0;
  for (const { bytes, kind, what } of mutantsOf([busy], { seed: SEED, count: 1, kinds: KINDS })) {
    const file = join(folder, `${kind}.trace`);
    writeFileSync(file, bytes);
    const quiet = await replayed(file);
    findings += (quiet as { replay: Replay }).replay.divergences.length;
    growAlways();
    expect(await replayed(file), `${kind}: ${what}`).toEqual(quiet);
    WebAssembly.Instance = RealInstance;
  }
  expect(findings).toBeGreaterThan(0);
});
