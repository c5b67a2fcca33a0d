import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openTrace } from '../decode/index.ts';
import { SystemJudge } from './judge.ts';
import { readSystem } from './read.ts';

const TRACE = join(import.meta.dirname, '../../tests/testdata/busy.trace');

/** What the trace says of itself: its batches of events, in nanotime. */
interface Batch {
  readonly m: number;
  readonly begin: number;
  readonly end: number;
}
let batches: Batch[] = [];

async function each(visit: (generation: Generation, base: number) => void): Promise<void> {
  const reader = await openTrace(createReadStream(TRACE));
  for await (const generation of reader.generations()) visit(generation, Number(reader.base));
}
type Reader = Awaited<ReturnType<typeof openTrace>>;
type Generation = ReturnType<Reader['generations']> extends AsyncIterable<infer G> ? G : never;

beforeAll(async () => {
  await each((generation, base) => {
    for (const { kind, m, time, first, last } of generation.batches)
      if (kind === 'events' && m >= 0 && last > first)
        batches.push({ m, begin: base + time, end: base + generation.columns.time[last - 1]! });
  });
  batches = batches.sort((a, b) => b.end - b.begin - (a.end - a.begin));
});

async function* chunksOf(text: string) {
  yield Buffer.from(text);
}

interface Seen {
  readonly start?: number;
  readonly end?: number;
  readonly threads: readonly number[];
  /** Of the kernel's count; as many as are listed if not given. */
  readonly counted?: number;
  readonly own?: boolean;
  /** A line at the end. */
  readonly more?: string;
}

/** The samples of a process that had these threads all the time: one each ms, so that many lie in a batch. */
async function judged({ start, end, threads, counted = threads.length, own = false, more = '' }: Seen) {
  const first = Math.min(...batches.map(({ begin }) => begin));
  const last = Math.max(...batches.map((batch) => batch.end));
  const lines = [`gotwin-os 1 1 1 ${start ?? first - 1e6} ${own ? 'own' : 'added'}`];
  for (let at = first - 1e6; at < last; at += 1e6) {
    if (at < (start ?? at) || at > (end ?? at)) continue;
    const came = lines.length === 1 ? threads.map((tid) => ` +${tid}`).join('') : '';
    lines.push(`at ${at} 1000 ${counted} ${counted} 1 1 0 0${came}`);
  }
  lines.push(`exit ${end ?? last + 1e6} 0 -`, more);
  const { system } = await readSystem(chunksOf(lines.join('\n')));
  const judge = new SystemJudge(system!, 'go1.26');
  await each((generation, base) => judge.see(generation, base));
  const asked = Object.fromEntries(judge.rows().map(({ row, count }) => [row, count]));
  return { rules: judge.divergences.map(({ rule }) => rule), asked, judge };
}

const all = () => [...new Set(batches.map(({ m }) => m))];

test('a trace whose threads and times are those of the process has nothing against it', async () => {
  const { rules, asked } = await judged({ threads: all() });
  expect(rules).toEqual([]);
  expect(asked['os/lifetime']).toBe(batches.length);
  expect(asked['os/thread']).toBeGreaterThan(0);
});

describe('it is found that', () => {
  test('a thread writes to the trace that the process does not have', async () => {
    const liar = batches[0]!.m;
    const { judge } = await judged({ threads: all().filter((tid) => tid !== liar) });
    expect(judge.divergences).toMatchObject([
      { rule: 'os/thread', layers: ['trace', 'os'], subject: { kind: 'M', id: String(liar) } },
    ]);
  });

  test('the trace begins before the process does', async () => {
    const { rules } = await judged({ threads: all(), start: batches[0]!.begin + 1 });
    expect(rules).toEqual(['os/lifetime']);
  });

  test('the trace goes on after the process has ended', async () => {
    const { rules } = await judged({ threads: all(), end: batches[0]!.end - 11e6 });
    expect(rules).toEqual(['os/lifetime']);
  });
});

describe('nothing is said', () => {
  test('where a listing may have missed a thread', async () => {
    const liar = batches[0]!.m;
    const { rules, asked } = await judged({
      threads: all().filter((tid) => tid !== liar),
      counted: all().length,
    });
    expect([rules, asked['os/thread']]).toEqual([[], 0]);
  });

  test('of a trace that the program wrote itself, which may be of another process', async () => {
    const { rules, judge } = await judged({ threads: [1], start: batches[0]!.end, own: true });
    expect(rules).toEqual([]);
    expect(judge.rows().every(({ observable }) => !observable)).toBe(true);
  });

  test('where a line is not as it should be: none of its figures is believed', async () => {
    const liar = batches[0]!.m;
    const threads = all().filter((tid) => tid !== liar);
    const { rules, judge } = await judged({ threads, end: batches[0]!.end - 11e6, more: 'exit 1 0 -\n' });
    expect(rules).toEqual([]);
    expect(judge.rows().every(({ observable }) => !observable)).toBe(true);
  });

  test('of a burst of events that runs ahead of the clock by less than it may', async () => {
    const { rules } = await judged({ threads: all(), end: Math.max(...batches.map(({ end }) => end)) - 9e6 });
    expect(rules).toEqual([]);
  });
});

test.each([
  ['', 'it has no first line'],
  ['gotwin-os 2 1 1 1 added\n', 'line 1 is none of ours'],
  ['\0\0\0\n', 'line 1 is none of ours'],
])('an entry %j is no system, and that is said', async (text, what) => {
  expect(await readSystem(chunksOf(text))).toEqual({ system: undefined, notes: [`os/samples: ${what}`] });
});

test('reading ends when it is told to', async () => {
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  await expect(readSystem(chunksOf('gotwin-os 1 1 1 1 added\n'), stop.signal)).rejects.toThrow('stopped');
});
