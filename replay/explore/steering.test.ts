import { describe, expect, test } from 'vitest';
import { FAULTS, PROBE_FUNCTIONS_ENTRY } from '../../collector/index.ts';
import { RecordListing } from '../probe/listing.ts';
import { fileOf, source, type Written } from '../probe/small-records.ts';
import type { Divergence } from '../result.ts';
import { explore } from './explore.ts';
import { HISTORIES, type Variant } from './index.ts';
import { PACES } from './paces.ts';
import { type Prediction, predict } from './prediction.ts';
import { type Sighting, sightingsIn } from './sighting.ts';
import { compareRun, isSteerable, steer } from './steering.ts';
import { tell } from './story.ts';
import { recordsOf } from './testdata/as-records.ts';

const all = HISTORIES.flatMap((history) =>
  history.variants.map((variant) => ({ variant, name: `${history.name}, ${variant.name}` })),
);
const steerable = all.filter(({ variant }) => isSteerable(variant, FAULTS));
const faultOf = (variant: Variant) => FAULTS.find(({ name }) => name === variant.fault)!;
const variantNamed = (name: string) => all.find((each) => each.name === name)!.variant;

test('copystack and thread-exit can be steered, in each variant whose fault waits somewhere', () => {
  expect(steerable.map(({ name }) => name)).toEqual([
    'copystack, broken',
    'copystack, thrown',
    'copystack, unowned',
    'thread-exit, broken',
    'thread-exit, early',
  ]);
});

describe('what a counterexample predicts', () => {
  test.each(steerable)('$name: its fault waits where the thread is held', ({ variant }) => {
    const { steering } = steer(variant, faultOf(variant))!;
    expect(steering.meets).toBe(true);
    expect(faultOf(variant).finds).toEqual(expect.arrayContaining([...steering.rules]));
    expect(steering.rules).not.toEqual([]);
    expect(steering.delayUs > 0).toBe(steering.window !== null);
  });

  test('the critical window is the one that the fix closes, and no other', () => {
    expect(
      steer(variantNamed('copystack, broken'), FAULTS.find(({ name }) => name === 'copystack-stw')!)
        ?.steering,
    ).toMatchObject({
      window: {
        thread: 'M2',
        behind: { func: 'shrinkstack', statement: 'oldstatus = readgstatus(gp) &^ _Gscan' },
        before: { func: 'shrinkstack', statement: 'casgstatus(gp, oldstatus, _Gcopystack)' },
      },
      paces: [{ func: 'netpollunblock' }],
    });
    expect(
      steer(variantNamed('thread-exit, early'), FAULTS.find(({ name }) => name === 'freem-early')!)?.steering,
    ).toMatchObject({
      window: {
        thread: 'M2',
        behind: { func: 'mexit', statement: 'unlock(&sched.lock)' },
        before: { func: 'exitThread', statement: 'MOVL $0, (AX)' },
      },
      paces: [{ func: 'allocm' }],
    });
  });

  test('a fault that waits elsewhere does not meet it', () => {
    const fault = {
      ...FAULTS.find(({ name }) => name === 'copystack-stw')!,
      window: { behind: 'copystack(gp, newsize)', before: ', _Gcopystack)' },
    };
    expect(steer(variantNamed('copystack, broken'), fault)?.steering.meets).toBe(false);
  });

  test('nothing is predicted of a world that is sound', () => {
    expect(predict(variantNamed('copystack, mended'))).toBeUndefined();
  });

  test('every pace is of a function that some story is held for', () => {
    const used = steerable.flatMap(({ variant }) => predict(variant)!.paces.map(({ func }) => func));
    expect(PACES.map(({ func }) => func).filter((func) => !used.includes(func))).toEqual([]);
  });
});

/** The records that a story would have left, and perhaps others, as a recording's listing. */
async function seenIn(
  prediction: Prediction,
  variant: Variant,
  edit = (written: Written[]) => written,
): Promise<Sighting[]> {
  const { written, functions } = recordsOf(variant.world(), prediction);
  return await sightingsIn(listingOf(edit(written), functions), prediction);
}

function listingOf(written: readonly Written[], functions: Uint8Array): RecordListing {
  const records = fileOf([...written]);
  return new RecordListing({
    file: '',
    manifest: undefined,
    sealed: true,
    has: () => true,
    read: (entry) => (entry === PROBE_FUNCTIONS_ENTRY ? source(functions) : source(records))(),
    close: async () => undefined,
  });
}

