/** A recording's or a bare trace, whole: mutants are cut out of it. */
import { openEvidence, TRACE } from '../evidence.ts';
import type { RealTrace } from './mutants.ts';

/** Bytes of a trace that is held in memory. */
const LARGEST = 1 << 30;

class TraceTooLargeError extends Error {
  override readonly name = 'TraceTooLargeError';
  readonly code = 'too-large';
}

export async function readRealTrace(path: string): Promise<RealTrace> {
  const evidence = await openEvidence(path);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of evidence.read(TRACE)) {
      size += chunk.length;
      if (size > LARGEST) throw new TraceTooLargeError(`${path}: a trace of more than ${LARGEST} bytes`);
      chunks.push(chunk.slice());
    }
    return { name: path, bytes: Buffer.concat(chunks), go: evidence.manifest?.toolchain?.version ?? '' };
  } finally {
    await evidence.close();
  }
}
