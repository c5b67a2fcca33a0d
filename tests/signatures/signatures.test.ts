import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULTS, findFault } from '../../collector/index.ts';
import { assetPath } from '../../go-fixtures/index.ts';
import { replayFile } from '../../replay/index.ts';
import { CAUSES, holdsCause } from './causes.ts';
import { counted, median, problemsOf, shownIn } from './trials.ts';

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
  expect(problemsOf(shown)).toEqual([]);
});

test('another cause has another signature', () => {
  const all = faults.map((name) => new Set(of(name).flatMap(({ shown }) => [...shown.signatures])));
  for (const [, times] of counted(all)) expect(times).toBe(1);
});

test('a rule with two signatures is told, and a fault of which no signature is in all runs', () => {
  const run = (...signatures: string[]) => ({ signatures: new Set(signatures), causeless: [] });
  expect(problemsOf([run('a/b~1', 'a/c~1'), run('a/c~1')])).toEqual([]);
  expect(problemsOf([run('a/b~1', 'a/c~1'), run('a/b~2', 'a/c~1')])).toEqual([
    'a/b has more than one signature',
  ]);
  expect(problemsOf([run('a/b~1'), run('a/c~1')])).toEqual(['no signature is in all runs']);
  expect(problemsOf([run('a/b~1'), run()])).toEqual(['no signature is in all runs']);
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
