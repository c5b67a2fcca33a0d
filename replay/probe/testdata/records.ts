/** Writes files of records as the probe does, for tests: what happened is given in a line each. */
import { HEADER, HEADER_BYTES, PROBE_FORMAT, PROBE_MAGIC, PROBE_MODES, RECORD, RECORD_BYTES } from '../../../collector/index.ts';
import { KIND, type KindName } from '../kinds.ts';

export interface Written {
  readonly kind: KindName;
  readonly gp?: number;
  readonly a?: number | bigint;
  readonly b?: number | bigint;
  readonly m?: number;
  readonly p?: number;
  /** 1 the system stack, 2 the signal stack, 3 a user stack. */
  readonly stack?: number;
  readonly ticks?: number;
}

export interface FileSettings {
  readonly mode?: 'linear' | 'ring';
  readonly capacity?: number;
  /** Numbers handed out; the records given are the first ones. */
  readonly next?: number;
}

/** The functions that records of these tests name, at the addresses that `pc` gives. */
const NAMES = [
  'runtime.newproc1',
  'runtime.execute',
  'runtime.park_m',
  'runtime.ready',
  'runtime.suspendG',
  'runtime.resumeG',
  'runtime.newstack',
  'runtime.scanstack',
  'runtime.gdestroy',
  'runtime.goschedImpl',
  'runtime.goexit.abi0',
  'runtime.Goexit',
  'runtime.injectglist',
  'runtime.gcStart.forEachP.func8',
  'main.work',
] as const;

export function pc(name: (typeof NAMES)[number]): number {
  return 0x40_0000 + NAMES.indexOf(name) * 0x100 + 0x20;
}

export const functionsText = NAMES.map((name) => `${(pc(name) - 0x20).toString(16)} ${name}\n`).join('');

const STATUS = { idle: 0, runnable: 1, running: 2, syscall: 3, waiting: 4, dead: 6, copystack: 8, preempted: 9 };
const word = (text: string): number => {
  const [status, scan] = text.startsWith('scan ') ? [text.slice(5), 0x1000] : [text, 0];
  return STATUS[status as keyof typeof STATUS] | scan;
};

/** A change of status, as `gstatus` records it. */
export function status(gp: number, from: string, to: string, by: number, m = 1): Written {
  return { kind: 'gstatus', gp, a: pair(word(from), word(to)), b: by, m, stack: 1 };
}

/** A wait for a status, as `gstatuswait` records it. */
export function wait(gp: number, wanted: string, found: string, by: number, m = 1): Written {
  return { kind: 'gstatuswait', gp, a: pair(word(wanted), word(found)), b: by, m, stack: 1 };
}

/** Two words in one, the first above. */
export function pair(above: number, below: number): bigint {
  return (BigInt(above) << 32n) | BigInt(below);
}

/** `at(n)` is where record n begins. */
export const at = (n: number): number => HEADER_BYTES + n * RECORD_BYTES;

export function fileOf(records: readonly Written[], settings: FileSettings = {}): Uint8Array {
  const { mode = 'linear', next = records.length } = settings;
  const capacity = settings.capacity ?? Math.max(records.length, 1);
  const bytes = new Uint8Array(at(capacity));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(PROBE_MAGIC));
  view.setUint32(HEADER.format, PROBE_FORMAT, true);
  view.setUint32(HEADER.recordBytes, RECORD_BYTES, true);
  view.setBigUint64(HEADER.capacity, BigInt(capacity), true);
  view.setUint32(HEADER.mode, PROBE_MODES[mode], true);
  view.setBigUint64(HEADER.mask, 0xffff_ffff_ffff_ffffn, true);
  view.setBigUint64(HEADER.next, BigInt(next), true);
  for (const [n, record] of records.entries())
    if (mode === 'ring' || n < capacity) put(view, at(n % capacity), n, record);
  return bytes;
}

function put(view: DataView, offset: number, n: number, record: Written): void {
  const { kind, gp = 0, a = 0, b = 0, m = 1, p = 0, stack = 1, ticks = n * 100 } = record;
  view.setBigUint64(offset, BigInt(n + 1), true);
  view.setBigUint64(offset + RECORD.ticks, BigInt(ticks), true);
  view.setBigUint64(offset + RECORD.gp, BigInt(gp), true);
  view.setBigUint64(offset + RECORD.a, BigInt(a), true);
  view.setBigUint64(offset + RECORD.b, BigInt(b), true);
  view.setUint8(offset + RECORD.kind, KIND[kind]);
  view.setUint8(offset + RECORD.flags, stack);
  view.setUint16(offset + RECORD.p, p + 1, true);
  view.setUint16(offset + RECORD.m, m, true);
}

/** Bytes as a recording gives them, in chunks that respect no boundary. */
export function source(bytes: Uint8Array, chunk = 1000): () => AsyncGenerator<Uint8Array, void, void> {
  return async function* () {
    for (let from = 0; from < bytes.length; from += chunk) yield bytes.subarray(from, from + chunk);
  };
}
