/** Real text for the tests: what programs of ours made Go's runtime write, and ways to bend it. */
import { readFileSync } from 'node:fs';

/** Text of whole runs from the first snapshot on, by file and release. */
export const RUNS = [
  { file: 'go1.9.txt', go: 'go1.9.7' },
  { file: 'go1.11.txt', go: 'go1.11.13' },
  { file: 'go1.13.txt', go: 'go1.13.15' },
  { file: 'go1.18.txt', go: 'go1.18.10' },
  { file: 'go1.21.txt', go: 'go1.21.13' },
  { file: 'go1.10-plain.txt', go: 'go1.10.8' },
  { file: 'go1.16-plain.txt', go: 'go1.16.15' },
  { file: 'go1.22.txt', go: 'go1.22.12' },
  { file: 'go1.23.txt', go: 'go1.23.12' },
  { file: 'go1.24.txt', go: 'go1.24.9' },
  { file: 'go1.25.txt', go: 'go1.25.4' },
  { file: 'go1.26.txt', go: 'go1.26.8' },
  { file: 'go1.26-arm64.txt', go: 'go1.26.8' },
  { file: 'go1.22-plain.txt', go: 'go1.22.12' },
  { file: 'go1.24-plain.txt', go: 'go1.24.9' },
  { file: 'go1.26-plain.txt', go: 'go1.26.8' },
  { file: 'go1.22-panic.txt', go: 'go1.22.12' },
  { file: 'go1.26-panic.txt', go: 'go1.26.8' },
] as const;

/** Parts of runs: a goroutine dump, a gctrace line inside of a scheddetail line, a stopped world. */
export const PARTS = [
  { file: 'go1.26-quit.txt', go: 'go1.26.8' },
  { file: 'go1.26-interleaved.txt', go: 'go1.26.8' },
  { file: 'go1.22-stopped.txt', go: 'go1.22.12' },
  { file: 'go1.26-stopped.txt', go: 'go1.26.8' },
] as const;

export function sample(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

/** A text as a source, in chunks of so many bytes. */
export async function* bytesOf(text: string | Uint8Array, chunk = 1 << 16): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}

/** Index of the nth line (from 0) that a pattern fits; throws where there is none. */
export function lineAt(lines: readonly string[], pattern: RegExp, nth = 0): number {
  const found = lines.flatMap((line, i) => (pattern.test(line) ? [i] : []))[nth];
  if (found === undefined) throw new Error(`no line ${nth} like ${pattern}`);
  return found;
}
