import { expect, test } from 'vitest';
import { correct, fits, type Setting } from './make.ts';
import { TRACES, type TraceSpec } from './traces.ts';

/** A machine on which a unit is so many bytes and takes so long, and which needs a second to start. */
function pretend({ units, period }: Setting) {
  const seconds = 1 + units * 0.0002;
  const generations = Math.ceil(seconds / (period === 0 ? 1 : period / 1e9));
  const bytes = 3000 * units + 20_000 * generations;
  return { seconds, shape: { bytes, generations, longest: Math.round(bytes / generations) } };
}

const wanted = TRACES.filter(({ skewed }) => skewed === undefined);

test.each(wanted)('$name is as wanted after a few attempts', (spec) => {
  let setting: Setting = { units: 2000, period: 0 };
  let result = pretend(setting);
  for (let attempt = 0; attempt < 5 && !fits(spec, result.shape); attempt++) {
    setting = correct(spec, setting, result.shape, result.seconds);
    result = pretend(setting);
  }
  // Where the machine is too slow for the longest period that the runtime takes, only the length can be right.
  const { generations, ...rest } = spec;
  const reachable = setting.period < 2 ** 31 - 1;
  expect(fits(reachable ? spec : rest, result.shape)).toBe(true);
});

test('a trace of the wrong length or number of generations does not fit', () => {
  const spec: TraceSpec = { name: 'a', what: '', workload: 'mixed', bytes: 1000, generations: 20 };
  const shape = (bytes: number, generations: number) => ({ bytes, generations, longest: 0 });
  expect(fits(spec, shape(1000, 20))).toBe(true);
  expect(fits(spec, shape(1099, 27))).toBe(true);
  expect(fits(spec, shape(1101, 20))).toBe(false);
  expect(fits(spec, shape(899, 20))).toBe(false);
  expect(fits(spec, shape(1000, 28))).toBe(false);
  expect(fits(spec, shape(1000, 12))).toBe(false);
});

test('a short attempt is not taken at its word for a trace a thousand times as long', () => {
  const spec: TraceSpec = { name: 'a', what: '', workload: 'mixed', bytes: 1e9, generations: 1000 };
  const shape = { bytes: 1e6, generations: 1, longest: 1e6 };
  // A second for a megabyte, and a megabyte for a generation.
  expect(correct(spec, { units: 10, period: 0 }, shape, 1)).toEqual({ units: 200, period: 1e9 });
});

test('the period is one that the runtime does not ignore', () => {
  const spec: TraceSpec = { name: 'a', what: '', workload: 'mixed', bytes: 1e9, generations: 1 };
  const shape = { bytes: 1e6, generations: 1, longest: 1e6 };
  expect(correct(spec, { units: 10, period: 0 }, shape, 100)).toEqual({ units: 200, period: 2 ** 31 - 1 });
});
