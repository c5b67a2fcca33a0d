/**
 * What the fine model takes and refuses, as records: for each transition of the status word, out of the table, that
 * each of its functions makes it from each state, and that no other makes it nor from any other state; for the
 * rules that code asks, those that are told by hand (probe/histories.ts).
 */
import { type FineRow, fineModelOf, RELEASES, type Release } from '../model/index.ts';
import { ALLOWED, ALLOWED_IN_123, ALLOWED_UNTIL_123, FORBIDDEN, G, HUNG } from '../probe/histories.ts';
import { judgeProbe } from '../probe/replay.ts';
import { fileOf, functionsOf, NAMES, pcIn, source, status, type Written } from '../probe/small-records.ts';
import { type FineModel, isTransition, STRANGER } from './fine-edits.ts';

export interface FineHistory {
  readonly name: string;
  /** The row that it is a witness of, where it is of one. */
  readonly about: string | undefined;
  readonly sound: boolean;
  readonly records: readonly Written[];
  /** How long the program hung, where it did. */
  readonly hungMs?: number;
}

/** All functions that rows of any release name. */
const CODE: readonly string[] = [
  ...new Set([
    ...NAMES,
    ...RELEASES.flatMap(fineModelOf).flatMap(({ by = [] }) => by.map((name) => `runtime.${name}`)),
    `runtime.${STRANGER}`,
  ]),
];
const FUNCTIONS = new TextEncoder().encode(functionsOf(CODE));

export function fineHistoriesOf(release: Release): FineHistory[] {
  const rows = fineModelOf(release);
  const ids = new Set(rows.map(({ id }) => id));
  return [...rows.filter(isTransition).flatMap((row) => ofTransition(row, rows)), ...byHand(release, ids)];
}

function byHand(release: Release, ids: ReadonlySet<string>): FineHistory[] {
  const sound = (told: typeof ALLOWED): FineHistory[] =>
    Object.entries(told).map(([name, records]) => ({ name, about: undefined, sound: true, records }));
  if (release === 'go1.22') return sound(ALLOWED_UNTIL_123);
  if (release === 'go1.23') return sound({ ...ALLOWED_UNTIL_123, ...ALLOWED_IN_123 });
  const wrong = Object.entries(FORBIDDEN).filter(([, [rule]]) => ids.has(rule));
  return [
    ...sound(ALLOWED),
    ...wrong.map(([name, [about, records]]) => ({ name, about, sound: false, records })),
    { name: 'a wait that does not end', about: 'status/wait-ends', sound: false, ...HUNG },
  ];
}

function ofTransition(row: FineRow, all: readonly FineRow[]): FineHistory[] {
  const { id, from = [], to = '', by = [] } = row;
  const [first = ''] = by;
  const change = (before: string, name: string, sound: boolean): FineHistory => ({
    name: `${name} makes ${to} of ${before}`,
    about: id,
    sound,
    records: [status(G, before, to, pcIn(CODE, `runtime.${name}`))],
  });
  const known = new Set(
    all.filter((each) => each.to === to && each.by?.includes(first)).flatMap((each) => each.from ?? []),
  );
  const foreign = ['dead', 'copystack', 'scan copystack'].find((state) => state !== to && !known.has(state));
  return [
    ...from.flatMap((state) => by.map((name) => change(state, name, true))),
    ...from.slice(0, 1).map((state) => change(state, STRANGER, false)),
    ...(foreign === undefined ? [] : [change(foreign, first, false)]),
  ];
}

/** The rules that object to a history, first those that weigh most. */
export async function rulesAgainst(
  { records, hungMs }: FineHistory,
  release: Release,
  { rows, without }: FineModel,
): Promise<string[]> {
  const told = {
    records: source(fileOf(records)),
    functions: source(FUNCTIONS),
    release,
    hungMs,
  };
  const { divergences } = await judgeProbe(told, rows);
  return divergences.map(({ rule }) => rule).filter((rule) => rule !== without);
}
