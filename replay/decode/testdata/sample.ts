/** Small traces made by hand, for tests that need no Go. */
import type { EventName, TraceVersion, WireBatch, WireEvent, WireGeneration, WireNumber, WireTrace } from '../index.ts';

/** `event('GoStart', { g: 1, g_seq: 1 })`, one tick after the one before. */
export function event(name: EventName, args: Record<string, WireNumber> = {}): WireEvent {
  return { name, args: { dt: 1, ...args } };
}

export function batch(generation: number, m: WireNumber, time: WireNumber, events: WireEvent[]): WireBatch {
  return { generation, m, time, experiment: 0, events, widths: [] };
}

export function text(id: number, value: string): WireEvent {
  return { name: 'String', args: { id }, data: new TextEncoder().encode(value) };
}

/** What stands in every generation besides events: one tick is 64 ns. */
export function tables(version: TraceVersion, number: number): WireBatch[] {
  const frequency: WireEvent = { name: 'Frequency', args: { freq: 15625000 } };
  const clock = event('ClockSnapshot', { mono: 1000, sec: 2, nsec: 3 });
  const sync = version >= 25 ? [{ name: 'Sync', args: {} } as const, frequency, clock] : [frequency];
  const stack: WireEvent = { name: 'Stack', args: { id: 1 }, frames: [{ pc: 4096, func: 1, file: 2, line: 7 }] };
  return [
    batch(number, 0xffffffffffffffffn, 1000, [{ name: 'Strings', args: {} }, text(1, 'main.f'), text(2, 'f.go')]),
    batch(number, 0xffffffffffffffffn, 1000, [{ name: 'Stacks', args: {} }, stack]),
    batch(number, 0xffffffffffffffffn, 1000, sync),
  ];
}

/** A generation whose Ms write these events; M 1 begins at tick 1000, M 2 at 1001 and so on. */
export function generation(version: TraceVersion, number: number, ...ms: WireEvent[][]): WireGeneration {
  const batches = ms.map((events, i) => batch(number, i + 1, 1000 + i, events));
  return { number, batches: [...batches, ...tables(version, number)], ended: version >= 26 };
}

export function sample(version: TraceVersion, ...generations: WireGeneration[]): WireTrace {
  return { version, generations };
}

/** Goroutine 1 runs on P 0 of M 1; goroutine 2 waits. */
export function status(): WireEvent[] {
  return [
    event('ProcStatus', { p: 0, pstatus: 1 }),
    event('GoStatus', { g: 1, m: 1, gstatus: 2 }),
    event('GoStatus', { g: 2, m: 0xffffffffffffffffn, gstatus: 4 }),
  ];
}
