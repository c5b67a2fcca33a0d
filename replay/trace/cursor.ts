/** One event at a time: an object that moves, so that reading millions of them makes none. */
import {
  EV,
  type EventSpec,
  eventArgsText,
  eventName,
  type Generation,
  NONE,
  type StackFrame,
  specOf,
} from '../decode/index.ts';
import type { OrderedGeneration } from '../order/index.ts';

const { CPUSample } = EV;

/** Arguments of a CPU sample, which stand for the context that other events have from their batch. */
const SAMPLE = { m: 0, p: 1, g: 2 } as const;

/**
 * Moves over the events of a generation, in the order of the file or, given what
 * `Orderer` made of it, in the order in which they happened:
 *
 *     const event = new EventCursor();
 *     event.over(orderer.order(generation));
 *     while (event.next()) if (event.kind === EV.GoStart) console.log(event.time, event.arg('g'));
 *
 * Everything it says is about the event that it stands on, and is worked out when
 * it is asked for. Before the first `next` it stands nowhere, and nothing may be asked.
 */
export class EventCursor {
  #generation: Generation | undefined;
  #history: OrderedGeneration | undefined;
  #count = 0;
  #position = -1;
  #row = -1;

  /** Stands before the first event of a generation (file order) or of its history. */
  over(events: Generation | OrderedGeneration): this {
    const history = 'generation' in events ? events : undefined;
    this.#history = history;
    this.#generation = history === undefined ? (events as Generation) : history.generation;
    this.#count = events.count;
    this.#position = -1;
    this.#row = -1;
    return this;
  }

