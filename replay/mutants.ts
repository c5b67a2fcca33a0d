/**
 * Ten ways in which a recorded history can be wrong, each as an edit of a real
 * trace. They prove that the model bites: every one must be named by its rule,
 * at its event.
 */
import {
  dropEvent,
  dropGeneration,
  duplicateEvent,
  findEvents,
  insertEvent,
  swapWithNext,
  type WireBatch,
  type WireEvent,
  type WirePlace,
  type WireTrace,
} from './decode/index.ts';

export interface Mutant {
  readonly name: string;
  /** The rule that must name it, or one of those, where the trace decides which comes first. */
  readonly rules: readonly string[];
  /** The event at which it must be noticed, or one of those. */
  readonly events: readonly string[];
  readonly class: 'diverges' | 'malformed';
  /** Edits the trace, and says what it did. */
  readonly edit: (trace: WireTrace) => Edited;
}

export interface Edited {
  /** The id that the finding must name. */
  readonly subject?: string;
  /** What a slice must hold: what was put in or moved; where something was taken out, what stands on the sides of the hole. */
  readonly shows: readonly WireEvent[];
}

/** The place in the middle of those that fit: far from the ends, where status events blur things. */
export function middle(places: Iterable<WirePlace>, what: string): WirePlace {
  const all = [...places];
  const place = all[all.length >> 1];
  if (place === undefined) throw new RangeError(`the trace holds no ${what}`);
  return place;
}

const goid = (event: WireEvent): number => Number(event.args.g);

/** Later events about one goroutine in a generation: their numbers are moved, so that only the edit is wrong. */
function renumber(place: WirePlace, g: number, from: number, by: number): void {
  for (const batch of place.generation.batches) {
    for (const { args } of batch.events) {
      if (args.g === g && args.g_seq !== undefined && Number(args.g_seq) >= from)
        args.g_seq = Number(args.g_seq) + by;
    }
  }
}

/** A GoUnblock whose goroutine is started next, by number; and that start. */
function unblockThenStart(trace: WireTrace): { place: WirePlace; start: WireEvent } {
  const places = findEvents(trace, 'GoUnblock', (place) => startAfter(place) !== undefined);
  const place = middle(places, 'goroutine that is readied and started');
  return { place, start: startAfter(place) as WireEvent };
}

function startAfter({ generation, event }: WirePlace): WireEvent | undefined {
  const next = Number(event.args.g_seq) + 1;
  return inGeneration(
    generation,
    (other) => other.name === 'GoStart' && goid(other) === goid(event) && Number(other.args.g_seq) === next,
  );
}

