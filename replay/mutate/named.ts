/**
 * Which rules may name which kind of mutant: an objection by another is a guess
 * that happened to be right. And it must be about what was changed: the M that
 * wrote it, or one that the change reaches.
 */
import type { Objection } from './ask.ts';

const STATES =
  /^(goroutine|P|gc|stw|sweep|assist|task|region|user|unwinding)\/|^format\/(sequence|status-once|status-first)$/;
const TIMES = /^time\//;
/** One for all Ms, so their order rests on times. */
const SHARED = /^(gc|stw|sweep)\//;
const REASONS =
  /^(blocking|unwinding)\/|^goroutine\/reason-vocabulary$|^stw\/reason|^gc\/(begin-stops|end-in-mark-termination)$/;

/** By kind; those that a kind's name begins with. */
const RULES: readonly (readonly [kind: string, rules: readonly RegExp[]])[] = [
  ['delete', [STATES, /^blocking\//]],
  ['duplicate', [STATES, /^blocking\//]],
  // Each takes the other's time.
  ['swap', [STATES, /^blocking\//, TIMES]],
  ['retarget', [STATES, /^blocking\//, TIMES]],
  // A world that is stopped for another reason begins or ends another collection.
  ['reason', [REASONS]],
  ['shift', [TIMES, SHARED]],
  ['lost-batch', [STATES, /^blocking\//, /^format\//]],
  ['lost-generation', [/^format\/generation-gap$/]],
];

export function isWellNamed(kind: string, { rule }: Objection): boolean {
  return RULES.some(([name, rules]) => kind.startsWith(name) && rules.some((each) => each.test(rule)));
}
