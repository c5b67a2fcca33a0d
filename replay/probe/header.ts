/** The first page of `probe/records`: what the file claims about itself, believed only as far as it can be checked. */
import {
  HEADER,
  HEADER_BYTES,
  PROBE_FORMAT,
  PROBE_MAGIC,
  PROBE_MODES,
  type ProbeMode,
  RECORD_BYTES,
} from '../../collector/index.ts';

export interface Header {
  /** Records that the file has room for. */
  readonly capacity: number;
  /** Linear: what comes past capacity is not written. Ring: it takes the place of the oldest. */
  readonly mode: ProbeMode;
  /** Kinds that were recorded, a bit each, as four words. */
  readonly mask: Uint32Array;
  /** The number that the next record would have had: how many were handed out. */
  readonly next: number;
  /** An address in runtime.goexit, where the program was loaded; 0 where it never began. */
  readonly goexit: number;
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
  | 'spare-bits'
  | 'proc'
  | 'torn';

/** What is wrong with a file of records, and where. */
export interface ProbeDamage {
  readonly code: ProbeCode;
  readonly message: string;
  readonly offset: number;
}

/** Whether records of this kind were asked for. */
export function isAsked({ mask }: Pick<Header, 'mask'>, kind: number): boolean {
  return (((mask[kind >> 5] as number) >>> (kind & 31)) & 1) === 1;
}

/** The first page, or what there is of it. */
async function readPage(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const page = new Uint8Array(HEADER_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    const taken = chunk.subarray(0, HEADER_BYTES - filled);
    page.set(taken, filled);
    filled += taken.length;
    if (filled === HEADER_BYTES) break;
  }
  return page.subarray(0, filled);
}

/** The header of a file of records, from its first bytes on. */
export async function readHeader(source: AsyncIterable<Uint8Array>): Promise<Header | ProbeDamage> {
  return parseHeader(await readPage(source));
}

function parseHeader(page: Uint8Array): Header | ProbeDamage {
  if (page.length < HEADER_BYTES)
    return damage('header', page.length, `the file ends after ${page.length} bytes, within its header`);
  const view = new DataView(page.buffer, page.byteOffset, HEADER_BYTES);
  const magic = String.fromCharCode(...page.subarray(0, PROBE_MAGIC.length));
  if (magic !== PROBE_MAGIC)
    return damage('header', HEADER.magic, 'the file does not begin as records of probes do');
  const version = view.getUint32(HEADER.format, true);
  if (version !== PROBE_FORMAT)
    return damage(
      'version',
      HEADER.format,
      `the records have format ${version}; this Gotwin reads ${PROBE_FORMAT}`,
    );
  const size = view.getUint32(HEADER.recordBytes, true);
  if (size !== RECORD_BYTES)
    return damage(
      'record-size',
      HEADER.recordBytes,
      `a record has ${size} bytes where it has ${RECORD_BYTES}`,
    );
  const mode = view.getUint32(HEADER.mode, true);
  if (mode !== PROBE_MODES.linear && mode !== PROBE_MODES.ring)
    return damage('mode', HEADER.mode, `the mode is ${mode}, which is neither linear (0) nor ring (1)`);
  const capacity = Number(view.getBigUint64(HEADER.capacity, true));
  const next = Number(view.getBigUint64(HEADER.next, true));
  if (capacity === 0 || !Number.isSafeInteger(capacity * RECORD_BYTES) || !Number.isSafeInteger(next))
    return damage(
      'count',
      HEADER.capacity,
      `room for ${capacity} records and ${next} numbers handed out cannot be`,
    );
  const mask = Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(HEADER.mask + at, true));
  return {
    capacity,
    mode: mode === PROBE_MODES.linear ? 'linear' : 'ring',
    mask,
    next,
    goexit: Number(view.getBigUint64(HEADER.goexit, true)),
  };
}

export function damage(code: ProbeCode, offset: number, message: string): ProbeDamage {
  return { code, offset, message };
}
