/** What is wrong with the bytes; stable, for tests, reports and scripts. */
export type FormatCode =
  | 'empty'
  | 'not-a-trace'
  | 'truncated'
  | 'batch-type'
  | 'batch-size'
  | 'varint'
  | 'thread-id'
  | 'generation-zero'
  | 'generation-order'
  | 'generation-gap'
  | 'event-type'
  | 'event-cut'
  | 'event-args'
  | 'event-order'
  | 'time-range'
  | 'table-entry'
  | 'table-id'
  | 'string-size'
  | 'string-duplicate'
  | 'stack-size'
  | 'stack-duplicate'
  | 'stack-string'
  | 'string-missing'
  | 'stack-missing'
  | 'sync-entry'
  | 'sync-duplicate'
  | 'sync-missing';

/** Bytes that no Go release writes. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatCode;
  /** Byte in the file at which it was noticed. */
  readonly offset: number;
  /** The generation being read, 0 before the first. */
  readonly generation: number;

  constructor(code: FormatCode, offset: number, generation: number, what: string) {
    super(`${what} (byte ${offset}${generation > 0 ? `, generation ${generation}` : ''})`);
    this.code = code;
    this.offset = offset;
    this.generation = generation;
  }
}

/** A Go execution trace of a version that this reader does not know. */
export class VersionError extends Error {
  override readonly name = 'VersionError';
  readonly code = 'version';
  /** As in the header: `go 1.21`, the first release that wrote that format. */
  readonly found: string;
  readonly supported: readonly string[];
  /** What to do instead; empty where there is nothing better than another trace. */
  readonly advice: string;

  constructor(found: string, supported: readonly string[], why: string, advice = '') {
    super(`this trace has the format ${found}: ${why}; supported formats: ${supported.join(', ')}`);
    this.found = found;
    this.supported = supported;
    this.advice = advice;
  }
}
