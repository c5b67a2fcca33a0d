import { describe, expect, test } from 'vitest';
import { fineModelOf, RELEASES, type Release, wholeModelOf } from '../model/index.ts';
import { firstObjection } from './ask.ts';
import { fineHistoriesOf, rulesAgainst } from './fine-histories.ts';
import { historiesOf, type Told } from './histories.ts';
import { everyEdit, everyFineEdit, noticedByRecords, noticedBySmall } from './model-mutants.ts';
import { excuseForModel } from './model-survivors.ts';

const NEWEST = 'go1.26';
/** Of what is much alike, and of all mutants of the model, one in so many. */
const SAMPLE = 8;
/** Each takes some milliseconds on an idle machine. */
const PATIENCE = 120_000;

/** What a release has of its own, and some of the rest. */
function chosenOf(release: Release): Told[] {
  const next = RELEASES[RELEASES.indexOf(release) + 1];
  const later = new Set(next === undefined ? [] : historiesOf(next).map(({ name, lines }) => name + lines));
  const isOne = ({ name, lines, about }: Told): boolean =>
    !later.has(name + lines) && !about.includes(' of ');
  return historiesOf(release).filter((history, n) => isOne(history) || n % SAMPLE === 0);
}

test.each(RELEASES)(
  '%s takes what its histories take, and each guard refuses what breaks it alone',
  async (release) => {
    const wrong: string[] = [];
    for (const { name, lines, bytes, refused } of chosenOf(release)) {
      const objection = await firstObjection(bytes, release);
      if (objection?.rule !== refused)
        wrong.push(`${name}: ${objection?.observed ?? 'nobody objects'}\n${lines}`);
    }
    expect(wrong).toEqual([]);
  },
  PATIENCE,
);

describe('a row', () => {
  const { rows, invariants } = wholeModelOf(NEWEST);
  const histories = historiesOf(NEWEST);
  const refusedBy = new Set(histories.map(({ refused }) => refused));

  test('has histories that take it, and each guard one that breaks it, but those that an excuse is known for', () => {
    const missing = rows.flatMap(({ id, needs }) => {
      const own = histories.filter(({ about }) => about === id);
      const unbroken = needs.filter((need) => !own.some(({ name }) => name === `${id} without ${need}`));
      return [
        ...(own.length === 0 ? [id] : []),
        ...unbroken.map((need) => `no need ${need} of ${id}`).filter((name) => excuseForModel(name) === ''),
      ];
    });
    expect(missing).toEqual([]);
  });

  test('or an invariant is named by some history that it refuses', () => {
    const ids = [
      ...rows.filter(({ from, needs }) => from.length + needs.length > 0),
      ...Object.values(invariants),
    ];
    const silent = ids.map(({ id }) => id).filter((id) => !refusedBy.has(id));
    expect(silent).toEqual([]);
  });
});

test.each(RELEASES)(
  '%s takes and refuses what its records say',
  async (release) => {
    const model = { rows: fineModelOf(release) };
    const wrong: string[] = [];
    // What one release has, the next nearly always has too.
    const chosen = fineHistoriesOf(release).filter((_, n) => release === NEWEST || n % SAMPLE === 0);
    for (const history of chosen) {
      const rules = await rulesAgainst(history, release, model);
      if (history.sound !== (rules.length === 0))
        wrong.push(`${history.about ?? ''} ${history.name}: ${rules.join()}`);
    }
    expect(wrong).toEqual([]);
  },
  PATIENCE,
);

describe('mutants of the model are noticed by small histories, or it is known why not', () => {
  const sampled = <T>(all: T[]): T[] => all.filter((_, n) => n % SAMPLE === 0);

  test(
    'in the trace layer',
    async () => {
      const survivors: string[] = [];
      for (const chosen of sampled(everyEdit()))
        if ((await noticedBySmall(chosen)) === undefined) survivors.push(chosen.edit.name);
      expect(
        survivors.filter((name) => excuseForModel(name) === ''),
        'gotwin mutate --model',
      ).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'in the probe layer',
    async () => {
      const survivors: string[] = [];
      for (const { release, edit } of sampled(everyFineEdit()))
        if ((await noticedByRecords(edit, release)) === undefined) survivors.push(edit.name);
      expect(
        survivors.filter((name) => excuseForModel(name) === ''),
        'gotwin mutate --model',
      ).toEqual([]);
    },
    PATIENCE,
  );
});
