/** The status word of a goroutine as a small number: the status, and 16 for the scan bit. */
import { SCAN_BIT, STATUS_WORDS } from '../model/index.ts';

export const SCAN = 16;
/** Of any status that no release has. */
const NONSENSE = 15;

/** Words that there are: two of each status. */
export const WORDS = 32;

export function wordOf(raw: number): number {
  const status = raw & ~SCAN_BIT;
  if (status < 0 || status >= STATUS_WORDS.length) return NONSENSE;
  return (raw & SCAN_BIT) === 0 ? status : status | SCAN;
}

export function wordName(word: number): string {
  const name = STATUS_WORDS[word & (SCAN - 1)] ?? 'no status';
  return word >= SCAN ? `scan ${name}` : name;
}

/** The word of a name as the model's rows have it. */
export function wordNamed(name: string): number {
  const [scan, status] = name.startsWith('scan ') ? [SCAN, name.slice('scan '.length)] : [0, name];
  const index = (STATUS_WORDS as readonly string[]).indexOf(status);
  if (index < 0) throw new RangeError(`there is no status ${name}`);
  return index | scan;
}

/** A status word as the runtime has it, from the small number that judges and worlds keep. */
export function rawWord(word: number): number {
  return word >= SCAN ? (word - SCAN) | SCAN_BIT : word;
}

export const WORD = {
  runnable: wordNamed('runnable'),
  running: wordNamed('running'),
  waiting: wordNamed('waiting'),
  dead: wordNamed('dead'),
  copystack: wordNamed('copystack'),
} as const;
