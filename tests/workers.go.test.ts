import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gotwin } from '../cli/spawned.ts';
import { parseWire } from '../replay/decode/index.ts';
import { NEWEST, Recorder } from '../replay/decode/testdata/record.ts';

const recorder = new Recorder();
afterAll(() => recorder.remove());

let path: string;
beforeAll(async () => {
  // How long a round takes is the machine's business; so there are more until the trace is long enough.
  for (let rounds = 10, generations = 0; generations < 4; rounds *= 2) {
    path = await recorder.record(NEWEST, rounds, 'traceadvanceperiod=5000000');
    generations = parseWire(await readFile(path)).generations.length;
  }
});

/** Of two workers, and of none but the first thread. */
async function both(file: string, ...args: string[]) {
  const [two, one] = [[...args, '--workers', '2'], args].map((words) => gotwin(['events', ...words, file]));
  return [await two, await one];
}

const LISTINGS: readonly (readonly string[])[] = [
  ['text'],
  ['json'],
  ['none'],
  ['none', '--goroutine', '1'],
  ['text', '--limit', '20'],
];

test.each(LISTINGS.map((words) => ({ words, called: words.join(' ') })))(
  'events --format $called prints with two workers what it prints with one',
  async ({ words }) => {
    const [two, one] = await both(path, '--format', ...words);
    expect(one?.stdout).not.toBe('');
    expect(two).toEqual(one);
  },
);

test('so does a part of it, between two of its events', async () => {
  const all = (await gotwin(['events', '--format', 'json', path])).stdout.trimEnd().split('\n');
  const timeAt = (part: number): string => {
    const { time } = JSON.parse(all[Math.floor(all.length * part)] as string) as { time: number };
    return `${time}ns`;
  };
  const [two, one] = await both(path, '--format', 'json', '--from', timeAt(0.3), '--to', timeAt(0.7));
  const shown = one?.stdout.split('\n').length ?? 0;
  expect(shown).toBeGreaterThan(0.3 * all.length);
  expect(shown).toBeLessThan(0.5 * all.length);
  expect(two).toEqual(one);
});

test('a trace that is cut off ends the same, with the same words', async () => {
  const file = `${path}.cut`;
  const bytes = await readFile(path);
  await writeFile(file, bytes.subarray(0, bytes.length - 200));
  const [two, one] = await both(file, '--format', 'none');
  expect(one?.stderr).toContain('damaged');
  expect(two).toEqual(one);
});

test.each(['0', 'many', '1.5', '65', ''])('--workers %j is refused', async (workers) => {
  const { code, stderr } = await gotwin(['events', `--workers=${workers}`, path]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('from 1 to 64')]);
});

test('the wire format takes no workers', async () => {
  const { code, stderr } = await gotwin(['events', '--format', 'wire', '--workers', '2', path]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('written in one piece')]);
});
