/**
 * The trace against the system: its threads and its times. A rule is asked only where a listing cannot have missed
 * anything and a thread id cannot have been given to another thread meanwhile, which is inside of one batch: a batch is
 * one thread's from its first byte to its last.
 */
import type { Generation } from '../decode/index.ts';
import { type Release, systemModelOf } from '../model/index.ts';
import type { Divergence, EventView, RowCoverage } from '../result.ts';
import { signature } from '../signature.ts';
import type { System } from './read.ts';

export type Unnumbered = Omit<Divergence, 'id' | 'repro'>;

/**
 * The runtime gives each event a tick of its own, so times of a burst run ahead of the clock: 0.2 ms were seen.
 */
const AHEAD_NS = 10e6;
/** So many samples in a row have to miss a thread that was there: each of them missing it would be luck. */
const MISSED = 3;
/** A finding of each rule is enough: what follows has the same reason. */
const MOST = 1;

export class SystemJudge {
  readonly divergences: Unnumbered[] = [];
  /** Batches about which each rule could say something. */
  readonly #asked = new Map<string, number>();
  #uncounted = 0;
  readonly #system: System;
  readonly #release: Release;

  constructor(system: System, release: Release) {
    this.#system = system;
    this.#release = release;
  }

  get #canTell(): boolean {
    return this.#system.isTraced && this.#system.isSound;
  }

  get uncounted(): number {
    return this.#uncounted;
  }

  /** `base`: nanotime from which the generation's times count. */
  see(generation: Generation, base: number): void {
    const { whole } = this.#system;
    if (!this.#canTell || generation.partial || generation.tickAssumed || generation.settled !== undefined)
      return;
    for (const batch of generation.batches) {
      if (batch.kind !== 'events' || batch.m < 0 || batch.last <= batch.first) continue;
      const begin = batch.time;
      const end = generation.columns.time[batch.last - 1] as number;
      const span = { m: batch.m, begin, end, base, generation: generation.number, offset: batch.offset };
      this.#askLifetime(span);
      if (whole.length >= MISSED) this.#askThread(span);
    }
  }

  rows(): RowCoverage[] {
    return systemModelOf(this.#release).map(({ id, text }) => ({
      row: id,
      family: 'os',
      text,
      layer: 'os' as const,
      count: this.#asked.get(id) ?? 0,
      facets: {},
      observable: this.#canTell,
    }));
  }

  #askLifetime(span: Span): void {
    const { startNs, endNs } = this.#system;
    this.#ask('os/lifetime');
    const early = startNs - (span.base + span.begin);
    const late = endNs === undefined ? 0 : span.base + span.end - endNs - AHEAD_NS;
    if (early > 0)
      this.#found('os/lifetime', span, 'early', `was begun ${ms(early)} before the process was started`);
    else if (late > 0)
      this.#found(
        'os/lifetime',
        span,
        'late',
        `goes on for ${ms(late + AHEAD_NS)} after the process had ended`,
      );
  }

  #askThread(span: Span): void {
    const { whole, seen } = this.#system;
    const first = firstFrom(whole, span.base + span.begin);
    let last = first;
    while (last < whole.length && whole[last]!.to < span.base + span.end - AHEAD_NS) last++;
    if (last - first < MISSED) return;
    this.#ask('os/thread');
    if (isListed(seen.get(span.m) ?? [], first, last)) return;
    this.#found(
      'os/thread',
      span,
      'never listed',
      `lasts ${ms(span.end - span.begin)}, and none of the ${last - first} lists of the process's threads in that time has thread ${span.m}`,
    );
  }

  #ask(rule: string): void {
    this.#asked.set(rule, (this.#asked.get(rule) ?? 0) + 1);
  }

  #found(rule: 'os/thread' | 'os/lifetime', span: Span, shape: string, what: string): void {
    if (this.divergences.filter((each) => each.rule === rule).length >= MOST) {
      this.#uncounted++;
      return;
    }
    const { text, cite } = systemModelOf(this.#release).find(({ id }) => id === rule)!;
    this.divergences.push({
      signature: signature(rule, 'M', [shape]),
      class: 'diverges',
      rule,
      text,
      cite: [...cite],
      layers: ['trace', 'os'],
      evidence: 'observed',
      subject: { kind: 'M', id: String(span.m) },
      at: viewOf(span),
      before: [],
      observed: `a batch of thread ${span.m} ${what}`,
      allowed: [{ row: rule, text, guards: [{ text, holds: false, why: `a batch ${what}` }] }],
      slice: [],
      consequences: 0,
    });
  }
}

interface Span {
  readonly m: number;
  /** Of the batch, and of its last event: ns from `base` on. */
  readonly begin: number;
  readonly end: number;
  readonly base: number;
  readonly generation: number;
  readonly offset: number;
}

/** Index of the first that began at that time or later. */
function firstFrom(samples: readonly { readonly from: number }[], time: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.from < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether one of the samples `[first, last)` lists a thread that came and went at these, in turns. */
function isListed(turns: readonly number[], first: number, last: number): boolean {
  for (let i = 0; i < turns.length; i += 2) {
    if (turns[i]! < last && (turns[i + 1] ?? Number.POSITIVE_INFINITY) > first) return true;
  }
  return false;
}

function viewOf({ m, begin, generation, offset }: Span): EventView {
  const none = { index: -1, p: -1, g: -1, stack: [] };
  return { ...none, generation, time: begin, m, name: 'batch', args: `m=${m}`, offset };
}

function ms(ns: number): string {
  return `${(ns / 1e6).toFixed(1)} ms`;
}