function inGeneration(
  { batches }: WirePlace['generation'],
  test: (event: WireEvent) => boolean,
): WireEvent | undefined {
  for (const { events } of batches) {
    const found = events.find(test);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A collection that ends in its generation, after an earlier one has: so its numbers are known. */
function betweenEnds({ generation, event }: WirePlace): boolean {
  const seq = Number(event.args.gc_seq);
  const ends = generation.batches.flatMap(({ events }) => events.filter((other) => other.name === 'GCEnd'));
  const numbers = new Set(ends.map(({ args }) => Number(args.gc_seq)));
  return numbers.has(seq - 1) && numbers.has(seq + 1);
}

function endOfCollection({ generation }: WirePlace, seq: number): WireEvent {
  return inGeneration(
    generation,
    ({ name, args }) => name === 'GCEnd' && Number(args.gc_seq) === seq,
  ) as WireEvent;
}

/** Neighbours of these names in one batch. */
function neighbours(trace: WireTrace, first: string, second: string): WirePlace {
  return middle(
    findEvents(
      trace,
      undefined,
      ({ event, batch, index }) => event.name === first && batch.events[index + 1]?.name === second,
    ),
    `${first} right before ${second}`,
  );
}

/** Batches of other Ms that span the tick, each with the index of its first event after it. */
function* elsewhere(
  place: WirePlace,
  ticks: Ticks,
): Generator<{ batch: WireBatch; index: number; now: number }> {
  const now = ticks.of(place.batch)[place.index] as number;
  for (const batch of place.generation.batches) {
    if (batch.m === place.batch.m || batch.events[0]?.args.dt === undefined) continue;
    const times = ticks.of(batch);
    if ((times[0] as number) > now || (times.at(-1) as number) <= now) continue;
    yield { batch, index: times.findIndex((tick) => tick > now), now };
  }
}

/** Absolute ticks of every event, worked out once a batch. */
class Ticks {
  readonly #known = new Map<WireBatch, number[]>();

  of(batch: WireBatch): number[] {
    let ticks = this.#known.get(batch);
    if (ticks === undefined) {
      let now = Number(batch.time);
      ticks = batch.events.map(({ args }) => {
        now += Number(args.dt ?? 0);
        return now;
      });
      this.#known.set(batch, ticks);
    }
    return ticks;
  }
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a lost GoUnblock',
    rules: ['goroutine/start'],
    events: ['GoStart'],
    class: 'malformed',
    edit: (trace) => {
      const { place, start } = unblockThenStart(trace);
      return { subject: String(dropEvent(place).args.g), shows: [start] };
    },
  },
  {
    name: 'a goroutine that is started while it waits',
    rules: ['goroutine/start'],
    events: ['GoStart'],
    class: 'diverges',
    edit: (trace) => {
      const { place, start } = unblockThenStart(trace);
      const { g, g_seq } = dropEvent(place).args;
      renumber(place, Number(g), Number(g_seq) + 1, -1);
      return { subject: String(g), shows: [start] };
    },
  },
  {
    name: 'a goroutine that is started on two Ms',
    rules: ['goroutine/start'],
    events: ['GoStart'],
    class: 'malformed',
    edit: startTwice,
  },
  {
    name: 'a GoCreate that is there twice',
    rules: ['goroutine/create'],
    events: ['GoCreate'],
    class: 'diverges',
    edit: (trace) => {
      const place = middle(findEvents(trace, 'GoCreate'), 'GoCreate');
      const copy = duplicateEvent(place);
      return { subject: String(copy.args.new_g), shows: [place.event, copy] };
    },
  },
  {
    name: 'a P that runs on two Ms',
    rules: ['P/acquire'],
    events: ['ProcStart'],
    class: 'malformed',
    edit: acquireTwice,
  },
  {
    name: 'an end of a collection without its begin',
    rules: ['gc/end'],
    events: ['GCEnd'],
    class: 'malformed',
    edit: (trace) => {
      const place = middle(findEvents(trace, 'GCBegin', betweenEnds), 'GCBegin');
      const seq = Number(dropEvent(place).args.gc_seq);
      const shows = [seq - 1, seq + 1].map((each) => endOfCollection(place, each));
      return { shows };
    },
  },
  {
    name: 'a stop of the world that never ends',
    rules: ['stw/holder-runs', 'stw/stop'],
    events: ['STWBegin', 'GoBlock', 'GoDestroy', 'GoSyscallBegin'],
    class: 'diverges',
    edit: (trace) => {
      const begin = ({ batch, index }: WirePlace) =>
        batch.events.slice(0, index).findLast(({ name }) => name === 'STWBegin');
      const place = middle(
        findEvents(trace, 'STWEnd', (each) => begin(each) !== undefined),
        'STWEnd behind its STWBegin',
      );
      dropEvent(place);
      return { shows: [begin(place) as WireEvent] };
    },
  },
  {
    name: 'an end of a system call without its begin',
    rules: ['goroutine/exit-syscall'],
    events: ['GoSyscallEnd'],
    class: 'diverges',
    edit: (trace) => {
      const place = neighbours(trace, 'GoSyscallBegin', 'GoSyscallEnd');
      dropEvent(place);
      return { shows: [place.batch.events[place.index] as WireEvent] };
    },
  },
  {
    name: 'a generation that is lost',
    rules: ['format/generation-gap'],
    events: ['damage'],
    class: 'malformed',
    edit: (trace) => {
      const inside = trace.generations[1];
      if (inside === undefined || trace.generations.length < 3)
        throw new RangeError('fewer than three generations');
      dropGeneration(trace, inside.number);
      return { shows: [] };
    },
  },
  {
    name: 'a start and a block that changed places',
    rules: ['goroutine/park'],
    events: ['GoBlock'],
    class: 'diverges',
    edit: (trace) => {
      const place = neighbours(trace, 'GoStart', 'GoBlock');
      swapWithNext(place);
      return { shows: [place.batch.events[place.index] as WireEvent] };
    },
  },
];

/** While an M runs a goroutine that it has just started, another M starts the same. */
function startTwice(trace: WireTrace): Edited {
  return meanwhile(trace, 'GoStart', ({ event }, { batch, index, dt }) => {
    const { g, g_seq } = event.args;
    const again: WireEvent = { name: 'GoStart', args: { dt, g: g as number, g_seq: g_seq as number } };
    insertEvent(batch, index, again);
    return { subject: String(g), shows: [event, again] };
  });
}

/** While an M holds a P that it has just acquired, another M acquires the same. */
function acquireTwice(trace: WireTrace): Edited {
  return meanwhile(trace, 'ProcStart', ({ event }, { batch, index, dt }) => {
    const { p, p_seq } = event.args;
    const again: WireEvent = { name: 'ProcStart', args: { dt, p: p as number, p_seq: p_seq as number } };
    insertEvent(batch, index, again);
    return { subject: String(p), shows: [event, again] };
  });
}

interface Spot {
  readonly batch: WireBatch;
  readonly index: number;
  /** Ticks from the event before the spot. */
  readonly dt: number;
}

const RELEASES = new Set([
  'ProcStop',
  'GoStop',
  'GoBlock',
  'GoDestroy',
  'GoSwitch',
  'GoSwitchDestroy',
  'GoSyscallBegin',
]);

/** Tick at which the M may give up what it took at the place; 0 when its batch does not show it. */
function endOfHold({ batch, index }: WirePlace, ticks: Ticks): number {
  const end = batch.events.findIndex((event, i) => i > index && RELEASES.has(event.name));
  return end < 0 ? 0 : (ticks.of(batch)[end] as number);
}

/** Edits at a spot where another M is about to do the same kind of thing while the first M holds what it took. */
function meanwhile(
  trace: WireTrace,
  name: 'GoStart' | 'ProcStart',
  edit: (place: WirePlace, spot: Spot) => Edited,
): Edited {
  const ticks = new Ticks();
  for (const place of findEvents(trace, name, ({ index, batch }) => index > batch.events.length / 2)) {
    const until = endOfHold(place, ticks);
    for (const { batch, index, now } of elsewhere(place, ticks)) {
      const times = ticks.of(batch);
      const before = times[index - 1] ?? Number.POSITIVE_INFINITY;
      if (batch.events[index]?.name !== name || (times[index] as number) >= until || before > now) continue;
      return edit(place, { batch, index, dt: now + 1 - before });
    }
  }
  throw new RangeError(`no two Ms are at a ${name} at the same time`);
}
