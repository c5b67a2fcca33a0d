/** What the judge said of a corpus: verdicts, and by rule how often it was asked and what it objected to. */
import type { Divergence, Replay } from '../../replay/index.ts';

/** Objections of one rule that are printed whole. */
const SHOWN = 3;

export class Tally {
  recordings = 0;
  events = 0;
  /** What was only called unlikely. */
  suspicions = 0;
  /** Recordings by verdict. */
  readonly verdicts = new Map<string, number>();
  readonly programs = new Set<string>();
  readonly platforms = new Set<string>();
  readonly #checks = new Map<string, number>();
  readonly #objections = new Map<string, number>();

  add(program: string, replay: Replay): void {
    this.recordings++;
    this.events += replay.events;
    this.suspicions += replay.suspicions.length;
    this.programs.add(program);
    this.verdicts.set(replay.verdict, (this.verdicts.get(replay.verdict) ?? 0) + 1);
    for (const { row, count } of replay.coverage.rows) add(this.#checks, row, count);
    if (replay.verdict !== 'diverges' && replay.verdict !== 'malformed') return;
    for (const { rule } of replay.divergences) add(this.#objections, rule, 1);
  }

  get objections(): number {
    return [...this.#objections.values()].reduce((sum, n) => sum + n, 0);
  }

  /** A line for each rule, objections first. */
  rules(): string[] {
    const rules = new Set([...this.#objections.keys(), ...this.#checks.keys()]);
    const rows = [...rules].map((rule) => ({
      rule,
      checks: this.#checks.get(rule) ?? 0,
      objections: this.#objections.get(rule) ?? 0,
    }));
    rows.sort((a, b) => b.objections - a.objections || (a.rule < b.rule ? -1 : 1));
    return rows.map(
      ({ rule, checks, objections }) =>
        `${String(objections).padStart(6)} objections  ${checks.toLocaleString('en-US').padStart(13)} checks  ${rule}`,
    );
  }
}

function add(counts: Map<string, number>, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n);
}

/** The objections to one recording, a few of each rule, with the command that shows them again. */
export function objectionsText(path: string, divergences: readonly Divergence[]): string[] {
  const byRule = new Map<string, Divergence[]>();
  for (const each of divergences) byRule.set(each.rule, [...(byRule.get(each.rule) ?? []), each]);
  return [...byRule].flatMap(([rule, all]) => [
    `  ${rule}: ${all.length}`,
    ...all.slice(0, SHOWN).map(({ observed, id }) => `    ${id}: ${observed}`),
    `    again: gotwin replay ${path}`,
  ]);
}
