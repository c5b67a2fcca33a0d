/** Ps by their id: who holds each, and the status. What takes a P is recorded after, what gives it up before. */
import { P_STATUSES } from '../model/index.ts';
import { Addressed, FIRST_COLUMNS, grow } from './address-table.ts';
import { type Court, threadName } from './court.ts';
import type { Damages } from './damages.ts';

/**
 * Ps that there are columns for. Go has had no bound on GOMAXPROCS since 1.10, but that of an int32: records
 * of further Ps are not judged, and it is said how many they are.
 */
const MAX_PROCS = 1 << 16;

/** The M that holds a P, by its number in the table of Ms; nobody; not known. */
const NOBODY = -1;
const UNKNOWN = -2;

/** The Ms that hold Ps. */
class Holders extends Addressed {
  /** The P that it holds, or NOBODY, or UNKNOWN. */
  holds = new Int32Array(FIRST_COLUMNS).fill(UNKNOWN);
  epoch = new Int32Array(FIRST_COLUMNS);

  protected override grown(capacity: number): void {
    const used = this.holds.length;
    this.holds = grow(this.holds, capacity).fill(UNKNOWN, used);
    this.epoch = grow(this.epoch, capacity);
  }
}

export class Procs {
  readonly #court: Court;
  readonly #damages: Damages;
  readonly #holders = new Holders();
  readonly #heldBy = new Int32Array(MAX_PROCS).fill(UNKNOWN);
  readonly #heldSince = new Float64Array(MAX_PROCS);
  readonly #epoch = new Int32Array(MAX_PROCS);
  readonly #status = new Uint32Array(MAX_PROCS);
  readonly #statusBy = new Float64Array(MAX_PROCS);
  readonly #statusEpoch = new Int32Array(MAX_PROCS);
  readonly #chain: number;
  readonly #wire: number;
  readonly #release: number;
  /** Ps seen. */
  seen = 0;
  /** Records of Ps that there are no columns for. */
  unjudged = 0;

  constructor(court: Court, damages: Damages) {
    this.#court = court;
    this.#damages = damages;
    this.#chain = court.row('p/chain');
    this.#wire = court.row('p/wire');
    this.#release = court.row('p/release');
  }

  statusChanged(): void {
    const court = this.#court;
    const { record } = court;
    const p = this.#here();
    if (p < 0) return;
    const [from, to] = [record.bHi, record.bLo];
    const was = this.#status[p] as number;
    if (this.#statusEpoch[p] === court.epoch) {
      court.count(this.#chain);
      court.facet(this.#chain, `${statusName(from)} > ${statusName(to)}`);
      if (was !== from)
        this.#object(
          this.#chain,
          p,
          `P${p} goes from ${statusName(from)} to ${statusName(to)}; the change before left it ${statusName(was)}`,
          { name: `P${p} status`, value: statusName(was), setBy: this.#statusBy[p] as number },
          { text: `P${p} is ${statusName(from)}`, why: `it is ${statusName(was)}` },
          [statusName(was), statusName(from), statusName(to)],
        );
    }
    this.#status[p] = to;
    this.#statusBy[p] = record.sequence;
    this.#statusEpoch[p] = court.epoch;
  }

  wired(): void {
    const court = this.#court;
    const { record } = court;
    const p = this.#here();
    const m = this.#holders.keys.add(record.bLo, record.bHi);
    if (p < 0 || m < 0) return;
    court.count(this.#wire);
    const holder = this.#holder(p);
    const other = this.#holding(m);
    if (holder >= 0) this.#alreadyHeld(p, holder);
    else if (other >= 0)
      this.#object(
        this.#wire,
        p,
        `${threadName(record.m)} gets P${p}, and holds P${other} already`,
        this.#heldFact(other),
        { text: 'the M holds no P', why: `it holds P${other}` },
        ['two Ps'],
      );
    this.#bind(p, m, m, p);
  }

  released(): void {
    const court = this.#court;
    const { record } = court;
    const p = this.#here();
    const m = this.#holders.keys.add(record.bLo, record.bHi);
    if (p < 0 || m < 0) return;
    court.count(this.#release);
    const holder = this.#holder(p);
    if (holder !== UNKNOWN && holder !== m)
      this.#object(
        this.#release,
        p,
        `${threadName(record.m)} takes P${p} from the M at ${this.#holders.text(m)}, and ${this.#holderText(holder)} it`,
        this.#heldFact(p),
        { text: 'that M holds it', why: `${this.#holderText(holder)} it` },
        [holder === NOBODY ? 'held by nobody' : 'held by another'],
      );
    this.#bind(p, NOBODY, m, NOBODY);
  }

  #here(): number {
    const { record } = this.#court;
    const { aLo, aHi } = record;
    if (aHi !== 0 || aLo < 0) {
      this.#damages.proc(record);
      return -1;
    }
    if (aLo >= MAX_PROCS) {
      this.unjudged++;
      return -1;
    }
    this.seen = Math.max(this.seen, aLo + 1);
    return aLo;
  }

  #holder(p: number): number {
    return this.#epoch[p] === this.#court.epoch ? (this.#heldBy[p] as number) : UNKNOWN;
  }

  #holding(m: number): number {
    return this.#holders.epoch[m] === this.#court.epoch ? (this.#holders.holds[m] as number) : UNKNOWN;
  }

  #bind(p: number, holder: number, m: number, holds: number): void {
    const { epoch, record } = this.#court;
    this.#heldBy[p] = holder;
    this.#heldSince[p] = record.sequence;
    this.#epoch[p] = epoch;
    this.#holders.holds[m] = holds;
    this.#holders.epoch[m] = epoch;
  }

  #alreadyHeld(p: number, holder: number): void {
    const { record } = this.#court;
    this.#object(
      this.#wire,
      p,
      `${threadName(record.m)} gets P${p}, which ${this.#holderText(holder)}`,
      this.#heldFact(p),
      { text: `nobody holds P${p}`, why: `${this.#holderText(holder)} it` },
      ['held'],
    );
  }

  #holderText(holder: number): string {
    return holder < 0 ? 'nobody holds' : `the M at ${this.#holders.text(holder)} holds`;
  }

  #heldFact(p: number) {
    return {
      name: `P${p} holder`,
      value: `${this.#holderText(this.#holder(p))} it`,
      setBy: this.#heldSince[p] as number,
    };
  }

  #object(
    row: number,
    p: number,
    observed: string,
    fact: { name: string; value: string; setBy: number },
    guard: { text: string; why: string },
    shape: readonly string[],
  ): void {
    const { record } = this.#court;
    this.#court.object({
      row,
      subject: { kind: 'P', id: String(p) },
      observed,
      before: [fact],
      allowed: this.#court.only(row, guard.text, guard.why),
      shape,
      // A P has no address: its id, as records of Ps carry it.
      involved: [
        [p, 0],
        [record.bLo, record.bHi],
      ],
    });
  }
}

function statusName(status: number): string {
  return P_STATUSES[status] ?? `status ${status}`;
}
