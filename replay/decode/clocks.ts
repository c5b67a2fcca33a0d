/** A generation's sync batch: how long a tick is, and what the clocks said (1.25 on). */
import { EV, type TraceVersion } from './specs.ts';
import { Cursor, slotAsDouble } from './varint.ts';

/** The trace's, the monotonic and the wall clock at one moment. */
export interface ClockSnapshot {
  /** Nanoseconds since the trace's base. */
  readonly time: number;
  /** Nanoseconds of runtime.nanotime. */
  readonly mono: bigint;
  /** Wall clock: seconds since 1970 and nanoseconds. */
  readonly sec: bigint;
  readonly nsec: number;
}

export class Clocks {
  /** Nanoseconds in a tick, computed as Go does; 0 until a Frequency event was read. */
  nsPerTick = 0;
  snapshot: { ticks: number; mono: bigint; sec: bigint; nsec: number } | undefined;

  /** What a whole generation must still have; undefined when nothing is missing. */
  missing(version: TraceVersion): string | undefined {
    if (this.nsPerTick === 0) return 'frequency';
    return version >= 25 && this.snapshot === undefined ? 'clock snapshot' : undefined;
  }

  /** Reads a sync batch; `ticks` is the batch's own time. */
  add(data: Uint8Array, base: number, generation: number, version: TraceVersion, ticks: number): void {
    const cursor = new Cursor(data, version >= 25 ? 1 : 0, data.length, base, generation);
    let now = ticks;
    while (!cursor.done) {
      const type = cursor.byte();
      if (type === EV.Frequency) this.#frequency(cursor);
      else if (type === EV.ClockSnapshot && version >= 25) now = this.#clock(cursor, now);
      else throw cursor.error('sync-entry', `event type ${type} in a sync batch`);
    }
  }

  #frequency(cursor: Cursor): void {
    if (this.nsPerTick !== 0) throw cursor.error('sync-duplicate', 'a second frequency');
    const perSecond = slotAsDouble(cursor.read());
    if (perSecond === 0) throw cursor.error('sync-entry', 'a frequency of 0');
    this.nsPerTick = 1.0 / (perSecond / 1e9);
  }

  #clock(cursor: Cursor, now: number): number {
    if (this.snapshot !== undefined) throw cursor.error('sync-duplicate', 'a second clock snapshot');
    const ticks = now + slotAsDouble(cursor.read());
    const mono = cursor.bigint();
    const sec = cursor.bigint();
    this.snapshot = { ticks, mono, sec, nsec: slotAsDouble(cursor.read()) };
    return ticks;
  }
}
