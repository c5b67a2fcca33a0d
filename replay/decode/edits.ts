/** The small edits that mutants are made of. Each keeps every other event's time as it was. */
import type { WireBatch, WireEvent, WireGeneration, WireTrace } from './encode.ts';
import type { EventName } from './specs.ts';

/** An event and where it stands. */
export interface WirePlace {
  readonly generation: WireGeneration;
  readonly batch: WireBatch;
  readonly index: number;
  readonly event: WireEvent;
}

/** All events of that name (or of any), in the order of the file, that pass the test. */
export function* findEvents(
  trace: WireTrace,
  name: EventName | undefined,
  test: (place: WirePlace) => boolean = () => true,
): Generator<WirePlace, void, void> {
  for (const generation of trace.generations) {
    for (const batch of generation.batches) {
      for (const [index, event] of batch.events.entries()) {
        const place = { generation, batch, index, event };
        if ((name === undefined || event.name === name) && test(place)) yield place;
      }
    }
  }
}

/** The only numbers that an edit has to add up. */
function ticks(event: WireEvent | undefined): bigint {
  return BigInt(event?.args.dt ?? 0);
}

function delay(event: WireEvent | undefined, by: bigint): void {
  if (event?.args.dt !== undefined) event.args.dt = ticks(event) + by;
}

/** Takes an event out. */
export function dropEvent({ batch, index }: WirePlace): WireEvent {
  const [dropped] = batch.events.splice(index, 1);
  delay(batch.events[index], ticks(dropped));
  return dropped!;
}

/** Puts an event in at that place, `dt` ticks after the one before; later ones stay where they were if there is room. */
export function insertEvent(batch: WireBatch, index: number, event: WireEvent): void {
  const after = batch.events[index];
  batch.events.splice(index, 0, event);
  if (after === undefined) return;
  const left = ticks(after) - ticks(event);
  if (after.args.dt !== undefined) after.args.dt = left > 0n ? left : 0n;
}

/** Writes an event twice, the second one tick after the first. */
export function duplicateEvent({ batch, index, event }: WirePlace): WireEvent {
  const copy: WireEvent = { ...event, args: { ...event.args, dt: 1 } };
  insertEvent(batch, index + 1, copy);
  return copy;
}

/** Lets an event and the next of its batch change places, each at the other's time. */
export function swapWithNext({ batch, index }: WirePlace): void {
  const [first, second] = batch.events.slice(index, index + 2);
  if (first === undefined || second === undefined) throw new RangeError('no next event in this batch');
  const { dt } = first.args;
  first.args.dt = second.args.dt!;
  second.args.dt = dt!;
  batch.events.splice(index, 2, second, first);
}

/** Moves an event, and what follows it in its batch, by so many ticks. */
export function shiftEvent({ event }: WirePlace, by: number): void {
  delay(event, BigInt(by));
}

/** Takes a whole generation out, its end mark included. */
export function dropGeneration(trace: WireTrace, number: number): WireGeneration {
  const index = trace.generations.findIndex((generation) => generation.number === number);
  if (index < 0) throw new RangeError(`no generation ${number}`);
  return trace.generations.splice(index, 1)[0]!;
}
