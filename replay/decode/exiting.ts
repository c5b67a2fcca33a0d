/**
 * Whose the batches are that an M wrote while it exited.
 *
 * mexit (runtime/proc.go) calls unminit before it gives up its P, and unminit
 * (runtime/os_linux.go and its like) sets the M's procid to 0. An M whose buffer
 * is full in between goes on in a new one that bears thread 0. Go's own reader
 * takes that for another thread, and ends where it acts on a P that it does not
 * have. Seen of Go 1.26; the source is the same from 1.22 on.
 */
import { argOf, type EventColumns } from './columns.ts';
import type { BatchInfo } from './generation.ts';
import { EV, PROC_STATUS } from './specs.ts';

const EXITING = 0;

/** What mexit writes while it still has its P: it allocates and sweeps, and stops the P at last. */
const ON_ITS_P: ReadonlySet<number> = new Set([
  EV.GCSweepBegin,
  EV.GCSweepEnd,
  EV.HeapAlloc,
  EV.HeapGoal,
  EV.ProcStop,
]);

/** Hostile traces must end too: with more Ms than this exiting at once, thread 0 is nobody. */
const MANY = 64;

/** What the batches of one M, read in their order, say of it at their end. */
interface Track {
  hasP: boolean;
  /** Its goroutine has ended, and it took up no other. */
  ended: boolean;
  /** Time of its last event, and bytes of its last batch. */
  time: number;
  size: number;
}

/** The same batches, in which those of thread 0 that an exiting M wrote bear its number. */
export function named(batches: readonly BatchInfo[], columns: EventColumns): readonly BatchInfo[] {
  return batches.some(isUnnamed) ? new Naming(columns).named(batches) : batches;
}

function isUnnamed({ kind, m, first, last }: BatchInfo): boolean {
  return kind === 'events' && m === EXITING && first < last;
}

class Naming {
  readonly #columns: EventColumns;
  readonly #tracks = new Map<number, Track>();
  /** Ms that ended their goroutine and kept their P so far. */
  readonly #exiting = new Set<number>();

  constructor(columns: EventColumns) {
    this.#columns = columns;
  }

  named(batches: readonly BatchInfo[]): BatchInfo[] {
    return batches.map((batch) => {
      if (batch.kind !== 'events' || batch.first === batch.last) return batch;
      const m = isUnnamed(batch) ? this.#ownerOf(batch) : batch.m;
      this.#follow(m, batch);
      return m === batch.m ? batch : { ...batch, m };
    });
  }

  /** Of several Ms that exit, the one whose buffer is fullest; thread 0 itself where it is nobody’s. */
  #ownerOf({ first }: BatchInfo): number {
    const { kind, time } = this.#columns;
    if (this.#tracks.get(EXITING)?.hasP === true || !ON_ITS_P.has(kind[first]!)) return EXITING;
    if (this.#exiting.size > MANY) return EXITING;
    let owner = EXITING;
    let most = 0;
    for (const m of this.#exiting) {
      const track = this.#tracks.get(m)!;
      if (track.time > time[first]! || track.size <= most) continue;
      owner = m;
      most = track.size;
    }
    return owner;
  }

  #follow(m: number, { first, last, size }: BatchInfo): void {
    const track = this.#tracks.get(m) ?? { hasP: false, ended: false, time: 0, size: 0 };
    for (let row = first; row < last; row++) this.#step(track, row);
    track.time = this.#columns.time[last - 1]!;
    track.size = size;
    this.#tracks.set(m, track);
    if (track.hasP && track.ended) this.#exiting.add(m);
    else this.#exiting.delete(m);
  }

  #step(track: Track, row: number): void {
    const { kind, argStart } = this.#columns;
    switch (kind[row]) {
      case EV.ProcStart:
        track.hasP = true;
        break;
      case EV.ProcStatus:
        track.hasP ||= argOf(this.#columns, argStart[row]! + 1) === PROC_STATUS.running;
        break;
      case EV.ProcStop:
        track.hasP = false;
        break;
      case EV.GoDestroy:
        track.ended = true;
        break;
      case EV.GoStart:
        track.ended = false;
        break;
    }
  }
}
