/**
 * Our reader's events in the vocabulary of Go's, as the lines that main.go
 * prints. Generation for generation: memory does not follow the trace's length.
 */
import {
  EV,
  type EventSpec,
  type Generation,
  type OrderedGeneration,
  Orderer,
  openTrace,
  specOf,
  type TraceReader,
  type TraceSource,
} from '../replay/index.ts';
import { type Context, type Id, idOf, Memory, NO_TASK } from './memory.ts';
import { EXPERIMENTS, KEPT, LIFTS, type Lift } from './vocabulary.ts';
import { hashOf, Words } from './words.ts';

/** What our reader said besides the events. */
export interface Account {
  events: number;
  readonly reader: TraceReader;
  /** Events that nothing could make ready, and events that a damaged generation gave no place. */
  forced: number;
  unplaced: number;
  /** By wire event: how many were read. */
  readonly kinds: Float64Array;
  /** How many events stand before the first that is in doubt. */
  certain: number;
}

/** Lines handed out at once: few awaits, little memory. */
const CHUNK = 4096;

export class Lifter {
  /** Frames by hash, of every stack that a line named. */
  readonly frames = new Map<string, string>();
  readonly #memory = new Memory();
  #account: Account | undefined;
  /** The last time handed out. Go counts from 0. */
  #last = 0n;
  #syncs = 0;
  #base = 0n;

