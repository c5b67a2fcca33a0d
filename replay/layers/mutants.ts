/**
 * Small lies in one layer of a real run, each of which the other gives away: a
 * record or an event that is missing, told twice, or told of somebody else.
 * They prove that the comparison bites.
 */
import { HEADER, HEADER_BYTES, RECORD, RECORD_BYTES } from '../../collector/index.ts';
import {
  dropEvent,
  duplicateEvent,
  type EventName,
  findEvents,
  parseWire,
  type WirePlace,
  writeWire,
} from '../decode/index.ts';
import { KIND } from '../probe/kinds.ts';

/** A choice out of so many, from 0. */
export type Choose = (count: number) => number;

/** Numbers that follow from a seed (mulberry32). */
export function chooser(seed: number): Choose {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

/** A copy of the layer with the lie in it, and what was done; undefined where it cannot be done there. */
export type Mutate = (bytes: Uint8Array, choose: Choose) => Mutant | undefined;

export interface Mutant {
  readonly bytes: Uint8Array;
  readonly told: string;
}

const offsetOf = (record: number): number => HEADER_BYTES + record * RECORD_BYTES;

/** Records of what both layers tell, by number, in the middle of the run: its ends are not both in each layer. */
function middleRecords(view: DataView, kinds: readonly number[]): number[] {
  const count = Math.min(
    Number(view.getBigUint64(HEADER.next, true)),
    Math.floor((view.byteLength - HEADER_BYTES) / RECORD_BYTES),
  );
  const found: number[] = [];
  for (let record = Math.floor(count * 0.3); record < count * 0.7; record++) {
    if (kinds.includes(view.getUint8(offsetOf(record) + RECORD.kind)) && changes(view, record))
      found.push(record);
  }
  return found;
}

const SCAN = 0x1000;

/** Of changes of status only those that the trace has: scan bits and copied stacks it does not know. */
function changes(view: DataView, record: number): boolean {
  const at = offsetOf(record);
  if (view.getUint8(at + RECORD.kind) !== KIND.gstatus) return true;
  const [to, from] = [view.getUint32(at + RECORD.a, true), view.getUint32(at + RECORD.a + 4, true)];
  return [to, from].every((word) => (word & SCAN) === 0 && word >= 1 && word <= 3);
}

const TOLD = [KIND.gstatus, KIND.gstatus, KIND.gstatus, KIND.wirep, KIND.stw];

function probeMutant(
  change: (bytes: Uint8Array, view: DataView, record: number, choose: Choose) => string | undefined,
) {
  return (original: Uint8Array, choose: Choose): Mutant | undefined => {
    const bytes = original.slice();
    const view = new DataView(bytes.buffer);
    const kind = TOLD[choose(TOLD.length)] as number;
    const records = middleRecords(view, [kind]);
    if (records.length === 0) return undefined;
    const record = records[choose(records.length)] as number;
    const told = change(bytes, view, record, choose);
    return told === undefined ? undefined : { bytes, told: `record ${record}, kind ${kind}: ${told}` };
  };
}

/** Moves the records from one on by a slot, and gives them the numbers of their slots. */
function move(bytes: Uint8Array, view: DataView, record: number, by: number): void {
  const next = Number(view.getBigUint64(HEADER.next, true));
  const last = Math.min(next, Math.floor((bytes.length - HEADER_BYTES) / RECORD_BYTES)) - 1;
  bytes.copyWithin(offsetOf(record + Math.max(by, 0)), offsetOf(record + Math.max(-by, 0)), offsetOf(last));
  for (let moved = record; moved < last; moved++)
    view.setBigUint64(offsetOf(moved) + RECORD.commit, BigInt(moved + 1), true);
  view.setBigUint64(HEADER.next, BigInt(last), true);
}

const TRACED: readonly EventName[] = [
  'GoStart',
  'GoBlock',
  'GoUnblock',
  'GoStop',
  'GoSyscallBegin',
  'GoSyscallEnd',
  'ProcStart',
  'ProcStop',
  'STWBegin',
  'GCBegin',
];

function traceMutant(
  change: (place: WirePlace, places: readonly WirePlace[], choose: Choose) => string | undefined,
) {
  return (original: Uint8Array, choose: Choose): Mutant | undefined => {
    const trace = parseWire(original);
    const name = TRACED[choose(TRACED.length)] as EventName;
    const all = [...findEvents(trace, name)];
    const places = all.slice(Math.floor(all.length * 0.3), Math.floor(all.length * 0.7));
    const place = places[choose(Math.max(places.length, 1))];
    if (place === undefined) return undefined;
    const told = change(place, places, choose);
    return told === undefined
      ? undefined
      : { bytes: writeWire(trace), told: `${name} of M${place.batch.m}: ${told}` };
  };
}

export const PROBE_MUTANTS: Readonly<Record<string, Mutate>> = {
  'a record is missing': probeMutant((bytes, view, record) => {
    move(bytes, view, record, -1);
    return 'taken out';
  }),
  'a record stands there twice': probeMutant((bytes, view, record) => {
    move(bytes, view, record, 1);
    return 'written twice';
  }),
  'a change of status is told of another goroutine': probeMutant((_, view, record, choose) => {
    if (view.getUint8(offsetOf(record) + RECORD.kind) !== KIND.gstatus) return undefined;
    const others = middleRecords(view, [KIND.gstatus]);
    const other = others[choose(others.length)] as number;
    const gp = view.getBigUint64(offsetOf(other) + RECORD.gp, true);
    if (gp === view.getBigUint64(offsetOf(record) + RECORD.gp, true)) return undefined;
    view.setBigUint64(offsetOf(record) + RECORD.gp, gp, true);
    return `told of the goroutine of record ${other}`;
  }),
  'a record is of another M': probeMutant((_, view, record) => {
    const at = offsetOf(record) + RECORD.m;
    view.setUint16(at, view.getUint16(at, true) ^ 1, true);
    return 'its M changed';
  }),
};

export const TRACE_MUTANTS: Readonly<Record<string, Mutate>> = {
  'an event is missing': traceMutant((place) => {
    dropEvent(place);
    return 'taken out';
  }),
  'an event stands there twice': traceMutant((place) => {
    duplicateEvent(place);
    return 'written twice';
  }),
  'an event is told of another goroutine or P': traceMutant((place, places, choose) => {
    const key = place.event.args.g === undefined ? 'p' : 'g';
    const mine = place.event.args[key];
    const others = places.filter(({ event }) => event.args[key] !== mine);
    const other = others[choose(Math.max(others.length, 1))];
    if (mine === undefined || other === undefined) return undefined;
    place.event.args[key] = other.event.args[key] as typeof mine;
    return `told of ${key} ${other.event.args[key]}`;
  }),
};
