import { describe, expect, test } from 'vitest';
import { RELEASES, type Release, wholeModelOf } from '../model/index.ts';
import { firstObjection } from './ask.ts';
import { historiesOf, type Told } from './histories.ts';
import { everyEdit, noticedBy, ofHistories } from './model-mutants.ts';
import { excuseForModel } from './model-survivors.ts';

const NEWEST = 'go1.26';
/** Of what is the same in the next release, and of all mutants of the model, one in so many. */
const SAMPLE = 8;

/** What a release has of its own, and some of the rest. */
function chosenOf(release: Release): Told[] {
  const next = RELEASES[RELEASES.indexOf(release) + 1];
  const later = new Set(next === undefined ? [] : historiesOf(next).map(({ name, lines }) => name + lines));
  return historiesOf(release).filter(({ name, lines }, n) => !later.has(name + lines) || n % SAMPLE === 0);
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

test('mutants of the model are noticed by small histories, or it is known why not', async () => {
  const witnesses = new Map(RELEASES.map((release) => [release, ofHistories(release)]));
  const survivors: string[] = [];
  for (const { release, edit } of everyEdit().filter((_, n) => n % SAMPLE === 0)) {
    if (excuseForModel(edit.name) !== '') continue;
    if ((await noticedBy(edit, witnesses.get(release) ?? [])) === undefined) survivors.push(edit.name);
  }
  expect(survivors, 'gotwin mutate --model').toEqual([]);
}, 60_000);
