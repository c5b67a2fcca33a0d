/**
 * Histories that every transition allows and that cannot be: a reason that does
 * not fit its stack, a time that goes back, a stop of the world for another
 * purpose. Each breaks one rule of the families blocking, time and gc.
 */
import {
  findEvents,
  insertEvent,
  shiftEvent,
  type WireEvent,
  type WirePlace,
  type WireTrace,
} from './decode/index.ts';
import { middle } from './mutants.ts';
import { textsOf } from './mutate/reasons.ts';

export interface FamilyMutant {
  readonly name: string;
  /** The rule that must name it, or one of those. */
  readonly rules: readonly string[];
  readonly edit: (trace: WireTrace) => void;
}

/** 10 s in ticks of 64 ns. */
const LONG = 156_250_000;

function idOf({ generation }: WirePlace, text: string): number | undefined {
  return textsOf(generation).ids.get(text);
}

/** Changes the reason or kind of one event in the middle. */
function replaceText(event: WireEvent['name'], argument: string, from: string, to: string) {
  return (trace: WireTrace): void => {
    const place = middle(
      findEvents(trace, event, (each) => {
        return Number(each.event.args[argument]) === idOf(each, from) && idOf(each, to) !== undefined;
      }),
      `${event} for ${from} where there is ${to} too`,
    );
    place.event.args[argument] = idOf(place, to) as number;
  };
}

function shift(event: WireEvent['name'], by: number) {
  return (trace: WireTrace): void => {
    const inside = ({ batch, index }: WirePlace): boolean => index + 1 < batch.events.length;
    shiftEvent(middle(findEvents(trace, event, inside), event), by);
  };
}

const TIMES = ['time/goroutine', 'time/P', 'time/M', 'time/generation', 'time/gc-end'];

export const FAMILY_MUTANTS: readonly FamilyMutant[] = [
  {
    name: 'a receive that says that it selects',
    rules: ['blocking/reason-fits-stack'],
    edit: replaceText('GoBlock', 'reason_string', 'chan receive', 'select'),
  },
  {
    name: 'a wait for the network that says that it sleeps',
    rules: ['blocking/reason-fits-stack'],
    edit: replaceText('GoBlock', 'reason_string', 'network', 'sleep'),
  },
  {
    name: 'a yield that says that it was preempted',
    rules: ['blocking/reason-fits-stack'],
    edit: replaceText('GoStop', 'reason_string', 'runtime.Gosched', 'preempted'),
  },
  {
    name: 'a receive for ever that ends',
    rules: ['blocking/forever'],
    edit: replaceText('GoBlock', 'reason_string', 'chan receive', 'forever'),
  },
  {
    name: 'a collection that begins with a stop for its mark termination',
    rules: ['gc/begin-stops'],
    edit: replaceText('STWBegin', 'kind_string', 'GC sweep termination', 'GC mark termination'),
  },
  {
    name: 'a collection that ends in a stop for its sweep termination',
    // Who stops the world for what shows in its stack, too.
    rules: ['gc/end-in-mark-termination', 'blocking/reason-fits-stack'],
    edit: replaceText('STWBegin', 'kind_string', 'GC mark termination', 'GC sweep termination'),
  },
  {
    name: 'a P that sweeps right after the sweep termination',
    // A generation in which nothing swept has no stack to lend.
    rules: ['sweep/not-while-marking', 'unwinding/stack-of-running'],
    edit: sweepEarly,
  },
  { name: 'a number of a goroutine from far ahead', rules: ['goroutine/ids-increase'], edit: numberAhead },
  {
    name: 'GOMAXPROCS of one while more Ps run',
    rules: ['P/at-most-gomaxprocs', 'P/within-gomaxprocs'],
    edit: (trace) => {
      middle(findEvents(trace, 'ProcsChange'), 'ProcsChange').event.args.procs_value = 1;
    },
  },
  { name: 'a wake 10 s late', rules: TIMES, edit: shift('GoUnblock', LONG) },
  { name: 'a start 10 s late', rules: TIMES, edit: shift('GoStart', LONG) },
  { name: 'a P given up 10 s late', rules: TIMES, edit: shift('ProcStop', LONG) },
  {
    name: 'a batch 10 s late',
    rules: TIMES,
    edit: (trace) => {
      const { batch } = middle(findEvents(trace, 'GoBlock'), 'GoBlock');
      batch.time = BigInt(batch.time) + BigInt(LONG);
    },
  },
];

/** The stop for the sweep termination ends, and its M sweeps at once. */
function sweepEarly(trace: WireTrace): void {
  const place = middle(
    findEvents(trace, 'STWEnd', (each) => {
      const before = each.batch.events.slice(0, each.index).findLast(({ name }) => name === 'STWBegin');
      return Number(before?.args.kind_string) === idOf(each, 'GC sweep termination');
    }),
    'sweep termination',
  );
  // Any sweep's stack will do: without one, something else would be wrong as well.
  const sweeps = place.generation.batches.flatMap(({ events }) =>
    events.filter((each) => each.name === 'GCSweepBegin'),
  );
  const stack = Number(sweeps.find(({ args }) => Number(args.stack) !== 0)?.args.stack ?? 0);
  insertEvent(place.batch, place.index + 1, { name: 'GCSweepBegin', args: { dt: 1, stack } });
  const end: WireEvent = { name: 'GCSweepEnd', args: { dt: 1, swept_value: 0, reclaimed_value: 0 } };
  insertEvent(place.batch, place.index + 2, end);
}

const AHEAD = 1_000_000_000;

/** One goroutine gets a number from far ahead everywhere, so that the next one on its P has a lower one. */
function numberAhead(trace: WireTrace): void {
  const place = middle(
    findEvents(trace, 'GoCreate', ({ batch, index }) =>
      batch.events.some(({ name }, i) => i > index && name === 'GoCreate'),
    ),
    'GoCreate before another',
  );
  const goid = Number(place.event.args.new_g);
  for (const { batches } of trace.generations) {
    for (const { events } of batches) {
      for (const { args } of events) {
        for (const name of ['g', 'new_g']) if (Number(args[name]) === goid) args[name] = AHEAD;
      }
    }
  }
}
