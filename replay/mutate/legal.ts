/**
 * Which changes are legal: histories that Go may have written, to which nobody can object. An event that changes
 * nothing may be absent, or there twice. Two neighbours of a batch may change places when neither changes what the
 * other needs or changes: they are of one M, and each takes the other's time. What happens to what other Ms know of
 * may then come before, or after, what one of them did: unless the two are so near in time that no clock shows it.
 * What an event needs and changes is what the rows about it say.
 */
import { EVENT_SPECS, type WireEvent } from '../decode/index.ts';
import { invariantsOf, modelOf, type Row } from '../model/index.ts';

interface Footprint {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

const NEAR_NS = invariantsOf('go1.26').timeOfGoroutine.tolerance?.suspectNs ?? 0;

/** Why a swap is legal; undefined for one that is not known to be. `apartNs`: how long after the first the second was written. */
export function commute(first: WireEvent, second: WireEvent, apartNs: number): string | undefined {
  const [a, b] = [footprintOf(first), footprintOf(second)];
  if (a === undefined || b === undefined || clash(a, b) || clash(b, a)) return undefined;
  if (apartNs > NEAR_NS && (isSharedBy(first) || isSharedBy(second))) return undefined;
  return 'neither changes what the other needs or changes';
}

/** Why an event may as well be absent, or there twice; undefined for one that may not. */
export function changesNothing(event: WireEvent): string | undefined {
  return footprintOf(event)?.writes.size === 0 ? 'it changes nothing that another event needs' : undefined;
}

/** Whether an event is about what other Ms know of too. */
function isSharedBy({ name }: WireEvent): boolean {
  return (ROWS.get(name) ?? []).some(
    ({ subject, machine, to }) =>
      ['named', 'namedP', 'world'].includes(subject) || (machine === 'P' && to !== undefined),
  );
}

const clash = (a: Footprint, b: Footprint): boolean =>
  [...a.writes].some((thing) => b.reads.has(thing) || b.writes.has(thing));

/** By event: the rows of every release are about the same things. */
const ROWS = new Map<string, Row[]>();
for (const row of modelOf('go1.26')) ROWS.set(row.on, [...(ROWS.get(row.on) ?? []), row]);

const WITH_STACKS = new Set(EVENT_SPECS.filter(({ stack }) => stack >= 0).map(({ name }) => name as string));

/** What of an M and of what it runs an event needs and changes; undefined for what no row is about. */
function footprintOf(event: WireEvent): Footprint | undefined {
  const rows = ROWS.get(event.name);
  if (rows === undefined) return undefined;
  const reads = new Set<string>();
  const writes = new Set<string>();
  for (const row of rows) addRow(row, event, reads, writes);
  // Its stack is that of the goroutine that runs on the M, and there is none where none runs.
  if (WITH_STACKS.has(event.name)) reads.add('M.g').add('G:self');
  // Numbers of goroutines are given out in order.
  if (event.name.startsWith('GoCreate')) writes.add('goids');
  return { reads, writes };
}

function addRow(row: Row, event: WireEvent, reads: Set<string>, writes: Set<string>): void {
  for (const need of row.needs) {
    if (need === 'P' || need === 'noP' || need === 'P left') reads.add('M.p');
    if (need === 'P left') reads.add('P:own');
    if (need === 'G' || need === 'noG' || need === 'G running') reads.add('M.g');
    if (need === 'G running') reads.add('G:self');
  }
  if (row.subject === 'self') reads.add('M.g');
  if (row.subject === 'own') reads.add('M.p');
  if (row.effect === 'bind G' || row.effect === 'unbind G') writes.add('M.g');
  if (row.effect === 'bind P' || row.effect === 'unbind P' || row.effect === 'strip P') writes.add('M.p');
  // Statuses may bind, and say what the state is.
  const isStatus = row.id.includes('/status');
  if (isStatus) writes.add(row.machine === 'P' ? 'M.p' : 'M.g');
  if (row.machine === 'annotations') writes.add('annotations');
  // Who stops the world neither waits nor ends meanwhile, and a collection begins and ends with a stop.
  if (row.subject === 'world') reads.add('M.g').add('G:self');
  const changes = row.to !== undefined || isStatus || row.effect === 'set GOMAXPROCS';
  if (changes || row.from.length > 0) (changes ? writes : reads).add(subjectOf(row, event));
}

function subjectOf({ machine, subject, effect }: Row, { args, name }: WireEvent): string {
  const [named] = EVENT_SPECS.find((spec) => spec.name === name)?.args.slice(1) ?? [];
  const id = named === undefined ? '' : args[named];
  switch (subject) {
    case 'self':
      return machine === 'assist' ? 'assist:self' : 'G:self';
    case 'named':
      return machine === 'assist' ? 'assist:self' : `G:${id}`;
    case 'own':
      return machine === 'sweep' ? 'sweep:own' : 'P:own';
    case 'namedP':
      return machine === 'sweep' ? 'sweep:own' : `P:${id}`;
    case 'task':
      return `task:${id}`;
    case 'world':
      return effect === 'set GOMAXPROCS' ? 'GOMAXPROCS' : 'world';
  }
}
