/**
 * Who waits for a goroutine's status: casgstatus spins until the word is the one
 * that it wants to change. Such a wait takes microseconds; in a program that hung
 * it is the wedge, and who changed the word last is who drove it in.
 */
import { seconds } from './clock.ts';
import { type Court, threadName } from './court.ts';
import { type Goroutines, shortName } from './goroutines.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type CurrentRecord, NO_THREAD } from './record.ts';
import { SCAN, wordName, wordOf } from './words.ts';

/** One of this length never ends. */
const LONG_NS = 1e9;

export class Waits {
  readonly #court: Court;
  readonly #goroutines: Goroutines;
  readonly #wait: number;
  readonly #waitEnds: number;
  /** By M, the record with which it began to wait. */
  readonly #open = new Map<number, CurrentRecord>();

  constructor(court: Court, goroutines: Goroutines) {
    this.#court = court;
    this.#goroutines = goroutines;
    this.#wait = court.row('status/wait');
    this.#waitEnds = court.row('status/wait-ends');
  }

  /** It may find the word that it wants, or that with a scan bit: then whoever holds the bit will clear it. */
  begins(): void {
    const court = this.#court;
    const goroutines = this.#goroutines;
    const { record } = court;
    const g = goroutines.here();
    if (g < 0) return;
    const [wanted, found] = [wordOf(record.aHi), wordOf(record.aLo)];
    court.count(this.#wait);
    court.facet(this.#wait, `${wordName(wanted)}, found ${wordName(found)}`);
    if (record.m !== NO_THREAD) this.#open.set(record.m, record.copy());
    if (found === wanted || found === (wanted | SCAN)) return;
    const name = goroutines.name(g);
    goroutines.blame(g, {
      row: this.#wait,
      subject: goroutines.subject(g),
      observed: `${this.#functionAt(record)} on ${threadName(record.m)} waits for ${name} to be ${wordName(wanted)}, and finds it ${wordName(found)}`,
      before: [goroutines.fact(g)],
      allowed: court.only(
        this.#wait,
        `${name} is ${wordName(wanted)} or ${wordName(wanted | SCAN)}`,
        `it is ${wordName(found)}`,
      ),
      // What it found instead is luck: where the goroutine had got to.
      shape: [wordName(wanted)],
      involved: [goroutines.key(g)],
    });
  }

  /** A status was changed: the wait of this record's thread is over when it is that goroutine's. */
  end(): void {
    if (this.#open.size === 0) return;
    const { m, gpLo, gpHi } = this.#court.record;
    const wait = this.#open.get(m);
    if (wait !== undefined && wait.gpLo === gpLo && wait.gpHi === gpHi) this.#open.delete(m);
  }

  /** The program hung, and was ended that many nanoseconds after the clocks began: who waits still. */
  wedged(ended: number, lifecycle: Lifecycle): void {
    const { clock } = this.#court;
    if (!clock.isSet) return;
    for (const wait of this.#open.values()) {
      const long = ended - clock.nanoseconds(wait);
      const g = this.#goroutines.keys.find(wait.gpLo, wait.gpHi);
      if (long >= LONG_NS && g >= 0) this.#tellWedge(wait, g, long, lifecycle);
    }
  }

  #tellWedge(wait: CurrentRecord, g: number, long: number, lifecycle: Lifecycle): void {
    const court = this.#court;
    const goroutines = this.#goroutines;
    const name = goroutines.name(g);
    const wanted = wordName(wordOf(wait.aHi));
    const now = goroutines.isKnown(g) ? wordName(goroutines.word[g] as number) : 'not known';
    const [by, thread] = [this.#functionAt(wait), threadName(wait.m)];
    const world = lifecycle.stop(wait.m);
    Object.assign(court.record, wait);
    court.object({
      row: this.#waitEnds,
      subject: goroutines.subject(g),
      observed: [
        `${thread} waits for ${name} to be ${wanted}, in ${by}: since ${seconds(court.clock.nanoseconds(wait))}, for ${(long / 1e9).toFixed(1)} s, until the program was ended.`,
        this.#lastChange(wait, g, now),
        world?.text ?? '',
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
      before: [
        { name: `${thread} waits`, value: `for ${name} to be ${wanted}, in ${by}`, setBy: wait.sequence },
        goroutines.fact(g),
        ...(world === undefined ? [] : [world.fact]),
      ],
      allowed: court.only(this.#waitEnds, `${name} becomes ${wanted}`, `it is ${now} to the end`),
      shape: [wanted, now],
      foremost: true,
      involved: [goroutines.key(g)],
    });
  }

  /** Who made the goroutine what it is, and when, as seen from the wait. */
  #lastChange(wait: CurrentRecord, g: number, now: string): string {
    const { clock } = this.#court;
    const goroutines = this.#goroutines;
    const name = goroutines.name(g);
    if (!goroutines.isKnown(g)) return `What ${name} is meanwhile is not known.`;
    const at = clock.nanoseconds(goroutines.setAt(g));
    const apart = clock.nanoseconds(wait) - at;
    const when = `${(Math.abs(apart) / 1e6).toFixed(3)} ms ${apart < 0 ? 'after' : 'before'} the wait began`;
    const who = goroutines.setText(g).replace(/^by /, '');
    return `${name} is ${now}: ${who} made it so at ${seconds(at)}, ${when}, and nobody has changed it since.`;
  }

  #functionAt({ bLo, bHi }: CurrentRecord): string {
    return shortName(this.#court.functionOf(this.#court.sites.keys.add(bLo, bHi)));
  }
}
