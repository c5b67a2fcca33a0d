/**
 * What each event waits for before it can take its place in the history. These
 * are promises of the format, not rules of the scheduler: sequence numbers,
 * and the states that a status or an earlier event of the same trace set.
 *
 * From GOROOT/src/internal/trace/order.go, the same in 1.22 to 1.26: what makes
 * an `advance…` function there answer "not yet". Where it answers "broken"
 * instead, nothing waits here, and the judge has its say.
 */
import { EV, type EventName, GO_STATUS, PROC_STATUS } from '../decode/specs.ts';

/** Whose state and sequence number an event waits for. `own P` is the P of the M that wrote it. */
export type GuardSubject = 'goroutine' | 'P' | 'own P' | 'gc';

export interface Guard {
  readonly subject: GuardSubject;
  /** Arguments that name the subject and carry its next sequence number, counted after `dt`; -1 for none. */
  readonly id: number;
  readonly seq: number;
  /** States of the subject that let the event pass; all of them when left out. */
  readonly states?: readonly number[];
  /** The M must have no P yet: it may still have to lose one to a thief. */
  readonly freeM?: true;
  /** The number must fit already, and nothing another M does can mend it. */
  readonly atOnce?: true;
}

const { running: gRunning, runnable, waiting, syscall: gSyscall } = GO_STATUS;
const { running: pRunning, idle, syscall, abandoned } = PROC_STATUS;

/** Kinds that are not here never wait: what they act on is bound to the M that wrote them. */
export const GUARDS: Readonly<Partial<Record<EventName, Guard>>> = {
  ProcStart: { subject: 'P', id: 0, seq: 1, states: [idle], freeM: true },
  ProcSteal: { subject: 'P', id: 0, seq: 1, states: [syscall, abandoned] },
  GoStart: { subject: 'goroutine', id: 0, seq: 1, states: [runnable] },
  GoUnblock: { subject: 'goroutine', id: 0, seq: 1, states: [waiting] },
  GoSwitch: { subject: 'goroutine', id: 0, seq: 1, states: [waiting] },
  GoSwitchDestroy: { subject: 'goroutine', id: 0, seq: 1, states: [waiting] },
  // The number only settles which syscall a later steal ends.
  GoSyscallBegin: { subject: 'own P', id: -1, seq: 0, atOnce: true },
  // "Blocked" means that it lost its P: it cannot come back before the thief took it.
  GoSyscallEndBlocked: { subject: 'own P', id: -1, seq: -1, states: [pRunning, idle, abandoned] },
  GCActive: { subject: 'gc', id: -1, seq: 0 },
  GCBegin: { subject: 'gc', id: -1, seq: 0 },
  GCEnd: { subject: 'gc', id: -1, seq: 0 },
};

/** Names of states, by their number in the trace. */
export const GO_STATES: readonly string[] = names({ gRunning, runnable, waiting, gSyscall });
export const PROC_STATES: readonly string[] = names({ pRunning, idle, syscall, abandoned });

function names(states: Readonly<Record<string, number>>): string[] {
  const list = ['unknown'];
  for (const [name, value] of Object.entries(states))
    list[value] = name.replace(/^[gp](?=[A-Z])/, '').toLowerCase();
  return list;
}

/** Codes of the compiled table, which the kernel takes from here; 0 waits for nothing. */
export const WAIT_GOROUTINE = 1;
export const WAIT_PROC = 2;
const WAIT_SYSCALL_END = 3;
export const WAIT_GC = 4;

/** By event type: which check applies, and a bit for each state that lets it pass. */
export interface CompiledGuards {
  readonly wait: Uint8Array;
  readonly states: Uint8Array;
  readonly rows: readonly (Guard | undefined)[];
}

export function compileGuards(guards: typeof GUARDS = GUARDS): CompiledGuards {
  const wait = new Uint8Array(256);
  const states = new Uint8Array(256).fill(0xff);
  const rows: (Guard | undefined)[] = new Array(256).fill(undefined);
  for (const [name, guard] of Object.entries(guards)) {
    const type = EV[name as EventName];
    rows[type] = guard;
    if (!known(name, guard)) throw new RangeError(`the kernel has no way to wait as ${name} should`);
    if (guard.atOnce !== true) wait[type] = waitCode(guard.subject);
    if (guard.states !== undefined)
      states[type] = guard.states.reduce((bits, state) => bits | (1 << state), 0);
  }
  return { wait, states, rows };
}

/** Whether a row is one that the kernel's loop obeys (assembly/order.ts), which has these written in it. */
function known(name: string, { subject, id, seq, freeM, atOnce }: Guard): boolean {
  if ((freeM === true) !== (name === 'ProcStart') || (atOnce === true) !== (name === 'GoSyscallBegin'))
    return false;
  if (subject === 'goroutine' || subject === 'P') return id === 0 && seq === 1;
  return id === -1 && (subject === 'own P' || seq === 0);
}

function waitCode(subject: GuardSubject): number {
  if (subject === 'goroutine') return WAIT_GOROUTINE;
  if (subject === 'P') return WAIT_PROC;
  return subject === 'gc' ? WAIT_GC : WAIT_SYSCALL_END;
}
