import { describe, expect, test } from 'vitest';
import { headLine, OS_LINES, type OsLine, osLines } from './lines.ts';

async function read(text: string): Promise<{ lines: OsLine[]; damage: string[] }> {
  const damage: string[] = [];
  const lines: OsLine[] = [];
  // In pieces of seven bytes: no line comes whole.
  const pieces = async function* () {
    for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7), 'latin1');
  };
  for await (const line of osLines(pieces(), (what) => damage.push(what))) lines.push(line);
  return { lines, damage };
}

const HEAD = headLine({ pid: 7, intervalMs: 50, startNs: 100n, isTraced: true });
const SAMPLE = 'at 200 10 2 2 4096 8192 10 0 +7 +8\n';

test('every kind of line is read as it was written', async () => {
  const { lines, damage } = await read(
    `${HEAD}${SAMPLE}at 300 10 2 1 4000 8192 20 10 -8\nhang 400 7:R\nexit 500 - SIGKILL\n`,
  );
  expect(damage).toEqual([]);
  expect(lines).toMatchObject([
    { kind: 'head', head: { pid: 7, intervalMs: 50, startNs: 100, isTraced: true } },
    {
      kind: 'sample',
      sample: { from: 200, to: 210, before: 2, after: 2, peakKiB: 8192, came: [7, 8], went: [] },
    },
    { kind: 'sample', sample: { userMs: 20, systemMs: 10, came: [], went: [8] } },
    { kind: 'hang', states: ['R'] },
    { kind: 'exit', timeNs: 500 },
  ]);
});

test('every kind of line is documented', () => {
  expect(OS_LINES.map(({ line }) => line.split(' ')[0])).toEqual(['gotwin-os', 'at', 'hang', 'full', 'exit']);
});

test('a collector that was killed in the middle of a line leaves those before it', async () => {
  const { lines, damage } = await read(`${HEAD}${SAMPLE}at 300 10 2`);
  expect([lines.length, damage]).toEqual([2, []]);
});

describe('what a collector never writes ends the reading, and is named:', () => {
  test.each([
    ['no head', SAMPLE],
    ['another format', 'gotwin-os 2 7 50 100 added\n'],
    ['a word that is none', `${HEAD}threads 3\n`],
    ['a figure that is none', `${HEAD}at 200 ten 2 2 4096 8192 10 0\n`],
    ['a figure beyond all bounds', `${HEAD}at ${'9'.repeat(19)} 10 2 2 4096 8192 10 0\n`],
    ['more threads than a system has', `${HEAD}at 200 10 2 4194305 4096 8192 10 0\n`],
    ['a figure that no double holds', `${HEAD}at 200 10 2 2 4096 8192 9007199254740992 0\n`],
    ['a figure below zero', `${HEAD}at 200 -10 2 2 4096 8192 10 0\n`],
    ['a thread that no system has', `${HEAD}at 200 10 2 2 4096 8192 10 0 +4194305\n`],
    ['a negative thread', `${HEAD}at 200 10 2 2 4096 8192 10 0 +-8\n`],
  ])('%s', async (_, text) => {
    const { damage } = await read(text);
    expect(damage).toEqual([expect.stringMatching(/^line \d+ is none of ours$/)]);
  });

  test.each([
    [
      'a sample before the start',
      `${headLine({ pid: 7, intervalMs: 50, startNs: 9000n, isTraced: true })}${SAMPLE}`,
    ],
    [
      'a sample before the last was done',
      `${HEAD}at 200 9000 2 2 4096 8192 10 0\nat 300 1 2 2 4096 8192 10 0\n`,
    ],
    ['an end before the last sample', `${HEAD}at 9000 10 2 2 4096 8192 10 0\nexit 300 0 -\n`],
  ])('%s', async (_, text) => {
    const { damage } = await read(text);
    expect(damage).toEqual([expect.stringMatching(/^line [23] goes back in time$/)]);
  });

  test('a line without an end', async () => {
    const endless = async function* () {
      for (let i = 0; i < 3; i++) yield Buffer.alloc(1 << 20, 0x20);
    };
    const damage: string[] = [];
    for await (const _ of osLines(endless(), (what) => damage.push(what)));
    expect(damage).toEqual(['it is larger than it may be']);
  });
});
