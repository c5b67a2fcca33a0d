/** The ways in which the fine model, of the probe layer, is made wrong. */
import { type FineRow, STATUS_WORDS, THREAD_STATES } from '../model/index.ts';
import type { ModelEditKind } from './edit-kinds.ts';

export interface FineModel {
  readonly rows: readonly FineRow[];
  /** A rule that is not asked. */
  readonly without?: string;
}

export interface FineEdit {
  readonly kind: ModelEditKind;
  /** `drop status/park`. */
  readonly name: string;
  /** The row that is changed. */
  readonly about: string;
  readonly edit: (model: FineModel) => FineModel;
}

/** It has no business with any status. */
export const STRANGER = 'scanobject';

/** Whether a row is of the one table of transitions of the status word. */
export const isTransition = ({ family, to }: FineRow): boolean =>
  family === 'status word' && to !== undefined;

export function fineEditsOf(rows: readonly FineRow[]): FineEdit[] {
  return rows.flatMap((row) => [absence(row), ...ofStates(row), ...ofFunctions(row)]);
}

function absence(row: FineRow): FineEdit {
  const { id } = row;
  if (isTransition(row))
    return {
      kind: 'row dropped',
      name: `drop ${id}`,
      about: id,
      edit: ({ rows }) => ({ rows: rows.filter((each) => each.id !== id) }),
    };
  // The machines of the judge know these by name, and ask them in code.
  return {
    kind: 'rule not asked',
    name: `without ${id}`,
    about: id,
    edit: ({ rows }) => ({ rows, without: id }),
  };
}

function change(kind: ModelEditKind, name: string, { id }: FineRow, changed: Partial<FineRow>): FineEdit {
  return {
    kind,
    name: `${name} of ${id}`,
    about: id,
    edit: ({ rows }) => ({ rows: rows.map((row) => (row.id === id ? { ...row, ...changed } : row)) }),
  };
}

function ofStates(row: FineRow): FineEdit[] {
  const { from = [], to, family } = row;
  const states: readonly string[] = family === 'thread' ? THREAD_STATES : WORDS;
  const next = states[(states.indexOf(to ?? '') + 1) % states.length];
  const forbidden = from.length < 2 ? [] : from;
  return [
    ...forbidden.map((state) =>
      change('state forbidden', `not from ${state}`, row, { from: from.filter((each) => each !== state) }),
    ),
    ...(from.length === 0 ? [] : [change('states all allowed', 'from anywhere', row, { from: states })]),
    ...(to === undefined || next === undefined
      ? []
      : [change('target swapped', `to ${next}`, row, { to: next })]),
  ];
}

/** All words that a goroutine's status may be. */
const WORDS: readonly string[] = [...STATUS_WORDS, ...STATUS_WORDS.map((word) => `scan ${word}`)];

function ofFunctions(row: FineRow): FineEdit[] {
  const { by } = row;
  if (by === undefined) return [];
  return [
    ...by.map((name) =>
      change('function unknown', `not by ${name}`, row, { by: by.filter((each) => each !== name) }),
    ),
    change('function added', `by ${STRANGER}`, row, { by: [...by, STRANGER] }),
  ];
}
