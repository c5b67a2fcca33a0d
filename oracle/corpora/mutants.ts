/**
 * Broken traces, made of sound ones by one edit each: where Go's reader stops, we must have something to say, and
 * until there both must have read the same. A seed makes the same mutant of the same trace always.
 */
import {
  dropEvent,
  duplicateEvent,
  EVENT_SPECS,
  findEvents,
  parseWire,
  shiftEvent,
  swapWithNext,
  type WirePlace,
  writeWire,
} from '../../replay/index.ts';
import type { Sample } from './golang.ts';

const TIMED: ReadonlySet<string> = new Set(
  EVENT_SPECS.filter(({ place }) => place === 'timed').map(({ name }) => name),
);
/** About 13 ms. */
const LONGEST_SHIFT = 200_000;

type Edit = (place: WirePlace, random: () => number) => void;

const EDITS: Readonly<Record<string, Edit>> = {
  drop: dropEvent,
  duplicate: duplicateEvent,
  swap: swapWithNext,
  shift: (place, random) => shiftEvent(place, Math.floor(random() * LONGEST_SHIFT)),
  argument: ({ event: { args } }, random) => {
    const names = Object.keys(args).filter((name) => name !== 'dt');
    const name = names[Math.floor(random() * names.length)];
    if (name !== undefined) args[name] = BigInt(args[name] ?? 0) + 1n + BigInt(Math.floor(random() * 3));
  },
};

/** Mutants of a sound trace; none where it has no two events in a batch. */
export function mutantsOf({ name, bytes }: Sample, count: number): Sample[] {
  return Array.from({ length: count }, (_, seed) => mutant(name, bytes, seed)).filter(
    (made) => made !== undefined,
  );
}

function mutant(name: string, bytes: Uint8Array, seed: number): Sample | undefined {
  const random = seeded(seed);
  const trace = parseWire(bytes);
  const places = findEvents(trace, undefined, ({ batch, index, event }) => {
    return TIMED.has(event.name) && index + 1 < batch.events.length;
  });
  const all = [...places];
  const place = all[Math.floor(random() * all.length)];
  if (place === undefined) return undefined;
  const kinds = Object.keys(EDITS);
  const kind = kinds[Math.floor(random() * kinds.length)] ?? '';
  const described = `${name}-${kind}-${place.event.name}-${seed}`;
  EDITS[kind]?.(place, random);
  return { name: described, bytes: writeWire(trace), expect: undefined };
}

/** Numbers in [0, 1) that a seed determines (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
