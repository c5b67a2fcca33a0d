/**
 * What a row of the model is. A row says: on this event, this subject may go
 * from one of these states to that one, provided these needs are met; and it
 * names the statement of the Go source that makes it so. Everything else (the
 * judge, coverage, the state graph, explanations) is read off the rows.
 */
import type { Citation } from '../result.ts';

/** The releases the model knows, oldest first. A trace of 1.24 says 1.23: their formats are one. */
export const RELEASES = ['go1.22', 'go1.23', 'go1.24', 'go1.25', 'go1.26'] as const;
export type Release = (typeof RELEASES)[number];

/** The states of each machine. The first of each is what holds before anything was seen. */
export const STATES = {
  goroutine: ['undetermined', 'dead', 'runnable', 'running', 'syscall', 'waiting'],
  P: ['undetermined', 'idle', 'running', 'syscall', 'abandoned'],
  gc: ['undetermined', 'off', 'marking'],
  stw: ['undetermined', 'running', 'stopped'],
  sweep: ['undetermined', 'off', 'sweeping'],
  assist: ['undetermined', 'off', 'assisting'],
  annotations: ['open', 'closed'],
} as const;

export type Machine = keyof typeof STATES;
export type State = (typeof STATES)[Machine][number];

/**
 * Which thing the row is about:
 * - `self`: the goroutine that runs on the event's M; `named`: the one in the event's first argument;
 * - `own`: the P that the event's M holds; `namedP`: the one in the event's first argument;
 * - `world`: the one collector, the one world;
 * - `task`: the user's task in the first argument.
 */
export type SubjectRole = 'self' | 'named' | 'own' | 'namedP' | 'world' | 'task';

/**
 * What must hold on the event's M besides the subject's state. `noG`, `noP`: the M holds none. What is written
 * without an M has neither a P nor a goroutine, so `M` is asked only where neither is. Each guard is of its own:
 * a history breaks it alone (mutate/guard-histories.ts).
 */
export type Need = 'M' | 'P' | 'G' | 'noG' | 'noP' | 'G running' | 'P left';

/** How the row changes who holds whom; `strip` takes a P from the M that the event names. */
export type Effect = 'none' | 'bind G' | 'unbind G' | 'bind P' | 'unbind P' | 'strip P' | 'set GOMAXPROCS';

/** What coverage counts apart: the reason an event gives, or the reason of the wait that it ends. */
export type Facet = 'reason' | 'wait' | 'kind';

export interface Row {
  /** `family/name`: stable, since signatures, promises and expectations use it. */
  readonly id: string;
  readonly machine: Machine;
  /** Go's name of the event. */
  readonly on: string;
  /** Reasons (the event's first argument) that select this row among those of one event. */
  readonly reasons?: readonly string[];
  readonly subject: SubjectRole;
  /** None where all are allowed. Not asked of a goroutine or P that the M lacks: a need says that it must have one. */
  readonly from: readonly State[];
  /** Absent for rows that state what is (status events) and change nothing. */
  readonly to?: State;
  readonly needs: readonly Need[];
  readonly effect: Effect;
  readonly facet?: Facet;
  /** The rule as a sentence that ends a report's line: "a goroutine starts only when …". */
  readonly text: string;
  readonly cite: readonly Citation[];
}

/** A property of the whole state, checked where it could break. */
export interface Invariant {
  readonly id: string;
  readonly text: string;
  readonly cite: readonly Citation[];
  /** What was asked of sound traces before it became a rule, and how often it did not hold: `0 of 21 M …`. */
  readonly measured?: string;
  /** How far clocks may be apart before it objects, and why so far. */
  readonly tolerance?: Tolerance;
}

export interface Tolerance {
  readonly ns: number;
  /** Less than `ns`, but more than was seen of any sound trace without experimental events: suspicious. */
  readonly suspectNs: number;
  /** In a trace with experimental events. */
  readonly experimentalNs: number;
  readonly why: string;
}

/** The rows of one machine, which they need not each name. */
export function rowsOf(machine: Machine, lines: readonly Omit<Row, 'machine'>[]): Row[] {
  return lines.map((line) => ({ machine, ...line }));
}

/** A statement in package runtime: `at('proc.go', 'execute', 'casgstatus(gp, _Grunnable, _Grunning)')`. */
export function at(file: string, func: string, statement: string): Citation {
  return { file: `runtime/${file}`, func, statement };
}

/** A release as a difference from the one before it. */
export interface Delta<R extends { readonly id: string } = Row> {
  readonly add?: readonly R[];
  readonly drop?: readonly string[];
  /** Rows that stay, with what is different about them. */
  readonly change?: Readonly<Record<string, Partial<Omit<R, 'id' | 'machine'>>>>;
}

/** Applies a delta; an unknown id is a mistake in the table, so it throws. */
export function applyDelta<R extends { readonly id: string }>(rows: readonly R[], delta: Delta<R>): R[] {
  const ids = new Set(rows.map((row) => row.id));
  const named = [...(delta.drop ?? []), ...Object.keys(delta.change ?? {})];
  const unknown = named.filter((id) => !ids.has(id));
  if (unknown.length > 0) throw new RangeError(`delta names rows that do not exist: ${unknown.join(', ')}`);
  const twice = (delta.add ?? []).filter((row) => ids.has(row.id));
  if (twice.length > 0)
    throw new RangeError(`delta adds rows that exist: ${twice.map((row) => row.id).join(', ')}`);
  const kept = rows
    .filter((row) => !delta.drop?.includes(row.id))
    .map((row) => ({ ...row, ...delta.change?.[row.id] }));
  return [...kept, ...(delta.add ?? [])];
}
