/**
 * Traces that look real to a reader and are the same on every machine: made by
 * the encoder from a seed, with the padding that the runtime writes.
 */
import {
  type TraceVersion,
  type WireBatch,
  type WireEvent,
  type WireTrace,
  writeWire,
} from '../../replay/decode/index.ts';
import { seeded } from '../../replay/decode/testdata/record.ts';
import { event, text } from '../../replay/decode/testdata/sample.ts';

const NO_M = 0xffffffffffffffffn;
/** Of the four numbers of a batch's header, Go pads the size to ten bytes. */
const WIDTHS = [1, 1, 1, 10];
const THREADS = 4;
const BATCHES = 3;
const EVENTS = 60;
const ENTRIES = 40;
/** What a batch's time is ahead of the one before, in ticks. */
const STEP = 10_000;

/** Four goroutines on four Ps of four threads, which block and unblock each other, call and sweep. */
export function synthetic(version: TraceVersion, generations: number, seed: number): Uint8Array {
  const random = seeded(seed);
  const trace: WireTrace = { version, generations: [] };
  for (let number = 1; number <= generations; number++) {
    const batches: WireBatch[] = [];
    const start = 2 ** 40 + number * STEP * 100;
    if (version >= 25) batches.push(batch(number, NO_M, start, sync(version)));
    for (let round = 0; round < BATCHES; round++) {
      for (let m = 1; m <= THREADS; m++) {
        const opening = round === 0 ? opened(m) : [];
        const events = Array.from({ length: EVENTS }, () => any(random));
        batches.push(batch(number, 100_000 + m, start + round * STEP + m, [...opening, ...events]));
      }
    }
    if (version < 25) batches.push(batch(number, NO_M, start + 3 * STEP, sync(version)));
    batches.push(...tables(number, start + 4 * STEP));
    trace.generations.push({ number, batches, ended: version >= 26 });
  }
  return writeWire(trace);
}

function batch(generation: number, m: number | bigint, time: number, events: WireEvent[]): WireBatch {
  return { generation, m, time, experiment: 0, events, widths: WIDTHS };
}

function opened(m: number): WireEvent[] {
  return [
    event('ProcStatus', { p: m, pstatus: 1 }),
    event('GoStatus', { g: m, m: 100_000 + m, gstatus: 2 }),
    event('GoStatus', { g: 100 + m, m: NO_M, gstatus: 4 }),
  ];
}

/** What needs nothing of other threads. */
function any(random: () => number): WireEvent {
  const id = 1 + Math.floor(random() * ENTRIES);
  const dt = 1 + Math.floor(random() ** 4 * 300);
  const args = { stack: id, dt };
  const which = Math.floor(random() * 6);
  if (which === 0)
    return event('GoCreate', { ...args, new_g: 1000 + Math.floor(random() * 1e6), new_stack: id });
  if (which === 1) return event('HeapAlloc', { dt, heapalloc_value: Math.floor(random() * 2 ** 40) });
  if (which === 2)
    return event('UserLog', { ...args, task: 1, key_string: id, value_string: ENTRIES + 1 - id });
  if (which === 3) return event('GoLabel', { dt, label_string: id });
  if (which === 4) return event('UserRegionBegin', { ...args, task: 1, name_string: id });
  return event('HeapGoal', { dt, heapgoal_value: random() < 0.1 ? 2n ** 60n : 4_000_000 });
}

function sync(version: TraceVersion): WireEvent[] {
  const frequency: WireEvent = { name: 'Frequency', args: { freq: 15_625_000 } };
  if (version < 25) return [frequency];
  return [{ name: 'Sync', args: {} }, frequency, event('ClockSnapshot', { mono: 1000, sec: 2, nsec: 3 })];
}

/** In the order in which the runtime writes them. */
function tables(number: number, time: number): WireBatch[] {
  const ids = Array.from({ length: ENTRIES }, (_, i) => i + 1);
  const samples = ids.map(
    (id): WireEvent => ({ name: 'CPUSample', args: { time: time + id, m: 100_001, p: 1, g: 1, stack: id } }),
  );
  const stacks = ids.map((id): WireEvent => {
    const frames = ids
      .slice(0, 1 + (id % 5))
      .map((line) => ({ pc: 2 ** 22 + id * 64 + line, func: id, file: 1, line }));
    return { name: 'Stack', args: { id }, frames };
  });
  const strings = ids.map((id) => text(id, `main.function${id}${'.func1'.repeat(id % 4)}`));
  return [
    batch(number, NO_M, time, [{ name: 'CPUSamples', args: {} }, ...samples]),
    batch(number, NO_M, time + 1, [{ name: 'Stacks', args: {} }, ...stacks]),
    batch(number, NO_M, time + 2, [{ name: 'Strings', args: {} }, ...strings]),
  ];
}