describe('a recording in which it happens', () => {
  test.each(steerable)(
    '$name: the records of the story itself are found, each beside its step',
    async ({ variant }) => {
      const prediction = predict(variant)!;
      const sightings = await seenIn(prediction, variant);
      expect(sightings).toHaveLength(1);
      expect(sightings[0]!.map((view) => view?.name)).toEqual(prediction.records.map(({ kind }) => kind));
      const at = sightings[0]![prediction.broken]!;
      const finding = { rule: prediction.rules[0], id: 'x#1', at } as Divergence;
      const run = compareRun(prediction, sightings, [finding]);
      expect(run).toMatchObject({ shown: true, finding: { rule: prediction.rules[0], id: 'x#1' } });
      expect(
        run.steps.filter(({ isLookedFor }) => isLookedFor).every(({ recorded }) => recorded !== null),
      ).toBe(true);
      expect(run.steps.find(({ isBroken }) => isBroken)?.recorded).toEqual(at);
    },
  );

  test('a program that died of it before the held thread went on shows it too', async () => {
    const variant = variantNamed('thread-exit, early');
    const sightings = await seenIn(predict(variant)!, variant, (written) => written.slice(0, -1));
    expect(sightings.map((sighting) => sighting.map((view) => view?.name))).toEqual([
      ['freemadd', 'reap', undefined],
    ]);
  });
});

describe('a recording in which it does not happen', () => {
  const broken = variantNamed('copystack, broken');
  const early = variantNamed('thread-exit, early');
  const kindOf = (kind: string) => (written: Written) => written.kind === kind;
  /** With one record put before another. */
  const moved = (written: Written[], what: string, before: string) => {
    const one = written.findLast(kindOf(what))!;
    const rest = written.filter((each) => each !== one);
    return rest.toSpliced(rest.findLastIndex(kindOf(before)), 0, one);
  };

  test.each<[string, Variant, (written: Written[]) => Written[]]>([
    ['nobody waits', broken, (written) => written.slice(0, -1)],
    ['the world is not stopped', broken, (written) => written.filter((each) => each.kind !== 'stw')],
    [
      'it is another goroutine that became runnable',
      broken,
      (written) => written.with(-1, { ...written.at(-1)!, gp: 0xc0de_0000 }),
    ],
    [
      'the thread that waits is the one that made it runnable',
      broken,
      (written) => written.with(-1, { ...written.at(-1)!, m: written.at(-2)!.m! }),
    ],
    [
      'the held thread was not held: it did something else meanwhile',
      broken,
      (written) => written.toSpliced(-1, 0, { kind: 'stackfree', m: written.at(-1)!.m! }),
    ],
    [
      'it became runnable before the world was stopped',
      broken,
      (written) => moved(written, 'stw', 'gstatuswait'),
    ],
    [
      'the goroutine ran on in between',
      broken,
      (written) => written.toSpliced(-1, 0, { ...written.at(-2)!, a: (1n << 32n) | 2n }),
    ],
    [
      'somebody else made it runnable',
      broken,
      (written) => written.with(-2, { ...written.at(-2)!, b: 0x50_0020 }),
    ],
    [
      'the thread was off its stack before it was reaped',
      early,
      (written) => moved(written, 'exitthread', 'reap'),
    ],
    [
      'the M that was reaped is another',
      early,
      (written) => written.map((each) => (each.kind === 'reap' ? { ...each, a: 0xc0de_0000 } : each)),
    ],
    [
      'the thread reaped itself',
      early,
      (written) => written.map((each) => (each.kind === 'reap' ? { ...each, m: written.at(-1)!.m! } : each)),
    ],
  ])('%s', async (_, variant, edit) => {
    expect(await seenIn(predict(variant)!, variant, edit)).toEqual([]);
  });

  test('a path of the mended world', async () => {
    for (const [name, sound] of [
      ['copystack, broken', 'copystack, mended'],
      ['thread-exit, early', 'thread-exit, mended'],
    ] as const) {
      const world = variantNamed(sound).world();
      const exploration = explore(world);
      const prediction = predict(variantNamed(name))!;
      for (let n = 1; n <= 20; n++) {
        const story = tell(world, exploration, Math.floor((n / 20) * (exploration.states - 1)));
        const { written, functions } = recordsOf(world, story);
        expect(await sightingsIn(listingOf(written, functions), prediction)).toEqual([]);
      }
    }
  });

  test('what was seen and broke no predicted rule there is not shown', async () => {
    const prediction = predict(early)!;
    const sightings = await seenIn(prediction, early);
    const at = sightings[0]![prediction.broken]!;
    const rule = prediction.rules[0]!;
    for (const finding of [
      { rule: 'thread/done', at },
      { rule, at: { ...at, index: at.index + 1 } },
    ])
      expect(compareRun(prediction, sightings, [finding as Divergence]).shown).toBe(false);
    expect(compareRun(prediction, [], [{ rule, at } as Divergence])).toMatchObject({
      shown: false,
      finding: { rule },
    });
  });
});
