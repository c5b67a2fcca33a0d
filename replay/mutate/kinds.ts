/**
 * The ways in which a trace is made wrong: one at a time, at a place that
 * chance chooses. Each says what it did in a sentence, and which events it made.
 */
import {
  dropEvent,
  duplicateEvent,
  EVENT_SPECS,
  type EventSpec,
  shiftEvent,
  swapWithNext,
  type WireBatch,
  type WireEvent,
  type WireGeneration,
} from '../decode/index.ts';
import type { Change, Excerpt } from './excerpt.ts';
import { changesNothing, commute } from './legal.ts';
import type { Random } from './random.ts';
import { Reasons, textsOf } from './reasons.ts';

/** Bytes of a batch after its header, by the format. */
const FULL = 64 << 10;
/** Places that are tried before a kind is given up for an excerpt. */
const TRIES = 400;
const TICK_NS = 64;

export interface Edited {
  readonly changes: readonly Change[];
  /** Go's names of the events that were touched, such as `GoStart` or `GoStart GoBlock`; empty for what is no event. */
  readonly events: string;
  /** What was done, for a person. */
  readonly what: string;
  /** The M that wrote them. */
  readonly m?: number | undefined;
  /** The history is as good as before, so nobody can object: why. */
  readonly legal?: string | undefined;
}

export interface Kind {
  readonly name: string;
  readonly text: string;
  /** Undefined where the excerpt has no place for it. */
  readonly edit: (subject: Subject, random: Random) => Edited | undefined;
}

interface Place {
  readonly generation: WireGeneration;
  readonly batch: WireBatch;
  readonly index: number;
  readonly event: WireEvent;
  readonly spec: EventSpec;
}

const SPECS: ReadonlyMap<string, EventSpec> = new Map(
  EVENT_SPECS.filter(({ place }) => place === 'timed').map((spec) => [spec.name, spec]),
);

/** An excerpt with everything that chance chooses from. */
export class Subject {
  readonly excerpt: Excerpt;
  readonly reasons: Reasons;
  readonly places: readonly Place[];
  readonly batches: readonly { readonly generation: WireGeneration; readonly batch: WireBatch }[];
  readonly #ids = new Map<WireGeneration, Ids>();
  readonly #spread: boolean;
  readonly #byName: readonly (readonly Place[])[];

  /** `changeable`: numbers of the generations that may be changed; the others are what stands around them. */
  constructor(excerpt: Excerpt, go: string, changeable: ReadonlySet<number>, spread = false) {
    this.#spread = spread;
    this.excerpt = excerpt;
    this.reasons = new Reasons(excerpt, go);
    const changed = excerpt.generations.filter(({ number }) => changeable.has(number));
    this.batches = changed.flatMap((generation) =>
      generation.batches.map((batch) => ({ generation, batch })),
    );
    this.places = this.batches.flatMap(({ generation, batch }) =>
      batch.events.flatMap((event, index) => {
        const spec = SPECS.get(event.name);
        return spec === undefined ? [] : [{ generation, batch, index, event, spec }];
      }),
    );
    const names = new Set(this.places.map(({ event }) => event.name));
    this.#byName = [...names].map((name) => this.places.filter(({ event }) => event.name === name));
  }

