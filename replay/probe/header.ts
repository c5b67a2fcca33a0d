/** The first page of `probe/records`: what the file claims about itself, believed only as far as it can be checked. */

export const HEADER_BYTES = 4096;
export const RECORD_BYTES = 48;
export const RECORD_WORDS = RECORD_BYTES / 4;
const MAGIC = 'GOTWINPR';
const VERSION = 1;

/** Where each fact lies in the page. */
const OFFSET = {
  magic: 0,
  version: 8,
  recordBytes: 12,
  capacity: 16,
  mode: 24,
  mask: 32,
  next: 128,
} as const;

export interface Header {
  /** Records that the file has room for. */
  readonly capacity: number;
  /** Linear: what comes past capacity is not written. Ring: it takes the place of the oldest. */
  readonly mode: 'linear' | 'ring';
  /** Kinds that were recorded, a bit each, as four words. */
  readonly mask: Uint32Array;
  /** The number that the next record would have had: how many were handed out. */
  readonly next: number;
}

export type ProbeCode =
  | 'header'
  | 'version'
  | 'record-size'
  | 'mode'
  | 'count'
  | 'cut'
  | 'commit-mark'
  | 'kind'
  | 'spare-bits';

/** What is wrong with a file of records, and where. */
export interface ProbeDamage {
  readonly code: ProbeCode;
  readonly message: string;
  readonly offset: number;
}

export function parseHeader(page: Uint8Array): Header | ProbeDamage {
  if (page.length < HEADER_BYTES)
    return damage('header', page.length, `the file ends after ${page.length} bytes, within its header`);
  const view = new DataView(page.buffer, page.byteOffset, HEADER_BYTES);
  const magic = String.fromCharCode(...page.subarray(0, MAGIC.length));
  if (magic !== MAGIC)
    return damage('header', OFFSET.magic, 'the file does not begin as records of probes do');
  const version = view.getUint32(OFFSET.version, true);
  if (version !== VERSION)
    return damage(
      'version',
      OFFSET.version,
      `the records have format ${version}; this Gotwin reads ${VERSION}`,
    );
  const size = view.getUint32(OFFSET.recordBytes, true);
  if (size !== RECORD_BYTES)
    return damage(
      'record-size',
      OFFSET.recordBytes,
      `a record has ${size} bytes where it has ${RECORD_BYTES}`,
    );
  const mode = view.getUint32(OFFSET.mode, true);
  if (mode > 1)
    return damage('mode', OFFSET.mode, `the mode is ${mode}, which is neither linear (0) nor ring (1)`);
  const capacity = Number(view.getBigUint64(OFFSET.capacity, true));
  const next = Number(view.getBigUint64(OFFSET.next, true));
  if (capacity === 0 || !Number.isSafeInteger(capacity * RECORD_BYTES) || !Number.isSafeInteger(next))
    return damage(
      'count',
      OFFSET.capacity,
      `room for ${capacity} records and ${next} numbers handed out cannot be`,
    );
  const mask = Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(OFFSET.mask + at, true));
  return { capacity, mode: mode === 0 ? 'linear' : 'ring', mask, next };
}

export function damage(code: ProbeCode, offset: number, message: string): ProbeDamage {
  return { code, offset, message };
}
