import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATES } from './model/index.ts';
import { replayFile } from './replay.ts';
import { Told } from './testdata/told.ts';

const TRACE = fileURLToPath(new URL('../tests/testdata/busy.trace', import.meta.url));
const RUNNABLE = STATES.goroutine.indexOf('runnable');
const RUNNING = STATES.goroutine.indexOf('running');

function laneOf(told: Told, end: number, label: string) {
  return told.timeline(end).lanes.find((lane) => lane.label === label);
}

describe('a lane of the timeline', () => {
  test('shows what a goroutine did, from change to change', () => {
    const told = new Told();
    told.goroutine(7, RUNNABLE, 0);
    told.goroutine(7, RUNNING, 300);
    expect(laneOf(told, 600, 'G7')?.spans).toEqual([0, 300, RUNNABLE, 300, 600, RUNNING]);
  });

  test('shows the state that lasts where changes come faster than a screen can show', () => {
    const told = new Told();
    const end = 6_000_000;
    for (let time = 0; time < end; time += 1000) {
      told.goroutine(7, RUNNING, time);
      told.goroutine(7, RUNNABLE, time + 900);
    }
    expect(laneOf(told, end, 'G7')?.spans).toEqual([0, end, RUNNING]);
  });

  test('has spans in order, inside of the time, of states that there are, and never too many', () => {
    const step = fc.record({
      state: fc.integer({ min: 1, max: 5 }),
      after: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
        const told = new Told();
        let time = 0;
        for (const { state, after } of steps) {
          time += after;
          told.goroutine(1, state, time);
        }
        const spans = laneOf(told, time + 1, 'G1')?.spans ?? [];
        expect(spans.length / 3).toBeLessThanOrEqual(601);
        for (let i = 0; i < spans.length; i += 3) {
          const [from = 0, to = 0, state = 0] = spans.slice(i, i + 3);
          expect(from).toBeGreaterThanOrEqual(spans[i - 2] ?? 0);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(time + 1);
          expect(STATES.goroutine[state]).toBeDefined();
        }
      }),
    );
  });
});

test('a stop of the world of 20 µs is shown as 20 µs, however long the trace', () => {
  const told = new Told();
  const [running, stopped] = [STATES.stw.indexOf('running'), STATES.stw.indexOf('stopped')];
  told.stw.add(0, stopped, 1_000_000);
  told.stw.add(0, running, 1_020_000);
  const end = 10_000_000_000;
  expect(laneOf(told, end, 'STW')?.spans).toEqual([
    ...[1_000_000, 1_020_000, stopped],
    ...[1_020_000, end, running],
  ]);
});

test('the lanes of Ms say when each held a P: together as long as Ps were held', async () => {
  const { timeline } = await replayFile(TRACE);
  const timeIn = (kind: string, states: readonly string[]): number =>
    timeline.lanes
      .filter((lane) => lane.kind === kind)
      .flatMap(({ spans, states: names }) =>
        spans.flatMap((start, i) =>
          i % 3 === 0 && states.includes(names[spans[i + 2]!]!) ? [spans[i + 1]! - start] : [],
        ),
      )
      .reduce((sum, ns) => sum + ns, 0);
  const held = timeIn('P', ['running', 'syscall']);
  expect(timeline.lanes.filter(({ kind }) => kind === 'M').length).toBeGreaterThan(1);
  // What is shorter than the resolution is merged, here and there.
  expect(Math.abs(timeIn('M', ['holding a P']) - held) / held).toBeLessThan(0.02);
});

test('goroutines of divergences get a lane before the busiest ones', () => {
  const told = new Told();
  for (let id = 1; id <= 30; id++) for (let n = 0; n < 40 - id; n++) told.goroutine(id, RUNNING, n);
  const lanes = told.timeline(100, [29]).lanes.filter((lane) => lane.kind === 'goroutine');
  expect(lanes).toHaveLength(12);
  expect(lanes[0]).toMatchObject({ id: 29, why: 'diverges' });
  expect(lanes[1]).toMatchObject({ id: 1, why: 'busiest' });
});