  get account(): Account {
    if (this.#account === undefined) throw new Error('nothing was read');
    return this.#account;
  }

  /** Every event of a trace, in pieces. Throws as `openTrace` does. */
  async *lines(source: TraceSource): AsyncGenerator<string[], void, void> {
    const reader = await openTrace(source, { reuse: true });
    const account: Account = {
      events: 0,
      reader,
      forced: 0,
      unplaced: 0,
      kinds: new Float64Array(256),
      certain: Number.POSITIVE_INFINITY,
    };
    this.#account = account;
    const orderer = new Orderer({ reuse: true });
    for await (const generation of reader.generations()) {
      const ordered = orderer.order(generation);
      account.forced += ordered.forced.length;
      account.unplaced += ordered.unplaced;
      this.#base = reader.base;
      yield* this.#generation(ordered);
    }
    // Where something was lost, Go has an error and no such event.
    if (reader.damage !== undefined) account.certain = Math.min(account.certain, account.events);
    account.events++;
    yield [`${this.#tick()} Sync m=-1 p=-1 g=-1 n=${++this.#syncs} stack=-`];
  }

  *#generation(ordered: OrderedGeneration): Generator<string[], void, void> {
    const { generation } = ordered;
    const words = new Words(generation, this.frames);
    this.#memory.begin(this.#syncs === 0, generation.settled !== undefined);
    const { account } = this;
    const doubt = generation.partial ? 0 : (ordered.forced[0]?.position ?? Number.POSITIVE_INFINITY);
    if (doubt === 0) account.certain = Math.min(account.certain, account.events);
    let lines = [this.#sync(generation)];
    const { kind } = generation.columns;
    for (let i = 0; i < ordered.count; i++) {
      const row = ordered.event[i]!;
      if (i === doubt) account.certain = Math.min(account.certain, account.events + lines.length);
      this.#event(lines, words, generation, row, kind[row]!, {
        time: ordered.time[i]!,
        p: ordered.p[i]!,
        g: ordered.g[i]!,
      });
      if (lines.length < CHUNK) continue;
      account.events += lines.length;
      yield lines;
      lines = [];
    }
    account.events += lines.length;
    yield lines;
  }

  #sync(generation: Generation): string {
    const start = this.#base + BigInt(generation.startTime);
    // A trace of the old format begins before its first event, at -1.
    this.#last = start > this.#last || generation.settled !== undefined ? start : this.#last + 1n;
    const clock = clockText(generation, this.#base);
    const batches = generation.experimental
      .map(({ experiment, m, data }) => ` ${EXPERIMENTS[experiment] ?? experiment}:m=${m}:${hashOf(data)}`)
      .join('');
    return `${this.#last} Sync m=-1 p=-1 g=-1 n=${++this.#syncs}${clock}${batches} stack=-`;
  }

  /** A nanosecond behind the last event: where Go puts one that has no time of its own. */
  #tick(): bigint {
    this.#last += 1n;
    return this.#last;
  }

  #event(
    lines: string[],
    words: Words,
    generation: Generation,
    row: number,
    kind: number,
    place: { time: number; p: Id; g: Id },
  ): void {
    this.account.kinds[kind]!++;
    const spec = specOf(kind)!;
    const lifts = LIFTS[spec.name as keyof typeof LIFTS] ?? [];
    const sample = kind === EV.CPUSample;
    const m = sample ? idOf(generation, row, 0) : generation.m(row);
    const context: Context = { m, p: place.p, g: place.g };
    const event = new LiftedEvent(generation, row, spec, words, this.#memory, context);
    const made = lifts.filter((lift) => !('needsP' in lift) || context.p !== -1);
    // The orderer keeps the time of the steal that it does not show, and those behind a switch.
    let time = this.#base + BigInt(place.time) - (made[0] !== undefined && 'needsP' in made[0] ? 1n : 0n);
    // A clock that begins at 0: see differences.ts.
    if (this.#base === 0n && time <= this.#last) time = this.#last + 1n;
    for (const [i, lift] of made.entries()) {
      const details = event.details(lift);
      const { m, p } = context;
      const g = 'alone' in lift ? -1 : context.g;
      const stack = i === 0 || !('alone' in lift) ? event.stack(lift) : '-';
      lines.push(`${time} ${lift.as} m=${m} p=${p} g=${g}${details} stack=${stack}`);
      time++;
    }
    this.#last = time - 1n;
    if (!sample) this.#memory.apply(kind, row, generation, { ...context, m });
  }
}

function clockText({ clock }: Generation, base: bigint): string {
  if (clock === undefined) return '';
  const sec = clock.sec + BigInt(Math.floor(clock.nsec / 1e9));
  return ` trace=${base + BigInt(clock.time)} mono=${clock.mono} wall=${sec}.${clock.nsec % 1e9}`;
}

/** One wire event, of which one or several of Go's are made. */
class LiftedEvent {
  readonly #generation: Generation;
  readonly #row: number;
  readonly #spec: EventSpec;
  readonly #words: Words;
  readonly #memory: Memory;
  readonly #context: Context;

  constructor(
    generation: Generation,
    row: number,
    spec: EventSpec,
    words: Words,
    memory: Memory,
    context: Context,
  ) {
    this.#generation = generation;
    this.#row = row;
    this.#spec = spec;
    this.#words = words;
    this.#memory = memory;
    this.#context = context;
  }

  /** What stands between an event's context and its stack. */
  details(lift: Lift): string {
    switch (lift.as) {
      case 'StateTransition':
        return this.#transition(lift);
      case 'RangeBegin':
      case 'RangeActive':
      case 'RangeEnd':
        return this.#range(lift);
      case 'Metric':
        return ` "${lift.name}" ${this.#unsigned(lift.value)}`;
      case 'Label':
        return ` ${this.#string('label_string')} Goroutine(${this.#context.g})`;
      case 'TaskBegin':
        return this.#taskBegin();
      case 'TaskEnd': {
        const { parent, name } = this.#memory.endTask(this.#id('task'));
        return ` task=${this.#unsigned('task')} parent=${parent} ${name}`;
      }
      case 'RegionBegin':
      case 'RegionEnd':
        return ` task=${this.#unsigned('task')} ${this.#string('name_string')}`;
      case 'Log':
        return ` task=${this.#unsigned('task')} ${this.#string('key_string')} ${this.#string('value_string')}`;
      case 'Experimental':
        return ` AllocFree ${this.#spec.name}${this.#spec.args
          .slice(1)
          .map((name) => ` ${name}=${this.#unsigned(name)}`)
          .join('')}`;
      case 'StackSample':
        return '';
    }
  }

  /** The stack of whoever did it. */
  stack(lift: Lift): string {
    const first = LIFTS[this.#spec.name as keyof typeof LIFTS]?.[0] === lift;
    return first && this.#spec.stack >= 0 ? this.#stackOf('stack') : '-';
  }

  #transition(lift: Extract<Lift, { as: 'StateTransition' }>): string {
    const { p, g } = this.#context;
    const own = lift.resource === 'Goroutine' ? g : p;
    const id = lift.who === 'own' ? own : this.#id(lift.who);
    const { from, to } = this.#change(lift, id);
    const reason = lift.reason === undefined ? '""' : this.#string(lift.reason);
    const of = lift.of === undefined ? '-' : this.#stackOf(lift.of);
    return ` ${lift.resource}(${id}) ${from}->${to} ${reason} of=${of}`;
  }

  #change(lift: Extract<Lift, { as: 'StateTransition' }>, id: Id): { from: string; to: string } {
    if (lift.from !== KEPT) return lift;
    if (lift.to !== KEPT) return { from: this.#memory.stolenFrom(id), to: lift.to };
    if (lift.resource === 'Proc') {
      return this.#memory.procStatus(id, Number(this.#id('pstatus')), this.#context);
    }
    return this.#memory.goStatus(id, this.#id('m'), Number(this.#id('gstatus')), this.#context);
  }

  #range(lift: Extract<Lift, { as: 'RangeBegin' | 'RangeActive' | 'RangeEnd' }>): string {
    const name = lift.name === KEPT ? this.#stop() : `"${lift.name}"`;
    const { p, g } = this.#context;
    const own = lift.scope === 'Goroutine' ? g : p;
    const scope = lift.who === undefined ? '' : `(${lift.who === 'own' ? own : this.#id(lift.who)})`;
    const attributes = (lift.attributes ?? []).map(([key, arg]) => ` "${key}"=${this.#unsigned(arg)}`);
    return ` ${name} ${lift.scope}${scope}${attributes.join('')}`;
  }

  #stop(): string {
    const name = this.#spec.type === EV.STWBegin ? this.#string('kind_string') : '""';
    const stop = this.#memory.stop(this.#spec.type, this.#context.g, name.slice(1, -1));
    return `"stop-the-world (${stop})"`;
  }

  #taskBegin(): string {
    const parent = this.#unsigned('parent_task');
    // A parent of 0 is none; only regions belong to the background task.
    const shown = parent === '0' ? NO_TASK : parent;
    const name = this.#string('name_string');
    this.#memory.beginTask(this.#id('task'), name, shown);
    return ` task=${this.#unsigned('task')} parent=${shown} ${name}`;
  }

  #index(name: string): number {
    // A timed event's first argument is its time, and a sample's too.
    return this.#spec.args.indexOf(name) - 1;
  }

  #id(name: string): Id {
    return idOf(this.#generation, this.#row, this.#index(name));
  }

  #unsigned(name: string): string {
    return String(this.#generation.wideArg(this.#row, this.#index(name)));
  }

  #string(name: string): string {
    return this.#words.quoted(Number(this.#generation.arg(this.#row, this.#index(name))));
  }

  #stackOf(name: string): string {
    return this.#words.stack(Number(this.#generation.arg(this.#row, this.#index(name))));
  }
}