  /** One of them: any event is as likely as any other, or with `spread` any type of event is. */
  place(random: Random): Place | undefined {
    if (!this.#spread) return random.of(this.places);
    return random.of(random.of(this.#byName) ?? []);
  }

  /** Numbers of goroutines, Ps and Ms that the generation names. */
  ids(generation: WireGeneration): Ids {
    let ids = this.#ids.get(generation);
    if (ids === undefined) {
      ids = idsOf(generation);
      this.#ids.set(generation, ids);
    }
    return ids;
  }
}

type Named = 'g' | 'p' | 'm';
type Ids = Readonly<Record<Named, readonly number[]>>;

/** Go's "none", which names nothing. */
const NONE = 2 ** 53;

function idsOf({ batches }: WireGeneration): Ids {
  const found = { g: new Set<number>(), p: new Set<number>(), m: new Set<number>() };
  for (const { m, events } of batches) {
    if (Number(m) < NONE) found.m.add(Number(m));
    for (const { name, args } of events) {
      const spec = SPECS.get(name);
      spec?.kinds.forEach((kind, i) => {
        const value = Number(args[spec.args[i] as string]);
        if (isNamed(kind) && value < NONE) found[kind].add(value);
      });
    }
  }
  return { g: [...found.g], p: [...found.p], m: [...found.m] };
}

const isNamed = (kind: string): kind is Named => kind === 'g' || kind === 'p' || kind === 'm';

/** The events from a place on, as copies that may be edited, in a batch of their own. */
function windowAt({ generation, batch, index }: Place) {
  const events = batch.events.slice(index, index + 2).map((event) => ({ ...event, args: { ...event.args } }));
  const size = events.length;
  const small: WireBatch = { ...batch, events };
  const place = { generation, batch: small, index: 0, event: events[0] as WireEvent };
  const change = (): Change => ({ batch, from: index, to: index + size, events: small.events });
  return { place, change };
}

/** Edits one event that passes the test, in place. */
function editOne(
  edit: (
    window: ReturnType<typeof windowAt>['place'],
    place: Place,
    subject: Subject,
    random: Random,
  ) => Told | undefined,
  test: (place: Place) => boolean = () => true,
): Kind['edit'] {
  return (subject, random) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const place = subject.place(random);
      if (place === undefined) return undefined;
      if (!test(place)) continue;
      const window = windowAt(place);
      const told = edit(window.place, place, subject, random);
      if (told === undefined) continue;
      const change = window.change();
      if (subject.excerpt.sizeWith(change) > FULL) continue;
      const { what, more = [], events = place.event.name, legal } = told;
      return {
        changes: [change, ...more],
        events,
        m: Number(place.batch.m),
        what: `${what} (${placeText(place)})`,
        legal,
      };
    }
    return undefined;
  };
}

interface Told {
  readonly what: string;
  readonly more?: readonly Change[];
  readonly events?: string;
  readonly legal?: string | undefined;
}

function placeText({ generation, batch, index }: Place): string {
  return `generation ${generation.number}, ${threadText(batch)}, event ${index} of its batch at ${batch.time}`;
}

/** Go's ^uint64(0) is nobody. */
const threadText = ({ m }: WireBatch): string => (Number(m) < NONE ? `M${m}` : 'no M');

function eventText({ name, args }: WireEvent): string {
  const said = Object.entries(args).filter(([key]) => key !== 'dt' && key !== 'stack');
  return [name, ...said.map(([key, value]) => `${key}=${value}`)].join(' ');
}

function swap(window: ReturnType<typeof windowAt>['place'], place: Place): Told | undefined {
  const next = place.batch.events[place.index + 1];
  if (next === undefined || !SPECS.has(next.name) || next.name === 'Stack') return undefined;
  const legal = commute(place.event, next, Number(next.args.dt) * TICK_NS);
  swapWithNext(window);
  return {
    what: `${eventText(place.event)} and ${eventText(next)} change places`,
    events: `${place.event.name} ${next.name}`,
    legal,
  };
}

function retarget(
  window: ReturnType<typeof windowAt>['place'],
  { spec, event, generation }: Place,
  subject: Subject,
  random: Random,
): Told | undefined {
  const named = spec.args.filter(
    (name, i) => isNamed(spec.kinds[i] as string) && Number(event.args[name]) < NONE,
  );
  const name = random.of(named);
  if (name === undefined) return undefined;
  const kind = spec.kinds[spec.args.indexOf(name)] as Named;
  const before = Number(event.args[name]);
  const other = random.of(subject.ids(generation)[kind].filter((id) => id !== before));
  if (other === undefined) return undefined;
  window.event.args[name] = other;
  return { what: `${eventText(event)} names ${kind.toUpperCase()}${other}`, events: `${event.name} ${name}` };
}

/** The argument of an event that says why. */
const REASON_OF: Readonly<Record<string, string>> = {
  GoBlock: 'reason_string',
  GoStop: 'reason_string',
  STWBegin: 'kind_string',
};

function reason(
  choose: (reasons: Reasons, event: string, before: string, random: Random) => string | undefined,
): Kind['edit'] {
  return editOne(
    (window, { event, generation }, subject, random) => {
      const name = REASON_OF[event.name] as string;
      const before = textsOf(generation).byId.get(Number(event.args[name])) ?? '';
      const after = choose(subject.reasons, event.name, before, random);
      if (after === undefined) return undefined;
      const { id, added } = subject.reasons.idIn(generation, after);
      window.event.args[name] = id;
      return {
        what: `${event.name} says ${JSON.stringify(after)} and not ${JSON.stringify(before)}`,
        events: `${event.name} ${before} → ${after}`,
        more: added,
      };
    },
    ({ event }) => event.name in REASON_OF,
  );
}

function shift(name: string, ns: number): Kind {
  const ticks = Math.round(ns / TICK_NS);
  return {
    name: `shift-${name}`,
    text: `an event, and what follows it in its batch, is ${name} later`,
    edit: editOne((window, { event }) => {
      shiftEvent(window, ticks);
      return { what: `${eventText(event)} and what follows it in its batch are ${name} later` };
    }),
  };
}

function lostBatch(subject: Subject, random: Random): Edited | undefined {
  const found = random.of(subject.batches.filter(({ batch }) => batch.experiment === 0));
  if (found === undefined) return undefined;
  const { batch, generation } = found;
  const first = batch.events[0]?.name ?? 'nothing';
  const kind = SPECS.has(first) ? 'events' : first;
  return {
    changes: [{ batch, from: 0, to: batch.events.length, events: [], lost: true }],
    events: kind,
    what: `a batch of ${batch.events.length} (${kind}) of ${threadText(batch)} in generation ${generation.number} is lost`,
  };
}

export const LOST_GENERATION = 'lost-generation';
export const LOST_GENERATION_TEXT = 'a generation between two others is not there';

/** In the order of the table; a generation is lost of a whole trace, not of an excerpt (mutants.ts). */
export const KINDS: readonly Kind[] = [
  {
    name: 'delete',
    text: 'an event is not there; those after it keep their times',
    edit: editOne((window, { event }) => {
      dropEvent(window);
      return { what: `${eventText(event)} is not there`, legal: changesNothing(event) };
    }),
  },
  {
    name: 'duplicate',
    text: 'an event is there twice, the second a tick after the first',
    edit: editOne((window, { event }) => {
      duplicateEvent(window);
      return { what: `${eventText(event)} is there twice`, legal: changesNothing(event) };
    }),
  },
  {
    name: 'swap',
    text: 'two neighbours of a batch change places, each at the time of the other',
    edit: editOne(swap),
  },
  {
    name: 'retarget',
    text: 'an event names another goroutine, P or M of its generation',
    edit: editOne(retarget),
  },
  {
    name: 'reason-plausible',
    text: 'a block, a stop or a stop of the world gives another reason that the trace has for that event',
    edit: reason((reasons, event, before, random) =>
      random.of(reasons.used(event).filter((text) => text !== before)),
    ),
  },
  {
    name: 'reason-any',
    text: 'it gives any other reason that the release has for that event',
    edit: reason((reasons, event, before, random) =>
      random.of(reasons.known(event).filter((text) => text !== before)),
    ),
  },
  {
    name: 'reason-outside',
    text: 'it gives as its reason a text of the trace that is none',
    edit: reason((reasons, event, _before, random) => random.of(reasons.foreign(event))),
  },
  shift('10s', 10_000_000_000),
  shift('100ms', 100_000_000),
  shift('1ms', 1_000_000),
  shift('100us', 100_000),
  { name: 'lost-batch', text: 'a batch is not there', edit: lostBatch },
];
