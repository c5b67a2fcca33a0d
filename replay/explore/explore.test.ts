import { describe, expect, test } from 'vitest';
import { FAULTS } from '../../collector/index.ts';
import { type Exploration, explore } from './explore.ts';
import { HISTORIES, runVariant } from './index.ts';
import { type Kind, number, pointer, type Thing } from './layout.ts';
import { predict } from './prediction.ts';
import { label, pick, step, type Thread } from './program.ts';
import { tell } from './story.ts';
import { rulesBrokenBy } from './testdata/as-records.ts';
import { World } from './world.ts';

const variants = HISTORIES.flatMap((history) =>
  history.variants
    .filter(({ isLarge }) => !isLarge)
    .map((variant) => ({ history, variant, name: `${history.name}, ${variant.name}` })),
);
const sound = variants.filter(({ variant }) => variant.finds === undefined);
const broken = variants.filter(({ variant }) => variant.finds !== undefined);

describe('each world comes out as it is known to', () => {
  test.each(sound)('$name: nothing is wrong in any state', ({ history, variant }) => {
    const { breach, exhausted } = runVariant(history, variant);
    expect(breach).toBeNull();
    expect(exhausted).toBe(true);
  });

  test.each(broken)('$name: what is wrong is found', ({ history, variant }) => {
    const { breach } = runVariant(history, variant);
    expect([breach?.row, breach?.kind]).toContain(variant.finds);
    expect(breach?.story.length).toBeGreaterThan(0);
  });

  test('twice the same answer', () => {
    const { history, variant } = broken[0]!;
    const [first, second] = [runVariant(history, variant), runVariant(history, variant)];
    expect(second.breach).toEqual(first.breach);
    expect(second.states).toBe(first.states);
  });
});

describe('a replay by the probe layer says the same of what the explorer did', () => {
  test.each(sound.filter(({ variant }) => variant.today))(
    '$name: every path conforms',
    async ({ variant }) => {
      const world = variant.world();
      const exploration = explore(world);
      for (let n = 0; n < 40; n++) {
        const state = Math.floor(((n + 1) / 40) * (exploration.states - 1));
        const story = tell(world, exploration, state);
        expect(await rulesBrokenBy(world, story), `path to state ${state}`).toEqual([]);
      }
    },
  );

  test.each(broken.filter(({ variant }) => variant.today && variant.finds?.includes('/')))(
    '$name: the path diverges by the same row',
    async ({ variant }) => {
      const world = variant.world();
      const exploration = explore(world);
      const { breach } = exploration;
      const story = tell(world, exploration, breach!.state, breach!.via);
      expect(await rulesBrokenBy(world, story)).toContain(variant.finds);
    },
  );
});

describe('a seeded fault shows on real Go what the explorer found', () => {
  const seeded = variants.filter(({ variant }) => variant.fault !== undefined);
  test.each(seeded)(
    '$name: a rule by which the fault is found stands in the story',
    ({ history, variant }) => {
      const { breach } = runVariant(history, variant);
      const { finds } = FAULTS.find(({ name }) => name === variant.fault)!;
      const rows = [
        breach?.row,
        ...breach!.story.flatMap(({ objections }) => objections.map(({ row }) => row)),
        // In a wedge the objection is to who waits in vain, which is no step.
        ...(breach?.kind === 'wedge' ? predict(variant)!.rules : []),
      ];
      expect(rows.some((row) => finds.includes(row ?? ''))).toBe(true);
    },
  );

  test('every fault that is no matter of the linker has a world', () => {
    const named = seeded.map(({ variant }) => variant.fault);
    expect(FAULTS.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });
});

interface Sheep extends Thing {
  shorn: number;
}

interface Shepherd extends Thread {
  sheep: Sheep | undefined;
  dog: Shepherd | undefined;
}

/** Three alike, held by two alike, who point at each other. */
function pasture(): World<Shepherd> {
  const world = new World<Shepherd>({ release: 'go1.26' });
  const sheep: readonly Sheep[] = world.layout.many<Sheep>('G', 3, { shorn: number() });
  const ms: readonly Shepherd[] = world.layout.many<Shepherd>('M', 2, {
    pc: number(),
    sheep: pointer(() => sheep),
    dog: pointer(() => ms),
  });
  world.threads = ms;
  const [again, end] = [label(), label()];
  world.start(
    [
      again,
      pick<Shepherd, Sheep>(
        'takes one that nobody holds',
        sheep,
        (_, one) => one.shorn < 2 && ms.every((m) => m.sheep !== one),
        (m, one) => {
          m.sheep = one;
          m.dog = ms.find((other) => other !== m);
        },
      ),
      step<Shepherd>('shears it', (m) => {
        (m.sheep as Sheep).shorn++;
      }),
      step<Shepherd>('lets it go', (m) => {
        m.sheep = undefined;
        return sheep.every(({ shorn }) => shorn === 2) ? end : again;
      }),
      end,
    ],
    ...ms,
  );
  return world;
}

test('symmetry leaves out no state, up to the names of what is alike', () => {
  const [one, two] = [pasture(), pasture()];
  const [folded, whole] = [explore(one), explore(two, { symmetry: false })];
  expect(folded.exhausted).toBe(true);
  expect(whole.exhausted).toBe(true);
  expect(folded.states).toBeLessThan(whole.states / 3);
  expect([...orbits(one, folded)].sort()).toEqual([...orbits(two, whole)].sort());
});

/** Every state under every renaming of what is alike, the least of them. */
function orbits(world: World<Shepherd>, { found, states }: Exploration): Set<string> {
  const { layout } = world;
  const kinds = layout.kinds.filter(({ alike }) => alike);
  const renamings = kinds.reduce<Map<Kind, number[]>[]>(
    (all, kind) =>
      all.flatMap((one) =>
        permutations([...kind.things.keys()]).map((order) => new Map([...one, [kind, order]])),
      ),
    [new Map()],
  );
  const least = new Set<string>();
  for (let state = 0; state < states; state++) {
    found.load(state, layout.view);
    const bytes = layout.bytes.slice();
    least.add(renamings.map((renaming) => renamed(world, bytes, renaming)).reduce((a, b) => (a < b ? a : b)));
  }
  return least;
}

function renamed(world: World<Shepherd>, bytes: Uint8Array, renaming: Map<Kind, number[]>): string {
  const out = bytes.slice();
  for (const kind of world.layout.kinds)
    for (const thing of kind.things) {
      const to = renaming.get(kind)?.indexOf(thing.id) ?? thing.id;
      for (const { offset, field } of kind.fields.values()) {
        const value = bytes[kind.base + thing.id * kind.stride + offset] as number;
        const target = field.holds === 'reference' ? world.layout.kindOf(field.to()) : undefined;
        const order = target === undefined ? undefined : renaming.get(target);
        out[kind.base + to * kind.stride + offset] =
          order === undefined || value === 0 ? value : order.indexOf(value - 1) + 1;
      }
    }
  return String.fromCharCode(...out);
}

function permutations(items: number[]): number[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((first) =>
    permutations(items.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  );
}
