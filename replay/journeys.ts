/**
 * What the goroutines of a run did, by where they were created, and how long they waited for what: for
 * comparing runs, whose ids and schedules have nothing in common.
 */
import { EV } from './decode/index.ts';
import { openEvidence, TRACE } from './evidence.ts';
import { openTrace } from './open.ts';
import { Orderer } from './order/index.ts';
import { EventCursor } from './trace/index.ts';

/** Steps of one journey, at most; the rest is one step, "and so on". */
const MOST_STEPS = 200;
/** A block of at most so many steps that comes again is told once: how often a loop goes round is chance. */
const LONGEST_LOOP = 8;
/** Different journeys of one site; further ones are counted with no text. */
const MOST_JOURNEYS = 1000;
/** Parts of a doubling of time: a quantile is off by at most 5%. */
const PARTS = 8;

export interface Journeys {
  readonly sites: readonly Site[];
  readonly latencies: readonly Latency[];
}

/** The goroutines that one function starts with one `go` statement's function. */
export interface Site {
  /** `main.serve, created by main.main`: functions, since lines differ from release to release. */
  readonly name: string;
  readonly goroutines: number;
  /** What they did, each step a few words, and how many did just that; the most frequent first. */
  readonly journeys: readonly { readonly steps: readonly string[]; readonly count: number }[];
}

/** How long something took, each time that it was seen from its beginning to its end. */
export interface Latency {
  /** `runnable to running`, `system call`, `waits: chan receive` and so on. */
  readonly what: string;
  readonly count: number;
  /** Nanoseconds by the power of 2 ** (1 / 8) that they lie above, and how many do. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** Undefined where the file holds no trace. Throws what `replayFile` throws. */
export async function journeysOf(file: string, signal?: AbortSignal): Promise<Journeys | undefined> {
  const evidence = await openEvidence(file);
  try {
    if (!evidence.has(TRACE)) return undefined;
    const reader = await openTrace(evidence.read(TRACE), { reuse: true, signal });
    const orderer = new Orderer({ reuse: true });
    const followed = new Followed();
    for await (const generation of reader) followed.see(new EventCursor().over(orderer.order(generation)));
    return followed.journeys();
  } finally {
    await evidence.close();
  }
}

/** The shortest time that so large a part of them does not exceed, in ns; as sure as a bucket is wide. */
export function quantile(buckets: ReadonlyMap<number, number>, part: number): number {
  const total = [...buckets.values()].reduce((sum, count) => sum + count, 0);
  let before = 0;
  for (const [bucket, count] of [...buckets].sort(([a], [b]) => a - b)) {
    before += count;
    if (before >= part * total) return 2 ** ((bucket + 0.5) / PARTS);
  }
  return 0;
}

/** One goroutine, as far as it has come. */
interface Life {
  site: string;
  steps: string[];
  /** What it does just now that takes time, and since when; nothing where its beginning was not seen. */
  doing: string;
  since: number;
}

/** Waits that fall to whoever comes at the wrong moment: they take their time, and say nothing of the program. */
const CHANCE = /^waits: (sync|preempted|GC |wait (until GC ends|for GC cycle))/;

const WAKING = 'runnable to running';
const CALLING = 'system call';
const CALLING_LONG = 'system call that lost its P';

class Followed {
  readonly #lives = new Map<number, Life>();
  readonly #sites = new Map<string, Map<string, number>>();
  readonly #latencies = new Map<string, Map<number, number>>();

  see(event: EventCursor): void {
    while (event.next()) SEEN[event.kind]?.(this, event);
  }

  created(event: EventCursor): void {
    const start = event.stack('new_stack').at(-1)?.func ?? 'a function without a name';
    const creator = event.stack()[0]?.func;
    // Which goroutine the runtime makes begin its own work is chance.
    if (!start.startsWith('runtime.')) this.#step(event.g, `starts ${start}`);
    const site = creator === undefined ? start : `${start}, created by ${creator}`;
    const waits = event.kind === EV.GoCreateBlocked;
    const doing = waits ? 'waits' : WAKING;
    this.#lives.set(event.arg('new_g'), { site, steps: [], doing, since: event.time });
  }

  begins(g: number, doing: string, time: number): void {
    const life = this.#lives.get(g);
    if (life === undefined) this.#lives.set(g, { site: '', steps: [], doing, since: time });
    else Object.assign(life, { doing, since: time });
  }

  /** What it was doing ends; `as` names it where only the end says what it was. */
  ends(g: number, time: number, as?: string): void {
    const life = this.#lives.get(g);
    if (life === undefined || life.doing === '') return;
    this.#took(as ?? life.doing, time - life.since);
    life.doing = '';
  }

