/** Writes small files of records as the probe does: what happened is given in a line each, by hand or out of the rows. */
import {
  HEADER,
  HEADER_BYTES,
  PROBE_FORMAT,
  PROBE_MAGIC,
  PROBE_MODES,
  RECORD,
  RECORD_BYTES,
} from '../../collector/index.ts';
import { KIND, type KindName } from './kinds.ts';
import { rawWord, wordNamed } from './words.ts';

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

const CODE = 0x40_0000;
const CODE_BYTES = 0x100;

/** The functions that records made by hand name, at the addresses that `pc` gives. */
export const NAMES = [
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

export const pc = (name: (typeof NAMES)[number]): number => pcIn(NAMES, name);

/** An address in a function; the same for all lists that begin alike. */
export const pcIn = (names: readonly string[], name: string): number =>
  CODE + names.indexOf(name) * CODE_BYTES + 0x20;

/** Where functions lie, as the collector lists them. */
export const functionsOf = (names: readonly string[]): string =>
  names.map((name, n) => `${(CODE + n * CODE_BYTES).toString(16)} ${name}\n`).join('');

export const functionsText = functionsOf(NAMES);

const raw = (name: string): number => rawWord(wordNamed(name));

/** A change of status, as `gstatus` records it. */
export function status(gp: number, from: string, to: string, by: number, m = 1): Written {
  return { kind: 'gstatus', gp, a: pair(raw(from), raw(to)), b: by, m, stack: 1 };
}

/** A wait for a status, as `gstatuswait` records it. */
export function wait(gp: number, wanted: string, found: string, by: number, m = 1): Written {
  return { kind: 'gstatuswait', gp, a: pair(raw(wanted), raw(found)), b: by, m, stack: 1 };
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