  /** Moves to the next event; false when there is none, and then it stands on the last. */
  next(): boolean {
    if (this.#position + 1 >= this.#count) return false;
    this.#position++;
    this.#row = this.#history === undefined ? this.#position : this.#history.event[this.#position]!;
    return true;
  }

  /** Moves to a position, 0 to `count` - 1. Throws a RangeError elsewhere. */
  seek(position: number): this {
    if (!Number.isInteger(position) || position < 0 || position >= this.#count) {
      throw new RangeError(`position ${position} of ${this.#count} events`);
    }
    this.#position = position - 1;
    this.next();
    return this;
  }

  /** Events that it moves over. */
  get count(): number {
    return this.#count;
  }

  /** From 0: how many events come before this one. */
  get position(): number {
    return this.#position;
  }

  /** Where the event stands in the generation's columns. */
  get row(): number {
    return this.#row;
  }

  /** The generation that the event belongs to. */
  get generation(): Generation {
    return this.#generation ?? this.#nowhere();
  }

  /** The type number; `EV` has them by name: `event.kind === EV.GoStart`. */
  get kind(): number {
    return this.#generation?.columns.kind[this.#row] ?? this.#nowhere();
  }

  /** Go's name of the kind: `GoStart`. */
  get name(): string {
    return eventName(this.kind);
  }

  /**
   * Nanoseconds since the trace's `base`. In a history as Go's reader gives it:
   * each later than the one before. In file order as written (`writtenTime`).
   */
  get time(): number {
    return this.#history === undefined
      ? this.writtenTime
      : (this.#history.time[this.#position] ?? this.#nowhere());
  }

  /** Nanoseconds since the trace's `base` by the clock of the M that wrote it. */
  get writtenTime(): number {
    return this.#generation?.columns.time[this.#row] ?? this.#nowhere();
  }

  /** The thread that it happened on, as the system numbers them; NONE (-1) where the trace names none. */
  get m(): number {
    const generation = this.#here();
    return this.kind === CPUSample ? generation.arg(this.#row, SAMPLE.m) : generation.m(this.#row);
  }

  /**
   * The P of that M before the event takes effect; NONE (-1) for none. In file
   * order only old traces (before Go 1.22) and CPU samples know it, others say NONE.
   */
  get p(): number {
    if (this.#history !== undefined) return this.#history.p[this.#position] ?? this.#nowhere();
    const { settled } = this.#here();
    if (settled !== undefined) return settled.p[this.#row]!;
    return this.kind === CPUSample ? this.#generation!.arg(this.#row, SAMPLE.p) : NONE;
  }

  /** The goroutine on that M before the event takes effect; NONE (-1) as for `p`. */
  get g(): number {
    if (this.#history !== undefined) return this.#history.g[this.#position] ?? this.#nowhere();
    const { settled } = this.#here();
    if (settled !== undefined) return settled.g[this.#row]!;
    if (this.kind !== CPUSample) return NONE;
    // A sample says 0 where an event says "none".
    return this.#generation!.arg(this.#row, SAMPLE.g) || NONE;
  }

  /** File offset of the event's first byte. */
  get offset(): number {
    return this.#here().offsetOf(this.#row);
  }

  /** What the kind means and which arguments it has; undefined for a kind that no release knows. */
  get spec(): EventSpec | undefined {
    return specOf(this.kind);
  }

  /** How many arguments, the time not counted. */
  get argCount(): number {
    return this.#here().argCount(this.#row);
  }

  /** Whether it has an argument of that name, which is Go's: `g_seq`, `reason_string`. */
  has(name: string): boolean {
    return this.#indexOf(name) >= 0;
  }

  /**
   * An argument, by Go's name or by its place after the time, from 0. "None" is
   * NONE (-1); past 2^53 it is NaN, and `wideArg` is exact. Throws a RangeError
   * where the event has no such argument.
   */
  arg(which: string | number): number {
    return this.#here().arg(this.#row, this.#place(which));
  }

  /** The same, exact up to 2^64 - 1, which is "none". */
  wideArg(which: string | number): bigint {
    return this.#here().wideArg(this.#row, this.#place(which));
  }

  /**
   * The text that an argument refers to; `(string 12)` where a damaged trace
   * lacks it. Throws a RangeError where that argument is no string.
   */
  string(which: string | number): string {
    return this.#here().string(this.#reference(which, 'string'));
  }

  /**
   * The stack of whoever did it, or, with an argument's name, that one's
   * (`new_stack` of GoCreate: where the goroutine begins). Innermost frame
   * first; empty where none was recorded. Decoded once for each different stack.
   */
  stack(which?: string | number): readonly StackFrame[] {
    if (which !== undefined) return this.#here().stack(this.#reference(which, 'stack'));
    const at = specOf(this.kind)?.stack ?? -1;
    // The table counts the time, which the columns do not hold.
    return at < 1 ? [] : this.#here().stack(this.#here().arg(this.#row, at - 1));
  }

  /** All arguments for people, as `go tool trace -d=wire` names them: `g=7 g_seq=12`. */
  argsText(): string {
    return eventArgsText(this.#here(), this.#row);
  }

  /** The generation, where the cursor stands on an event of it. */
  #here(): Generation {
    return this.#row < 0 ? this.#nowhere() : this.#generation!;
  }

  #nowhere(): never {
    const why =
      this.#generation === undefined
        ? 'is over no events yet: call over'
        : 'stands before the first event: call next';
    throw new RangeError(`the cursor ${why}`);
  }

  #reference(which: string | number, kind: 'string' | 'stack'): number {
    const place = this.#place(which);
    if (specOf(this.kind)?.kinds[place + 1] !== kind) {
      throw new RangeError(`argument ${which} of ${this.name} is no ${kind}`);
    }
    return this.#here().arg(this.#row, place);
  }

  #place(which: string | number): number {
    const place = typeof which === 'string' ? this.#indexOf(which) : which;
    if (place >= 0 && place < this.argCount && Number.isInteger(place)) return place;
    const names = specOf(this.kind)?.args.slice(1).join(', ') || 'none';
    throw new RangeError(`${this.name} has no argument ${which}; its arguments: ${names}`);
  }

  #indexOf(name: string): number {
    // The table's first is `dt` or `time`, which the columns hold as the time.
    return (specOf(this.kind)?.args.indexOf(name, 1) ?? 0) - 1;
  }
}
