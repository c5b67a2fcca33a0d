/**
 * The file that the probe writes: a header page and fixed records, little endian.
 * The one statement of it: the constants of the Go side are generated from here.
 */
import { readFileSync } from 'node:fs';
import { assetPath } from '../../go-fixtures/index.ts';

export const PROBE_MAGIC = 'GOTWINPR';
/** Raised when the header or the records change. */
export const PROBE_FORMAT = 1;
/** Where the records begin. */
export const HEADER_BYTES = 4096;
export const RECORD_BYTES = 48;

/** Offsets in the header. */
export const HEADER = {
  /** 8 bytes. */
  magic: 0,
  /** u32. */
  format: 8,
  /** u32. */
  recordBytes: 12,
  /** u64: records that there is room for; in ring mode a power of two. */
  capacity: 16,
  /** u32, one of PROBE_MODES. */
  mode: 24,
  /** u32, one of PROBE_ARCHITECTURES. */
  arch: 28,
  /** u64 twice: bit k is set when records of kind k are wanted. */
  mask: 32,
  /** u64, by the program: what a return address into goexit looks like. */
  goexit: 56,
  /** u64, by the program: nanotime when it began, and the ticks of that moment. */
  beginNanos: 64,
  beginTicks: 72,
  /** u64: the next number, alone in its cache line. Goes on past the window. */
  next: 128,
  /** u64: pid of the one process that writes; 0 while none has come. */
  owner: 192,
} as const;

/** Offsets in a record. */
export const RECORD = {
  /** u64, written last: number of the record + 1. */
  commit: 0,
  /** u64. */
  ticks: 8,
  /** u64 each. */
  gp: 16,
  a: 24,
  b: 32,
  /** u8. */
  kind: 40,
  /** u8: bits 0 and 1 are the stack (0 unknown, 1 g0, 2 gsignal, 3 user), bit 2 says that the M held locks. */
  flags: 41,
  /** u16: the P's id + 1, 0 for none. */
  p: 42,
  /** u16: the M's id, 0xffff when that is larger. */
  m: 44,
  /** u16: numbers given out between the moment before a status change and this one, at most 0xffff. */
  passed: 46,
} as const;

/**
 * linear keeps the first records: what comes after the window is counted, not written.
 * ring keeps the last.
 */
export const PROBE_MODES = { linear: 0, ring: 1 } as const;
export type ProbeMode = keyof typeof PROBE_MODES;

/** Architectures that the probe is known to work on, with the number that they have in the header. */
export const PROBE_ARCHITECTURES = { amd64: 1, arm64: 2 } as const;

/** Bytes of the shortest instruction: a traceback's return address into goexit lies so far behind its entry. */
const PC_QUANTUM: Readonly<Record<string, number>> = { amd64: 1, arm64: 4 };

/** What a kind of record says; a row of kinds.json. Numbers never change. */
export interface ProbeKind {
  readonly number: number;
  readonly kind: string;
  readonly group: string;
  /** What the three words hold; empty where they hold nothing. */
  readonly gp: string;
  readonly a: string;
  readonly b: string;
}

let kinds: readonly ProbeKind[] | undefined;

export function probeKinds(): readonly ProbeKind[] {
  kinds ??= JSON.parse(readFileSync(assetPath('collector/probe/kinds.json'), 'utf8')) as ProbeKind[];
  return kinds;
}

/** The constants that the Go side is compiled with. */
export function goConstants(goarch: string): Record<string, number> {
  const named = (prefix: string, table: Readonly<Record<string, number>>) =>
    Object.entries(table).map(([name, value]) => [`gotwin${prefix}${capital(name)}`, value]);
  return Object.fromEntries([
    ...named('Kind', Object.fromEntries(probeKinds().map(({ kind, number }) => [kind, number]))),
    ...named('At', HEADER),
    ...named('Record', RECORD),
    ...named('Mode', PROBE_MODES),
    ['gotwinAtRecords', HEADER_BYTES],
    ['gotwinRecordBytes', RECORD_BYTES],
    ['gotwinPCQuantum', PC_QUANTUM[goarch] ?? 1],
  ]);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
