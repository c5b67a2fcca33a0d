/** What a rule about the runtime's text is: a row with a sentence, its source in Go, and a check. */
import type { Citation, Evidence, Subject } from '../result.ts';
import type { Line } from './lines.ts';
import { asWrittenIn } from './older-source.ts';
import { holdsIn, type Span } from './release.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * What a program's source makes certain, and no run can show: that it never calls runtime.UnlockOSThread; that a
 * goroutine of it goes round for ever in a loop that calls nothing. And of the run, that goroutines were interrupted
 * wherever they were: asynchronous preemption was not switched off.
 */
export type Premise = 'never-unlocks' | 'calls-nothing' | 'interrupts';

/** A citation and the releases in which its statement stands. */
export interface SpanCitation extends Span {
  readonly cite: Citation;
}

/** A guard of the rule that did not hold, and what was seen in its stead. */
export interface Finding {
  readonly subject: Subject;
  readonly line: Line;
  readonly observed: string;
  /** What would have been allowed here, and why it was not met. */
  readonly allowed: string;
  readonly why: string;
  /** The shape of the witness, for the signature: no ids, no times, no counts. */
  readonly shape: readonly string[];
  /** Earlier lines that the finding follows from, with what each is to it. */
  readonly because?: readonly { readonly line: Line; readonly role: string }[];
  readonly before?: readonly { readonly name: string; readonly value: string }[];
}

/** What one application of a rule gave. */
export interface Outcome {
  /** How often the rule could say something here. */
  readonly checks: number;
  readonly findings: readonly Finding[];
}

/** The rule has nothing to say here. */
export const SILENT: Outcome = { checks: 0, findings: [] };

export const outcome = (checks: number, findings: readonly Finding[]): Outcome => ({ checks, findings });

export interface Rule<Item> extends Span {
  /** `text/name`: stable, since signatures, promises and expectations use it. */
  readonly id: string;
  readonly text: string;
  /** Why it holds although the world runs while schedtrace prints. */
  readonly sound: string;
  readonly cite: readonly SpanCitation[];
  readonly evidence: Evidence;
  /** `malformed` where only a text that Go did not write can break it. */
  readonly class: 'diverges' | 'malformed';
  /** Slack that the check allows, and why; absent where it allows none. */
  readonly tolerance?: string;
  /** All that must be certain of the program and the run, or the rule says nothing. */
  readonly needs?: readonly Premise[];
  readonly check: (item: Item, scene: Scene) => Outcome;
  /** What coverage counts apart. */
  readonly facets?: (item: Item, scene: Scene) => Iterable<string>;
}

/** What the checks may look at besides their item. */
export interface Scene {
  readonly minor: number;
  readonly words: Vocabulary;
}

export const runtime = (file: string, func: string, statement: string, span: Span = {}): SpanCitation => ({
  cite: { file: `runtime/${file}`, func, statement },
  ...span,
});

/** The citations that stand in a release. */
export function citationsOf(rule: Pick<Rule<never>, 'cite'>, minor: number): Citation[] {
  const here = rule.cite.filter((one) => holdsIn(one, minor));
  return here.map(({ cite }) => asWrittenIn(cite, minor)).filter((cite) => cite !== undefined);
}

/** Findings for those members that a test calls wrong; each member is one check. */
export function each<T>(members: readonly T[], finding: (member: T) => Finding | undefined): Outcome {
  const findings = members.map(finding).filter((found) => found !== undefined);
  return outcome(members.length, findings);
}

/** A list as a person reads it: a damaged or hostile text may make it very long. */
export function some(words: readonly (string | number)[], between = ', '): string {
  const shown = words.slice(0, 12).join(between);
  return words.length > 12 ? `${shown}${between}… (${words.length})` : shown;
}
