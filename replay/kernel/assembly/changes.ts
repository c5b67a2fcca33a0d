/** Changes of state, in the order in which the judge saw them: pieces of columns, so that nothing is ever moved. */
import { room } from './memory';
import { KEPT_CHANGES, KEPT_PIECE } from './specs';

/** Bytes of a change: f64, u32 and u8. */
const BYTES: u32 = 13;

/** How many changes of each kind are kept. */
let most: u32 = KEPT_CHANGES;

/** None are, where nobody will ask for them; before any is added. */
export function keepNoChanges(): void {
  most = 0;
}

export class Changes {
  /** Where the next goes: the piece, and the place in it. The lane looks whether there is room, and adds. */
  piece: usize = 0;
  place: u32 = KEPT_PIECE;
  /** How many are kept: those of the pieces before, and of this one. */
  private before: u32 = 0;
  /** Behind the last that are kept, all go into one piece again and again; the earliest time there. */
  private beyond: bool = false;
  private earliest: f64 = Infinity;
  private readonly pieces: StaticArray<usize> = new StaticArray<usize>(KEPT_CHANGES / KEPT_PIECE);

  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  get isFull(): bool {
    return this.place === KEPT_PIECE;
  }

  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  put(serial: u32, state: u32, time: f64): void {
    const piece = this.piece;
    const place = <usize>this.place;
    store<f64>(piece + (place << 3), time);
    store<u32>(piece + KEPT_PIECE * 8 + (place << 2), serial);
    store<u8>(piece + KEPT_PIECE * 12 + place, state);
    this.place = <u32>place + 1;
  }

  /** Makes room where there is none. */
  open(): void {
    if (!this.isFull) return;
    if (this.piece !== 0) this.close();
    if (!this.beyond) {
      this.piece = room(<f64>KEPT_PIECE * BYTES);
      if (this.before < most) this.pieces[this.before / KEPT_PIECE] = this.piece;
      else this.beyond = true;
    }
    this.place = 0;
  }

  private close(): void {
    if (this.beyond) this.earliest = most === 0 ? 0 : this.until;
    else this.before += KEPT_PIECE;
  }

  get count(): u32 {
    return this.beyond || this.piece === 0 ? this.before : this.before + this.place;
  }

  /** The times of a piece, behind them its serial numbers, and its states. */
  pieceAt(n: u32): usize {
    return this.pieces[n];
  }

  /** Time of the earliest that is not kept. */
  get until(): f64 {
    let earliest = this.earliest;
    if (!this.beyond) return earliest;
    for (let i: u32 = 0; i < this.place; i++) earliest = min(earliest, load<f64>(this.piece + (<usize>i << 3)));
    return earliest;
  }
}

export const ofGoroutines = new Changes();
export const ofProcs = new Changes();
export const ofCollector = new Changes();
export const ofWorld = new Changes();
export const ofThreads = new Changes();
