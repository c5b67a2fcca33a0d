import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { assetPath } from '../../go-fixtures/index.ts';
import { parseWire, spansOf, traceOf, writeWire } from '../decode/index.ts';
import { Excerpt } from './excerpt.ts';
import { KIND_NAMES, mutantsOf, type RealTrace } from './mutants.ts';
import type { TraceMutation } from './result.ts';
import { mutateTraces } from './trace-mutants.ts';

/** A second of everything that Go 1.26 traces, in a few generations. */
const path = assetPath('tests/testdata/busy.trace');
const busy: RealTrace = { name: 'busy.trace', bytes: new Uint8Array(readFileSync(path)), go: '' };
const SEED = 1;
const COUNT = 12;

/**
 * Of each kind, percent that were noticed when this was last looked at, a little below: the seed makes the same
 * mutants always, so a number changes only with a rule. What is left is told in docs/mutate.md.
 */
const FLOOR: Readonly<Record<string, number>> = {
  delete: 90,
  duplicate: 90,
  swap: 80,
  retarget: 100,
  'reason-plausible': 95,
  'reason-any': 95,
  'reason-outside': 100,
  'shift-10s': 100,
  'shift-100ms': 100,
  'shift-1ms': 100,
  'shift-100us': 50,
  'lost-batch': 80,
};
/** A generation is lost of a longer trace: mutants.go.test.ts. */
const NAMES = KIND_NAMES.filter((name) => name in FLOOR);

let result: TraceMutation;
beforeAll(async () => {
  result = await mutateTraces([busy], { seed: SEED, count: COUNT });
}, 60_000);

const again = (kind: string) => `gotwin mutate ${busy.name} --kind ${kind} --seed ${SEED} --count ${COUNT}`;

test('the seed makes the same mutants again, and another one others', () => {
  const made = (seed: number) => [...mutantsOf([busy], { seed, count: 2 })].map(({ what }) => what);
  expect(made(5)).toEqual(made(5));
  expect(made(5)).not.toEqual(made(6));
});

test('an excerpt of whole generations without a change has the bytes that the trace has', () => {
  const spans = spansOf(busy.bytes).slice(0, 2);
  const bytes = traceOf(busy.bytes, spans);
  expect(new Excerpt(bytes).with([]) as Uint8Array).toEqual(bytes);
  expect(writeWire(parseWire(bytes))).toEqual(bytes);
});

describe('the judge notices most mutants of each kind', () => {
  test.each(NAMES)('%s', (name) => {
    const kind = result.kinds.find((each) => each.kind === name);
    const { made = 0, legal = 0, noticed = 0 } = kind ?? {};
    expect(made, again(name)).toBeGreaterThan(0);
    expect((100 * noticed) / (made - legal), again(name)).toBeGreaterThanOrEqual(FLOOR[name] as number);
  });
});

test.each(NAMES)(
  '%s: whoever objects is a rule about what was changed, and nobody objects to what is legal',
  (name) => {
    const kind = result.kinds.find((each) => each.kind === name);
    expect(kind?.misnamed, `${again(name)}: ${JSON.stringify(kind?.rules)}`).toBe(0);
    expect(kind?.legalRefused, again(name)).toBe(0);
  },
);
