/** Makes mutants of real traces, asks the judge and, where there is one, a peer, and counts. */
import { firstObjection, type Objection } from './ask.ts';
import { KINDS, LOST_GENERATION, LOST_GENERATION_TEXT } from './kinds.ts';
import { type Mutant, type MutantOptions, mutantsOf, type RealTrace } from './mutants.ts';
import { isWellNamed } from './named.ts';
import type { MutantKindResult, Survivor, TraceMutation } from './result.ts';

/** Another judge: Go's reader, and the validator behind it. Empty texts where they accept. */
export interface Peer {
  readonly version: string;
  ask(trace: Uint8Array): Promise<{ readonly reader: string; readonly validator: string }>;
}

export interface MutationOptions extends MutantOptions {
  readonly peer?: Peer | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many were judged. */
  readonly onProgress?: ((judged: number, kind: string) => void) | undefined;
}

/** Mutants between two words to whoever waits. */
const OFTEN = 100;
/** Noticed mutants that are shown, spread over all. */
const SAMPLE = 100;

/** Throws FormatError, VersionError, and UnsoundTraceError for a trace to which there are objections already. */
export async function mutateTraces(
  traces: readonly RealTrace[],
  options: MutationOptions,
): Promise<TraceMutation> {
  const from = process.cpuUsage().user;
  for (const { name, bytes, go } of traces) {
    const objection = await firstObjection(bytes, go);
    if (objection !== undefined) throw new UnsoundTraceError(name, objection);
  }
  const tally = new Tally(options.peer !== undefined);
  let judged = 0;
  for (const mutant of mutantsOf(traces, options)) {
    options.signal?.throwIfAborted();
    const answer = options.peer?.ask(mutant.bytes);
    const objection = await firstObjection(mutant.bytes, mutant.go);
    tally.add(mutant, objection, await answer);
    if (++judged % OFTEN === 0) options.onProgress?.(judged, mutant.kind);
  }
  return {
    seed: options.seed,
    count: options.count,
    traces: traces.map(({ name, go, bytes }) => ({ name, go, bytes: bytes.length })),
    peer: options.peer?.version ?? null,
    ...tally.result(),
    cpuMs: (process.cpuUsage().user - from) / 1000,
  };
}

/** What is made wrong must have been right. */
class UnsoundTraceError extends Error {
  override readonly name = 'UnsoundTraceError';
  readonly code = 'unsound';
  readonly trace: string;

  constructor(trace: string, { rule, observed }: Objection) {
    super(`${trace} is no trace to make mutants of: ${rule} objects to it already: ${observed}`);
    this.trace = trace;
  }
}

type Answer = { readonly reader: string; readonly validator: string } | undefined;
type Noticed = TraceMutation['sample'][number];

/** Growing counts: what a MutantKindResult has, to be written. */
type Counts = { -readonly [K in keyof MutantKindResult]: MutantKindResult[K] };

class Tally {
  readonly #kinds = new Map<string, Counts>();
  readonly #survivors = new Map<string, Survivor>();
  readonly #noticed: Noticed[] = [];
  readonly #asksGo: boolean;

  constructor(asksGo: boolean) {
    this.#asksGo = asksGo;
  }

  add(mutant: Mutant, objection: Objection | undefined, answer: Answer): void {
    const counts = this.#countsOf(mutant.kind);
    const refused = answer !== undefined && (answer.reader !== '' || answer.validator !== '');
    counts.made++;
    if (mutant.legal !== undefined) {
      counts.legal++;
      if (objection !== undefined || refused) counts.legalRefused++;
      return;
    }
    if (counts.go !== null) {
      if (answer?.reader !== '') counts.go.reader++;
      if (refused) counts.go.either++;
    }
    if (objection === undefined) this.#survive(mutant, refused);
    else this.#notice(mutant, objection, counts);
  }

  #notice({ kind, what, trace }: Mutant, objection: Objection, counts: Counts): void {
    if (objection.suspicious) counts.suspected++;
    else counts.noticed++;
    counts.rules[objection.rule] = (counts.rules[objection.rule] ?? 0) + 1;
    if (!isWellNamed(kind, objection)) counts.misnamed++;
    const { rule, event, observed } = objection;
    this.#noticed.push({ kind, what: `${trace}: ${what}`, rule, event, observed });
  }

  #survive({ kind, events, what, trace }: Mutant, refused: boolean): void {
    const key = `${kind} ${events}`;
    const known = this.#survivors.get(key);
    const go = this.#asksGo ? (known?.go ?? 0) + (refused ? 1 : 0) : null;
    const count = (known?.count ?? 0) + 1;
    this.#survivors.set(key, {
      kind,
      events,
      count,
      go,
      example: known?.example ?? what,
      trace: known?.trace ?? trace,
    });
  }

  #countsOf(kind: string): Counts {
    let counts = this.#kinds.get(kind);
    if (counts === undefined) {
      counts = {
        kind,
        text: KINDS.find(({ name }) => name === kind)?.text ?? LOST_GENERATION_TEXT,
        made: 0,
        legal: 0,
        noticed: 0,
        suspected: 0,
        legalRefused: 0,
        rules: {},
        misnamed: 0,
        go: this.#asksGo ? { reader: 0, either: 0 } : null,
      };
      this.#kinds.set(kind, counts);
    }
    return counts;
  }

  result(): Pick<TraceMutation, 'kinds' | 'survivors' | 'sample'> {
    const order = [...KINDS.map(({ name }) => name), LOST_GENERATION];
    const kinds = [...this.#kinds.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    const survivors = [...this.#survivors.values()].sort(
      (a, b) =>
        order.indexOf(a.kind) - order.indexOf(b.kind) || b.count - a.count || (a.events < b.events ? -1 : 1),
    );
    const step = Math.max(1, Math.floor(this.#noticed.length / SAMPLE));
    const sample = this.#noticed.filter((_, i) => i % step === 0).slice(0, SAMPLE);
    return { kinds, survivors, sample };
  }
}
