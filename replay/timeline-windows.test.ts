import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATES } from './model/index.ts';
import { Told } from './testdata/told.ts';
import { type TimelineWindow, type TimelineWindows, windowsOf } from './timeline-windows.ts';

const RUNNABLE = STATES.goroutine.indexOf('runnable');
const RUNNING = STATES.goroutine.indexOf('running');

function zoomable(told: Told, end: number): TimelineWindows {
  return windowsOf(told.history(end), told.timeline(end));
}

/** Read as the format says it: by lane, triples of start, end and state. */
function read({ bytes, start, end, origin, step }: TimelineWindow, lanes: number): number[][] {
  const raw = inflateRawSync(bytes);
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = raw[at++] as number;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const counts = Array.from({ length: lanes }, varint);
  const states = counts.map((count) => Array.from({ length: count }, () => raw[at++] as number));
  const spans = states.map((of) => {
    let [from, steps] = [start, 0];
    return of.flatMap((state, i) => {
      if (i < of.length - 1) steps += varint();
      const span = [from, i < of.length - 1 ? origin + steps * step : end, state];
      from = span[1] as number;
      return span;
    });
  });
  expect(at, 'nothing is left over').toBe(raw.length);
  return spans;
}

/** A goroutine that starts and stops so often that one window cannot keep it. */
function restless(changes: number, each: number): Told {
  const told = new Told();
  for (let n = 0; n < changes; n++) told.goroutine(1, n % 2 === 0 ? RUNNING : RUNNABLE, n * each);
  return told;
}

describe('the windows of a timeline', () => {
  test('hold every change where there are few, and one window is enough', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9999 })), {
          minLength: 2,
        }),
        (steps) => {
          const told = new Told();
          const wanted: number[] = [];
          let [time, before] = [0, 0];
          for (const [state, after] of steps) {
            if (state !== before) {
              if (wanted.length > 0) wanted.push(time, before);
              wanted.push(time);
            }
            told.goroutine(1, state, time);
            [time, before] = [time + after, state];
          }
          wanted.push(time, before);
          const { lanes, windows } = zoomable(told, time);
          expect(windows).toHaveLength(1);
          const [place] = told.timeline(time).lanes.flatMap(({ label }, i) => (label === 'G1' ? [i] : []));
          const spans = read(windows[0] as TimelineWindow, lanes.length)[lanes.indexOf(place as number)];
          // The first span is empty: before the first change nothing is known.
          expect(spans?.filter((_, i, all) => all[i - (i % 3)] !== all[i - (i % 3) + 1])).toEqual(wanted);
        },
      ),
    );
  });

  test('are cut in eight until all changes are there, each part where the one before ends', () => {
    const end = 200_000 * 640;
    const { windows } = zoomable(restless(200_000, 640), end);
    const deepest = windows.filter(({ resolution }) => resolution === 0);
    expect(deepest[0]?.start).toBe(0);
    expect(deepest.at(-1)?.end).toBe(end);
    deepest.slice(1).forEach((window, i) => {
      expect(window.start).toBe(deepest[i]?.end);
    });
    const changes = deepest.flatMap((window) => read(window, 1)[0] ?? []).filter((_, i) => i % 3 === 0);
    // One more where a window begins inside of a span.
    expect(new Set(changes.filter((time) => time % 640 === 0)).size).toBe(200_000);
    const merged = windows.filter(({ resolution }) => resolution > 0);
    expect(merged.map((window) => window.end - window.start)).toEqual(new Array(8).fill(end / 8));
  });

  test('show in between the state that holds longest', () => {
    const told = new Told();
    const end = 400_000 * 1000;
    for (let time = 0; time < end; time += 1000) {
      told.goroutine(1, RUNNING, time);
      told.goroutine(1, RUNNABLE, time + 900);
    }
    for (const window of zoomable(told, end).windows.filter(({ resolution }) => resolution > 0)) {
      expect(read(window, 1)).toEqual([[window.start, window.end, RUNNING]]);
    }
  });

  test('are the same bytes each time', () => {
    const make = () => zoomable(restless(50_000, 640), 50_000 * 640).windows;
    expect(make()).toEqual(make());
  });

  test('say nothing of lanes that show each change as it was', () => {
    const told = new Told();
    told.stw.add(0, STATES.stw.indexOf('stopped'), 5);
    expect(zoomable(told, 1000).lanes).toEqual([]);
  });

  test('keep to the time although clocks differ: an earlier time behind a later one counts as that', () => {
    const told = new Told();
    told.goroutine(1, RUNNABLE, 100);
    told.goroutine(1, RUNNING, 500);
    told.goroutine(1, RUNNABLE, 300);
    told.goroutine(1, RUNNING, 2000);
    const [window] = zoomable(told, 1000).windows;
    expect(read(window as TimelineWindow, 1)).toEqual([
      [
        ...[0, 100, 0],
        ...[100, 500, RUNNABLE],
        ...[500, 500, RUNNING],
        ...[500, 1000, RUNNABLE],
        ...[1000, 1000, RUNNING],
      ],
    ]);
  });

  test('end where so many changes at one moment leave nothing to cut', () => {
    const told = new Told();
    for (let n = 0; n < 40_000; n++) told.goroutine(1, n % 2 === 0 ? RUNNING : RUNNABLE, 7_000_000);
    expect(zoomable(told, 8_000_000).windows.length).toBeLessThan(60);
  });
});
