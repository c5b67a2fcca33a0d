/** Numbers and losses as people read them. */
import type { Damage } from './decode/index.ts';
import type { Citation } from './result.ts';

/** 1234567 as `1,234,567`. Asking for a locale would load its tables, which takes longer than most calls. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 event`, `2,000 events`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `runtime/proc.go, mexit: unminit()` */
export function citationText({ file, func, statement }: Citation): string {
  return `${file}, ${func}: ${statement}`;
}

/** Events that lack a place, and why: `2,000 events of a generation that was cut off`. */
export function unplacedText(unplaced: number, damages: readonly Pick<Damage, 'code'>[]): string {
  const cut = damages.every(({ code }) => code === 'truncated');
  return `${plural(unplaced, 'event')} of a generation that ${cut ? 'was cut off' : 'is damaged'}`;
}
