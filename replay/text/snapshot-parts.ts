/** What the rules about one snapshot share. */
import { type Finding, type Outcome, outcome, type Rule, runtime } from './rule.ts';
import type { Snapshot } from './snapshot.ts';

export type SnapshotRule = Rule<Snapshot>;

export const allowed = (text: string, why: string): Pick<Finding, 'allowed' | 'why'> => ({
  allowed: text,
  why,
});

const snapshotSubject = (s: Snapshot): Finding['subject'] => ({ kind: 'snapshot', id: String(s.index) });

export const found = (s: Snapshot, shape: string, observed: string, text: string, why: string): Finding => ({
  subject: snapshotSubject(s),
  line: s.line,
  observed,
  ...allowed(text, why),
  shape: [shape],
});

export const when = (bad: boolean, make: () => Finding): Outcome => outcome(1, bad ? [make()] : []);

/** All its lines of Ps and Ms are there: G lines follow those, and every process has a goroutine. */
export const psAndMsWhole = (s: Snapshot): boolean => s.detail !== undefined && !s.damaged && s.gs.length > 0;

export const allWhole = (s: Snapshot): boolean => psAndMsWhole(s) && s.ended;

export function repeated(ids: readonly number[]): number[] {
  const seen = new Set<number>();
  return [...new Set(ids.filter((id) => seen.size === seen.add(id).size))];
}

export const underLock = runtime('proc.go', 'schedtrace', 'lock(&sched.lock)');
