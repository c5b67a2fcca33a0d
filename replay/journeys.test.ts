import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { journeysOf, quantile } from './journeys.ts';
import { openTrace } from './open.ts';
import { EventCursor, Orderer } from './trace/index.ts';

const TRACE = fileURLToPath(new URL('../tests/testdata/busy.trace', import.meta.url));

describe('the journeys of a real trace', () => {
  test('are those of all goroutines that it saw created, by their functions', async () => {
    const { sites } = (await journeysOf(TRACE)) ?? expect.fail();
    const created = await creations();
    expect(sites.reduce((sum, { goroutines }) => sum + goroutines, 0)).toBe(created);
    for (const { name, goroutines, journeys } of sites) {
      expect(name).toMatch(/^\S+, created by \S+$/);
      expect(journeys.reduce((sum, { count }) => sum + count, 0)).toBe(goroutines);
      for (const { steps } of journeys) expect(steps.at(-1)).toMatch(/^(ends|is there at the end)$/);
    }
  });

  test('tell what is repeated once', async () => {
    const { sites } = (await journeysOf(TRACE)) ?? expect.fail();
    for (const { steps } of sites.flatMap(({ journeys }) => journeys))
      for (let i = 1; i < steps.length; i++) expect(steps[i]).not.toBe(steps[i - 1]);
  });

  test('have the times of what they waited for, none longer than the trace', async () => {
    const { latencies } = (await journeysOf(TRACE)) ?? expect.fail();
    const kinds = latencies.map(({ what }) => what);
    expect(kinds).toEqual(
      expect.arrayContaining(['runnable to running', 'system call', 'waits: chan receive']),
    );
    for (const { buckets, count } of latencies) {
      expect(count).toBeGreaterThan(0);
      expect(quantile(buckets, 1)).toBeLessThan(60e9);
    }
  });
});

test('a quantile lies within five percent, and the last is the longest', () => {
  const bucket = (ns: number) => Math.floor(8 * Math.log2(ns));
  const buckets = new Map([1000, 2000, 4000, 1e6].map((ns) => [bucket(ns), 1]));
  expect(Math.abs(quantile(buckets, 0.5) / 2000 - 1)).toBeLessThan(0.06);
  expect(Math.abs(quantile(buckets, 1) / 1e6 - 1)).toBeLessThan(0.06);
  expect(quantile(new Map(), 0.5)).toBe(0);
});

async function creations(): Promise<number> {
  const trace = await openTrace(TRACE);
  const orderer = new Orderer();
  let created = 0;
  for await (const generation of trace) {
    const event = new EventCursor().over(orderer.order(generation));
    while (event.next()) if (event.name.startsWith('GoCreate') && event.name !== 'GoCreateSyscall') created++;
  }
  return created;
}
