import { describe, expect, test } from 'vitest';
import { EVENT_SPECS } from '../decode/index.ts';
import { fineModelOf, invariantsOf, modelOf, RELEASES, releaseOf, STATES, STATUS_WORDS } from './index.ts';
import { applyDelta } from './row.ts';

describe('the model of each release', () => {
  test.each(RELEASES)('%s has each row once, in states that its machine has', (release) => {
    const rows = modelOf(release);
    const ids = rows.map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const row of rows) {
      const states: readonly string[] = STATES[row.machine];
      for (const state of [...row.from, ...(row.to === undefined ? [] : [row.to])])
        expect(states).toContain(state);
    }
  });

  test.each(RELEASES)('%s cites the source for every row and invariant', (release) => {
    const all = [...modelOf(release), ...Object.values(invariantsOf(release))];
    expect(all.filter((each) => each.cite.length === 0).map((each) => each.id)).toEqual([]);
  });

  test('every event that moves something, and none that only describes, has a row', () => {
    const judged = new Set(modelOf('go1.26').map((row) => row.on));
    const unjudged = EVENT_SPECS.filter(
      (spec) => spec.place === 'timed' && !spec.experiment && !judged.has(spec.name),
    );
    expect(unjudged.map((spec) => spec.name)).toEqual([]);
  });

  test('coroutines came with 1.23, and only then', () => {
    expect(modelOf('go1.22').some((row) => row.on === 'GoSwitch')).toBe(false);
    expect(modelOf('go1.23').some((row) => row.on === 'GoSwitch')).toBe(true);
  });

  test('a delta that names a row that is not there is a mistake in the table', () => {
    expect(() => applyDelta(modelOf('go1.22'), { drop: ['goroutine/levitate'] })).toThrow(
      /goroutine\/levitate/,
    );
    expect(() => applyDelta(modelOf('go1.22'), { add: [modelOf('go1.22')[0] as never] })).toThrow(/exist/);
  });
});

test('a trace is judged by the release of its toolchain, or by the latest that its format fits', () => {
  expect(releaseOf('go1.24.9', 23)).toEqual({ release: 'go1.24', exact: true });
  expect(releaseOf('go1.23.12', 23)).toEqual({ release: 'go1.23', exact: true });
  expect(releaseOf('', 23)).toEqual({ release: 'go1.24', exact: true });
  expect(releaseOf('', 26)).toEqual({ release: 'go1.26', exact: true });
  expect(releaseOf('go1.26rc1', 26)).toEqual({ release: 'go1.26', exact: true });
});

test('what is not modelled is judged by the nearest release, and known not to be it', () => {
  expect(releaseOf('go1.27.1', 26)).toEqual({ release: 'go1.26', exact: false });
  expect(releaseOf('devel go1.25-abcdef Tue Nov 1', 25)).toEqual({ release: 'go1.25', exact: false });
});

describe('the fine model of each release', () => {
  test.each(RELEASES)(
    '%s has each row once, under no name of the coarse one, and cites the source for it',
    (release) => {
      const rows = fineModelOf(release);
      const ids = [...rows, ...modelOf(release), ...Object.values(invariantsOf(release))].map(({ id }) => id);
      expect(ids.length - new Set(ids).size).toBe(0);
      expect(rows.filter(({ cite }) => cite.length === 0)).toEqual([]);
    },
  );

  test.each(RELEASES)(
    '%s moves a status between words that there are, by functions that are named',
    (release) => {
      const words: readonly string[] = STATUS_WORDS;
      for (const { id, family, from, to, by } of fineModelOf(release)) {
        if (family !== 'status word' || to === undefined) continue;
        for (const word of [...(from ?? []), to]) expect(words, id).toContain(word.replace(/^scan /, ''));
        expect(by?.length, id).toBeGreaterThan(0);
      }
    },
  );

  test('callbacks have a word of their own from 1.26 on', () => {
    const words = (release: (typeof RELEASES)[number]) => fineModelOf(release).flatMap(({ to }) => to ?? []);
    expect(words('go1.25')).not.toContain('deadextra');
    expect(words('go1.26')).toContain('deadextra');
  });
});
