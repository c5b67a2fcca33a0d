/** The account of an event that had to be let through: what it waited for, and what there was. */
import { EV } from '../decode/specs.ts';
import { type CompiledGuards, GO_STATES, PROC_STATES } from './guards.ts';
import type { OrderState, SubjectKind } from './state.ts';
import type { UnmetWait, WaitSubject } from './waits.ts';

/** All that stands in the way of the event now; empty when nothing does. */
export function unmetWaits(
  kind: number,
  row: number,
  m: number,
  state: OrderState,
  guards: CompiledGuards,
): UnmetWait[] {
  const guard = guards.rows[kind];
  if (guard === undefined) return [];
  if (guard.subject === 'gc') return gcWaits(row, state);
  if (guard.subject === 'own P') return ownProcWaits(kind, row, m, state);
  const { subject: of } = guard;
  const names = of === 'goroutine' ? GO_STATES : PROC_STATES;
  const slot = state.slot(of, row, guard.id);
  const status = state.status(of, slot);
  const subject: WaitSubject = { kind: of, id: state.id(of, slot) };
  const waits: UnmetWait[] = [];
  if ((guards.states[kind]! & (1 << status)) === 0) {
    const expected = (guard.states ?? []).map((wanted) => names[wanted]).join(' or ');
    waits.push({ kind: 'state', subject, expected, found: names[status] ?? 'invalid' });
  }
  waits.push(...sequenceWaits(subject, state.arg(row, guard.seq), state, of, slot));
  const held = state.held('P', m);
  if (guard.freeM === true && held >= 0) {
    waits.push({ kind: 'owner', subject, expected: 'an M without a P', found: `P ${state.id('P', held)}` });
  }
  return waits;
}

function sequenceWaits(
  subject: WaitSubject,
  carried: number,
  state: OrderState,
  of: SubjectKind,
  slot: number,
): UnmetWait[] {
  const last = state.seq(of, slot);
  if (carried === last + 1) return [];
  const expected = Number.isNaN(last) ? 'a status in this generation first' : `sequence ${last + 1}`;
  return [{ kind: 'sequence', subject, expected, found: `sequence ${carried}` }];
}

function gcWaits(row: number, state: OrderState): UnmetWait[] {
  const subject: WaitSubject = { kind: 'gc', id: -1 };
  const carried = state.arg(row, 0);
  if (Number.isNaN(state.gcSeq)) {
    return [{ kind: 'state', subject, expected: 'a GC that began', found: `its end, sequence ${carried}` }];
  }
  if (carried === state.gcSeq + 1) return [];
  const expected = `sequence ${state.gcSeq + 1}`;
  return [{ kind: 'sequence', subject, expected, found: `sequence ${carried}` }];
}

function ownProcWaits(kind: number, row: number, m: number, state: OrderState): UnmetWait[] {
  const slot = state.held('P', m);
  const subject: WaitSubject = { kind: 'P', id: slot < 0 ? -1 : state.id('P', slot) };
  // Without a P there is no number to compare with; that it is missing is for the judge to say.
  if (kind === EV.GoSyscallBegin) {
    return slot < 0 ? [] : sequenceWaits(subject, state.arg(row, 0), state, 'P', slot);
  }
  const found = slot < 0 ? 'unknown' : (PROC_STATES[state.status('P', slot)] ?? 'invalid');
  return [{ kind: 'owner', subject, expected: 'a P that was taken away or given up', found }];
}
