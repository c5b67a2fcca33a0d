import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULTS, findFault } from '../../collector/index.ts';
import { assetPath } from '../../go-fixtures/index.ts';
import { replayFile } from '../../replay/index.ts';
import { CAUSES, holdsCause } from './causes.ts';
import { counted, median, shownIn, unstable } from './trials.ts';

// Real runs of Go 1.26.8 with a fault in them, two of each, by `npm run signatures -- --small tests/signatures/testdata`.
const folder = assetPath('tests/signatures/testdata');
const runs = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (file) => {
      const { fault, divergences } = await replayFile(`${folder}/${file}`);
      const row = findFault({ name: fault!.name }).fault;
      return { fault: row.name, divergences, shown: shownIn(row, { divergences }) };
    }),
);
const faults = [...new Set(runs.map(({ fault }) => fault))];
const of = (name: string) => runs.filter(({ fault }) => fault === name);

test.each(faults)('two runs of %s have the same signature, by each rule that was broken', (name) => {
  const shown = of(name).map((run) => run.shown);
  expect(shown).toHaveLength(2);
  const signatures = counted(shown.map((each) => each.signatures));
  expect(signatures[0]![1]).toBe(2);
  expect(unstable(signatures.map(([signature]) => signature))).toEqual([]);
});

test('another cause has another signature', () => {
  const all = faults.map((name) => new Set(of(name).flatMap(({ shown }) => [...shown.signatures])));
  for (const [, times] of counted(all)) expect(times).toBe(1);
});

test('a rule with two signatures is told', () => {
  expect(unstable(['a/b~1', 'a/c~1', 'a/b~2', 'a/b~3'])).toEqual(['a/b']);
});

test.each(faults)(
  'the slice of each finding of %s holds what the fault does, in at most 12 events',
  (name) => {
    for (const { shown } of of(name)) {
      expect(shown.causeless).toEqual([]);
      expect(median(shown.slices)).toBeLessThanOrEqual(12);
    }
  },
);

test('a slice that lacks one step of the cause, or has it of somebody else, is told', () => {
  const [divergence] = of('copystack-unowned')[0]!.divergences;
  const { rule, slice } = divergence!;
  expect(holdsCause('copystack-unowned', { rule, slice })).toBe(true);
  const change = slice.findIndex(({ role }) =>
    /^gotwin_copystack .* from scan waiting to waiting/.test(role),
  );
  expect(holdsCause('copystack-unowned', { rule, slice: slice.toSpliced(change, 1) })).toBe(false);
  const step = slice[change]!;
  const event = { ...step.event, args: step.event.args.replace(/gp=\w+/, 'gp=0x1') };
  expect(holdsCause('copystack-unowned', { rule, slice: slice.with(change, { ...step, event }) })).toBe(
    false,
  );
  expect(holdsCause('goexit-stub', { rule, slice })).toBe(false);
});

test.each(FAULTS)('what $name does is known for a rule that finds it', ({ name, finds }) => {
  const known = Object.keys(CAUSES[name] ?? {});
  expect(known.length).toBeGreaterThan(0);
  expect(finds).toEqual(expect.arrayContaining(known));
});