  waits(g: number, step: string, time: number): void {
    if (!CHANCE.test(step)) this.#step(g, step);
    this.begins(g, step, time);
  }

  gone(g: number): void {
    const life = this.#lives.get(g);
    this.#lives.delete(g);
    if (life !== undefined) this.#arrive(life, 'ends');
  }

  journeys(): Journeys {
    for (const life of this.#lives.values()) this.#arrive(life, 'is there at the end');
    this.#lives.clear();
    return {
      sites: [...this.#sites].map(siteOf).sort(byName),
      latencies: [...this.#latencies].map(latencyOf),
    };
  }

  #step(g: number, step: string): void {
    const steps = this.#lives.get(g)?.steps;
    if (steps === undefined || steps.length > MOST_STEPS) return;
    steps.push(steps.length === MOST_STEPS ? 'and so on' : step);
    for (let length = 1; length <= LONGEST_LOOP && 2 * length <= steps.length; length++) {
      if (!isTwice(steps, length)) continue;
      steps.length -= length;
      return;
    }
  }

  /** Nothing is known of the beginning of one that was there before the trace. */
  #arrive({ site, steps }: Life, last: string): void {
    if (site === '') return;
    const journeys = this.#sites.get(site) ?? new Map<string, number>();
    this.#sites.set(site, journeys);
    const whole = [...steps, last].join('\n');
    const journey = journeys.has(whole) || journeys.size < MOST_JOURNEYS ? whole : '';
    journeys.set(journey, (journeys.get(journey) ?? 0) + 1);
  }

  #took(what: string, ns: number): void {
    const buckets = this.#latencies.get(what) ?? new Map<number, number>();
    this.#latencies.set(what, buckets);
    const bucket = Math.floor(PARTS * Math.log2(Math.max(1, ns)));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
}

/** The last so many steps are those before them again. */
function isTwice(steps: readonly string[], length: number): boolean {
  for (let i = 1; i <= length; i++) if (steps.at(-i) !== steps.at(-i - length)) return false;
  return true;
}

function siteOf([name, journeys]: [string, Map<string, number>]): Site {
  const sorted = [...journeys]
    .filter(([text]) => text !== '')
    .sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))
    .map(([text, count]) => ({ steps: text.split('\n'), count }));
  return {
    name,
    goroutines: [...journeys.values()].reduce((sum, count) => sum + count, 0),
    journeys: sorted,
  };
}

const byName = (a: Site, b: Site) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function latencyOf([what, buckets]: [string, Map<number, number>]): Latency {
  return { what, count: [...buckets.values()].reduce((sum, count) => sum + count, 0), buckets };
}

/** A reason is a line of the trace's own: one that holds a line's end must not become two steps. */
function waiting(event: EventCursor): string {
  return `waits: ${event.string('reason_string').replaceAll('\n', ' ') || 'for no reason given'}`;
}

/** What events mean for a goroutine's journey and its times; how a schedule falls out is no part of a journey. */
const SEEN: Record<number, (followed: Followed, event: EventCursor) => void> = {
  [EV.GoCreate]: (followed, event) => followed.created(event),
  [EV.GoCreateBlocked]: (followed, event) => followed.created(event),
  [EV.GoStart]: (followed, event) => followed.ends(event.arg('g'), event.time),
  [EV.GoStop]: (followed, event) => followed.begins(event.g, WAKING, event.time),
  [EV.GoBlock]: (followed, event) => followed.waits(event.g, waiting(event), event.time),
  [EV.GoUnblock]: (followed, event) => {
    followed.ends(event.arg('g'), event.time);
    followed.begins(event.arg('g'), WAKING, event.time);
  },
  [EV.GoSyscallBegin]: (followed, event) => followed.waits(event.g, CALLING, event.time),
  [EV.GoSyscallEnd]: (followed, event) => followed.ends(event.g, event.time),
  [EV.GoSyscallEndBlocked]: (followed, event) => {
    followed.ends(event.g, event.time, CALLING_LONG);
    followed.begins(event.g, WAKING, event.time);
  },
  [EV.GoSwitch]: (followed, event) => {
    followed.ends(event.arg('g'), event.time);
    followed.waits(event.g, 'waits: coroutine', event.time);
  },
  [EV.GoSwitchDestroy]: (followed, event) => {
    followed.ends(event.arg('g'), event.time);
    followed.gone(event.g);
  },
  [EV.GoDestroy]: (followed, event) => followed.gone(event.g),
  [EV.GoDestroySyscall]: (followed, event) => followed.gone(event.g),
};
