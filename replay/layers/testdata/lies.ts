/**
 * Small lies in one layer of a real run, each of which the other layer gives
 * away. They prove that the comparison bites: every one must be named by its row.
 */
import { HEADER, HEADER_BYTES, RECORD, RECORD_BYTES } from '../../../collector/index.ts';
import {
  dropEvent,
  type EventName,
  findEvents,
  parseWire,
  type WirePlace,
  writeWire,
} from '../../decode/index.ts';
import { KIND } from '../../probe/kinds.ts';
import { START_TRACE } from '../../model/index.ts';

/** A choice out of so many, from 0. */
export type Choose = (count: number) => number;

/** Choices that follow from a seed (mulberry32). */
export function chooser(seed: number): Choose {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

export interface Lie {
  readonly name: string;
  /** The row that must name it. */
  readonly rule: string;
  readonly layer: 'trace' | 'probe';
  /** A copy of the layer with the lie in it, and where it lies; undefined where the run has no such place. */
  readonly tell: (bytes: Uint8Array, choose: Choose) => { bytes: Uint8Array; where: string } | undefined;
}

/** Of a history only the middle is in both layers for certain. */
function fromMiddle<T>(all: readonly T[], choose: Choose): T | undefined {
  const middle = all.slice(Math.floor(all.length * 0.2), Math.ceil(all.length * 0.8));
  return middle.length === 0 ? undefined : middle[choose(middle.length)];
}

// --- the trace ---

interface TraceLie {
  readonly name: string;
  readonly rule: string;
  readonly events: readonly EventName[];
  /** Where nothing could come of it, it is no lie. */
  readonly fits?: (place: WirePlace) => boolean;
  readonly edit: (place: WirePlace, others: readonly WirePlace[]) => void;
}

const another = (key: string) => (place: WirePlace, others: readonly WirePlace[]) => {
  const mine = place.event.args[key];
  const other = others.find(({ event }) => event.args[key] !== mine);
  if (mine !== undefined && other !== undefined) place.event.args[key] = other.event.args[key] ?? mine;
};

/** From this event on another thread writes what is left of the batch. */
function renameThread({ generation, batch, index }: WirePlace): void {
  const [time, events] = [ticksBefore(batch, index), batch.events.splice(index)];
  const renamed = { ...batch, m: Number(batch.m) + 1_000_000, time, events };
  generation.batches.splice(generation.batches.indexOf(batch) + 1, 0, renamed);
}

function ticksBefore({ time, events }: WirePlace['batch'], index: number): bigint {
  return events.slice(0, index).reduce((sum, { args }) => sum + BigInt(args.dt ?? 0), BigInt(time));
}

/** Of a ProcStop: whether its P starts once more, which the missing stop makes it do twice. */
function startsAgain({ generation, batch, index }: WirePlace): boolean {
  const start = batch.events.slice(0, index).findLast(({ name }) => name === 'ProcStart');
  if (start === undefined) return false;
  const stopped = ticksBefore(batch, index + 1);
  return generation.batches.some((other) =>
    other.events.some(
      ({ name, args }, at) =>
        name === 'ProcStart' && args.p === start.args.p && ticksBefore(other, at + 1) > stopped,
    ),
  );
}

const TRACE_LIES: readonly TraceLie[] = [
  {
    name: 'a change of a goroutine is missing',
    rule: 'layers/goroutine',
    events: ['GoStart', 'GoBlock', 'GoUnblock', 'GoStop', 'GoSyscallBegin', 'GoSyscallEnd', 'GoDestroy'],
    edit: dropEvent,
  },
  {
    name: 'a goroutine that waits is said to have yielded',
    rule: 'layers/goroutine',
    events: ['GoBlock'],
    edit: ({ event }) => {
      event.name = 'GoStop';
    },
  },
  {
    name: 'another goroutine is said to have been made ready',
    rule: 'layers/goroutine',
    events: ['GoUnblock'],
    edit: another('g'),
  },
  {
    name: 'a goroutine is said to have begun with another status',
    rule: 'layers/begin',
    events: ['GoStatus', 'GoStatusStack'],
    edit: ({ event }) => {
      event.args.gstatus = event.args.gstatus === 4 ? 1 : 4;
    },
  },
  {
    name: 'a P that stops is passed over',
    rule: 'layers/proc',
    events: ['ProcStop'],
    fits: startsAgain,
    edit: dropEvent,
  },
  {
    name: 'what one thread did is told of another from then on',
    rule: 'layers/thread',
    events: ['ProcStart'],
    // Before it is known which M a thread is, it may be any.
    fits: ({ index }) => index > 20,
    edit: renameThread,
  },
  {
    name: 'a stop of the world is missing',
    rule: 'layers/stop',
    events: ['STWBegin', 'STWEnd'],
    edit: dropEvent,
  },
  {
    name: 'the world is said to have been stopped for another reason',
    rule: 'layers/stop',
    events: ['STWBegin'],
    edit: another('kind_string'),
  },
  {
    name: 'the beginning or the end of a collection is missing',
    rule: 'layers/gc',
    events: ['GCBegin', 'GCEnd'],
    // The program collects three times, and nothing follows on the last end that would contradict.
    fits: ({ event }) => Number(event.args.gc_seq) < 6,
    edit: dropEvent,
  },
  {
    name: 'another number of Ps is told',
    rule: 'layers/gomaxprocs',
    events: ['ProcsChange'],
    // The program ends with 3: what is told of it last is answered by nothing.
    fits: ({ event }) => Number(event.args.procs_value) < 3,
    edit: ({ event }) => {
      event.args.procs_value = Number(event.args.procs_value) + 4;
    },
  },
];

function ofTrace({ name, rule, events, fits, edit }: TraceLie): Lie {
  return {
    name,
    rule,
    layer: 'trace',
    tell: (original, choose) => {
      const trace = parseWire(original);
      const all = events.flatMap((event) => [...findEvents(trace, event, fits)]);
      const place = rule === 'layers/begin' ? all[choose(all.length)] : fromMiddle(all, choose);
      if (place === undefined) return undefined;
      const where = `${place.event.name} ${JSON.stringify(place.event.args, (_, n) => (typeof n === 'bigint' ? String(n) : n))} of M${place.batch.m}`;
      edit(place, all);
      return { bytes: writeWire(trace), where };
    },
  };
}

// --- the probe ---

class Records {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #count: number;

  constructor(original: Uint8Array) {
    this.bytes = original.slice();
    this.#view = new DataView(this.bytes.buffer);
    const written = Number(this.#view.getBigUint64(HEADER.next, true));
    this.#count = Math.min(written, Math.floor((this.bytes.length - HEADER_BYTES) / RECORD_BYTES));
  }

  kind = (record: number): number => this.#view.getUint8(at(record) + RECORD.kind);
  gp = (record: number): bigint => this.#view.getBigUint64(at(record) + RECORD.gp, true);
  a = (record: number): bigint => this.#view.getBigUint64(at(record) + RECORD.a, true);
  b = (record: number): bigint => this.#view.getBigUint64(at(record) + RECORD.b, true);
  m = (record: number): number => this.#view.getUint16(at(record) + RECORD.m, true);

  setKind = (record: number, kind: number): void => this.#view.setUint8(at(record) + RECORD.kind, kind);
  setGp = (record: number, gp: bigint): void => this.#view.setBigUint64(at(record) + RECORD.gp, gp, true);
  setA = (record: number, a: bigint): void => this.#view.setBigUint64(at(record) + RECORD.a, a, true);
  setM = (record: number, m: number): void => this.#view.setUint16(at(record) + RECORD.m, m, true);

  /** A record of a kind that the trace has nothing of stands in its place. */
  drop = (record: number): void => this.setKind(record, KIND.sysblock);

  /** Records of these kinds, in the order of their numbers, and the first at which tracing was switched on. */
  find(fits: (record: number) => boolean): number[] {
    return Array.from({ length: this.#count }, (_, record) => record).filter(fits);
  }
}

const at = (record: number): number => HEADER_BYTES + record * RECORD_BYTES;

const STATUS = { runnable: 1n, running: 2n, syscall: 3n, waiting: 4n } as const;
const to = (a: bigint): bigint => a & 0xffffffffn;
const from = (a: bigint): bigint => a >> 32n;

interface ProbeLie {
  readonly name: string;
  readonly rule: string;
  /** The records that it may be told of. */
  readonly fits: (records: Records, record: number) => boolean;
  readonly edit: (records: Records, record: number, others: readonly number[]) => void;
}

/** Changes of status that the trace shows: no scan bits, no copied stacks, no wait that only lets a stack be scanned. */
function isTold(records: Records, record: number): boolean {
  if (records.kind(record) !== KIND.gstatus) return false;
  const a = records.a(record);
  return [
    [STATUS.runnable, STATUS.running],
    [STATUS.running, STATUS.runnable],
    [STATUS.running, STATUS.syscall],
    [STATUS.waiting, STATUS.runnable],
  ].some(([old, now]) => from(a) === old && to(a) === now);
}

const ofKind =
  (...kinds: readonly number[]) =>
  (records: Records, record: number): boolean =>
    kinds.includes(records.kind(record));

const PROBE_LIES: readonly ProbeLie[] = [
  {
    name: 'a change of status is missing',
    rule: 'layers/goroutine',
    fits: isTold,
    edit: (records, record) => records.drop(record),
  },
  {
    name: 'a change of status is told of another goroutine',
    rule: 'layers/goroutine',
    fits: isTold,
    edit: (records, record, others) => {
      const other = others.find((each) => records.gp(each) !== records.gp(record));
      if (other !== undefined) records.setGp(record, records.gp(other));
    },
  },
  {
    name: 'a goroutine is said to wait',
    rule: 'layers/goroutine',
    fits: (records, record) => isTold(records, record) && to(records.a(record)) === STATUS.syscall,
    edit: (records, record) => records.setA(record, (STATUS.running << 32n) | STATUS.waiting),
  },
  {
    name: 'a P that an M gives up is passed over',
    rule: 'layers/proc',
    fits: ofKind(KIND.releasep),
    edit: (records, record) => records.drop(record),
  },
  {
    name: 'what one M did is told of another',
    rule: 'layers/thread',
    fits: (records, record) => isTold(records, record) && to(records.a(record)) === STATUS.running,
    edit: (records, record, others) => {
      const other = others.find((each) => records.m(each) !== records.m(record));
      if (other !== undefined) records.setM(record, records.m(other));
    },
  },
  {
    name: 'a stop of the world is missing',
    rule: 'layers/stop',
    fits: (records, record) => ofKind(KIND.stw)(records, record) && records.a(record) !== BigInt(START_TRACE),
    edit: (records, record) => records.drop(record),
  },
  {
    name: 'the world is said to have been stopped for another reason',
    rule: 'layers/stop',
    fits: (records, record) => ofKind(KIND.stw)(records, record) && records.a(record) !== BigInt(START_TRACE),
    edit: (records, record) => records.setA(record, (records.a(record) % 3n) + 1n),
  },
  {
    name: 'the beginning or the end of a collection is missing',
    rule: 'layers/gc',
    // From no phase to marking, and from mark termination to none.
    fits: (records, record) =>
      ofKind(KIND.gcphase)(records, record) && (records.a(record) === 0n || records.b(record) === 0n),
    edit: (records, record) => records.drop(record),
  },
  {
    name: 'a P that GOMAXPROCS takes away is passed over',
    rule: 'layers/gomaxprocs',
    fits: (records, record) => ofKind(KIND.pstatus)(records, record) && to(records.b(record)) === 4n,
    edit: (records, record) => records.drop(record),
  },
];

function ofProbe({ name, rule, fits, edit }: ProbeLie): Lie {
  return {
    name,
    rule,
    layer: 'probe',
    tell: (original, choose) => {
      const records = new Records(original);
      const all = records.find((record) => fits(records, record));
      const record = fromMiddle(all, choose);
      if (record === undefined) return undefined;
      edit(records, record, all);
      return { bytes: records.bytes, where: `record ${record}` };
    },
  };
}

export const LIES: readonly Lie[] = [...TRACE_LIES.map(ofTrace), ...PROBE_LIES.map(ofProbe)];
