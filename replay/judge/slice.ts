/**
 * The causal slice of a finding: the last events of each thing that took part,
 * and those that set the state before. Collected in a second pass over the
 * recording, since the first keeps no event once it is judged; good recordings
 * never need it.
 */
import { EV, NONE, specOf } from '../decode/index.ts';
import type { OrderedGeneration } from '../order/index.ts';
import type { EventView, SliceStep } from '../result.ts';
import type { Finding } from './findings.ts';
import { viewOf } from './view.ts';

/** Events shown of each goroutine, P and M that took part. */
const LAST = 3;

type Kind = 'G' | 'P' | 'M';

interface Touched {
  readonly view: EventView;
  readonly names: Set<string>;
}

/** What one finding still wants to see. */
class Wanted {
  readonly finding: Finding;
  readonly setBy: Set<number>;
  readonly last = new Map<string, Touched[]>();
  readonly kept = new Map<number, Touched>();

  constructor(finding: Finding) {
    this.finding = finding;
    this.setBy = new Set(finding.before.flatMap((fact) => (fact.setBy === undefined ? [] : [fact.setBy])));
    const { goroutines, procs, threads, single } = finding.involved;
    for (const g of goroutines) this.last.set(key('G', g), []);
    for (const p of procs) this.last.set(key('P', p), []);
    for (const m of threads) this.last.set(key('M', m), []);
    if (single !== undefined) this.last.set(single, []);
  }

  see(touched: Touched): void {
    if (this.setBy.has(touched.view.index)) this.kept.set(touched.view.index, touched);
    for (const name of touched.names) {
      const events = this.last.get(name);
      if (events === undefined) continue;
      events.push(touched);
      if (events.length > LAST) events.shift();
    }
  }

  steps(): SliceStep[] {
    for (const events of this.last.values()) for (const each of events) this.kept.set(each.view.index, each);
    const events = [...this.kept.values()].sort((a, b) => a.view.index - b.view.index);
    const latest = new Map<string, number>();
    return events.map(({ view, names }) => {
      const shared = [...names].filter((name) => this.last.has(name));
      const after = [...new Set(shared.flatMap((name) => latest.get(name) ?? []))].sort((a, b) => a - b);
      for (const name of shared) latest.set(name, view.index);
      return { event: view, role: this.#role(view, shared), after };
    });
  }

  #role(view: EventView, shared: string[]): string {
    if (view.index === this.finding.at.index) return 'the event that no row allows';
    const facts = this.finding.before.filter((fact) => fact.setBy === view.index);
    if (facts.length > 0) return facts.map((fact) => `makes ${fact.name} ${fact.value}`).join(', ');
    return `on ${shared.join(', ')}`;
  }
}

function key(kind: Kind, id: number): string {
  return `${kind}${id}`;
}

export class Slices {
  readonly #wanted: Wanted[];
  readonly #names = new Set<string>();
  readonly #indexes = new Set<number>();
  readonly #until: number;
  #seen = 0;

  constructor(findings: readonly Finding[]) {
    this.#wanted = findings.map((finding) => new Wanted(finding));
    this.#until = findings.reduce((max, finding) => Math.max(max, finding.at.index), -1);
    for (const { last, setBy } of this.#wanted) {
      for (const name of last.keys()) this.#names.add(name);
      for (const index of setBy) this.#indexes.add(index);
    }
  }

  /** False once every finding has been passed. */
  get unfinished(): boolean {
    return this.#seen <= this.#until;
  }

  see(ordered: OrderedGeneration): void {
    const count = Math.min(ordered.count, this.#until + 1 - this.#seen);
    for (let position = 0; position < count; position++)
      this.#offer(ordered, position, this.#seen + position);
    this.#seen += ordered.count;
  }

  steps(finding: number): SliceStep[] {
    return this.#wanted[finding]?.steps() ?? [];
  }

  #offer(ordered: OrderedGeneration, position: number, index: number): void {
    const names = namesOf(ordered, position);
    const wanted = this.#indexes.has(index) || names.some((name) => this.#names.has(name));
    if (!wanted) return;
    const touched = { view: viewOf(ordered, position, index), names: new Set(names) };
    for (const each of this.#wanted) if (index <= each.finding.at.index) each.see(touched);
  }
}

/** Everything that an event touches, by name. */
function namesOf(ordered: OrderedGeneration, position: number): string[] {
  const { generation } = ordered;
  const event = ordered.event[position] as number;
  const kind = generation.columns.kind[event] as number;
  const names: string[] = [];
  const add = (of: Kind, id: number): void => {
    if (id !== NONE) names.push(key(of, id));
  };
  add('M', generation.m(event));
  add('P', ordered.p[position] as number);
  add('G', ordered.g[position] as number);
  const spec = specOf(kind);
  const first = spec?.kinds[1];
  if (first === 'g') add('G', generation.arg(event, 0));
  if (first === 'p') add('P', generation.arg(event, 0));
  if (kind === EV.GCBegin || kind === EV.GCEnd || kind === EV.GCActive) names.push('gc');
  if (kind === EV.STWBegin || kind === EV.STWEnd) names.push('stw');
  return names;
}
