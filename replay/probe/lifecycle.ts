/** What is done with goroutines as wholes: made, readied, run, handed out by the netpoller, ended; also in a stopped world. */
import { STW_REASONS } from '../model/index.ts';
import type { Divergence } from '../result.ts';
import { seconds } from './clock.ts';
import { type Court, threadName } from './court.ts';
import { type Goroutines, same, shortName } from './goroutines.ts';
import { wide } from './record.ts';
import { WORD, wordName } from './words.ts';

/**
 * Bytes between a stack's top and goexit's frame: newproc1 leaves four words and
 * the smallest frame there, rounded up, which is 32 on amd64 and 48 on arm64.
 */
const STUB_DEPTH = 64;

export class Lifecycle {
  readonly #court: Court;
  readonly #goroutines: Goroutines;
  readonly #rows;
  /** The M that stopped the world, or -1 while it runs or that is not known. */
  #stoppedBy = -1;
  #stoppedSince = 0;
  #stoppedFor = 0;
  #stopTicks = { ticksLo: 0, ticksHi: 0 };
  #epoch = 0;

  constructor(court: Court, goroutines: Goroutines) {
    this.#court = court;
    this.#goroutines = goroutines;
    this.#rows = {
      made: court.row('schedule/new'),
      ready: court.row('schedule/ready'),
      execute: court.row('schedule/execute'),
      netpoll: court.row('schedule/netpoll'),
      stub: court.row('exit/stub'),
      goexit1: court.row('exit/goexit1'),
      goexit0: court.row('exit/goexit0'),
      destroy: court.row('exit/destroy'),
      put: court.row('exit/put'),
      stop: court.row('world/stop'),
      start: court.row('world/start'),
      wire: court.row('world/wire'),
      run: court.row('world/execute'),
    };
  }

  made(): void {
    const g = this.#goroutines.here();
    this.#goroutines.named(g);
    this.#expect(g, this.#rows.made, 'newproc1 makes a goroutine of');
  }

  readied(): void {
    const g = this.#goroutines.here();
    this.#expect(g, this.#rows.ready, 'ready is called for');
    if (g >= 0) this.#goroutines.shrunk[g] = 0;
  }

  executed(): void {
    const g = this.#goroutines.here();
    this.#goroutines.named(g);
    this.#expect(g, this.#rows.execute, 'execute is called for');
    if (g >= 0) this.#goroutines.shrunk[g] = 0;
    this.#onlyStopper(this.#rows.run, `begins to run ${g < 0 ? 'a goroutine' : this.#goroutines.name(g)}`);
  }

  polled(): void {
    const goroutines = this.#goroutines;
    const g = goroutines.here();
    if (g < 0) return;
    this.#expect(g, this.#rows.netpoll, 'the netpoller hands out');
    if (goroutines.shrunk[g] !== 0)
      this.#court.facet(this.#rows.netpoll, 'its stack was shrunk while it waited');
    goroutines.shrunk[g] = 0;
  }

  /** On entry of goexit1: `a` is where it was called from, `b` how deep in the stack. */
  exitBegins(): void {
    const court = this.#court;
    const { record } = court;
    const g = this.#goroutines.here();
    if (g < 0) return;
    this.#goroutines.exiting[g] = record.sequence + 1;
    const caller = court.functionOf(court.sites.keys.add(record.aLo, record.aHi));
    if (caller === '') return;
    const isStub = /^runtime\.goexit(\.abi0)?$/.test(caller);
    const row = isStub ? this.#rows.stub : this.#rows.goexit1;
    court.count(row);
    court.facet(row, shortName(caller));
    const isDeep = wide(record.bLo, record.bHi) > STUB_DEPTH;
    if (isStub ? !isDeep : caller === 'runtime.Goexit') return;
    const depth = wide(record.bLo, record.bHi);
    this.#object(
      g,
      row,
      `${this.#goroutines.name(g)} comes to goexit1 from ${shortName(caller)}, ${depth} bytes below the top of its stack`,
      isStub
        ? {
            text: `goexit's frame lies ${STUB_DEPTH} bytes below the top at most`,
            why: `it lies ${depth} below`,
          }
        : { text: 'goexit or Goexit calls goexit1', why: `${shortName(caller)} does` },
      [shortName(caller)],
    );
  }

  ends(): void {
    const goroutines = this.#goroutines;
    const g = goroutines.here();
    if (g < 0) return;
    goroutines.named(g);
    this.#runsHere(g, this.#rows.goexit0, 'goexit0 is called for');
  }

  destroyed(): void {
    const g = this.#goroutines.here();
    if (g >= 0) this.#runsHere(g, this.#rows.destroy, 'gdestroy is called for');
  }

  put(): void {
    this.#expect(this.#goroutines.here(), this.#rows.put, 'gfput keeps');
  }

  stopped(): void {
    const court = this.#court;
    const { m, sequence, aLo, ticksLo, ticksHi } = court.record;
    court.count(this.#rows.stop);
    if (this.#isStopped())
      this.#ofWorld(this.#rows.stop, 'stops the world, which is stopped', 'the world runs', 'it was');
    this.#stoppedBy = m;
    this.#stoppedSince = sequence;
    this.#stoppedFor = aLo;
    this.#stopTicks = { ticksLo, ticksHi };
    this.#epoch = court.epoch;
  }

  starts(): void {
    const court = this.#court;
    if (this.#isStopped()) {
      court.count(this.#rows.start);
      court.count(this.#rows.wire);
      court.count(this.#rows.run);
      if (!same(court.record.m, this.#stoppedBy))
        this.#ofWorld(this.#rows.start, 'starts the world', 'it stopped it', `M${this.#stoppedBy} did`);
    }
    this.#stoppedBy = -1;
  }

  /** A P was given to an M. */
  wired(): void {
    this.#onlyStopper(this.#rows.wire, 'gets a P');
  }

  /** Who has the world stopped, as seen from an M; undefined where it runs, or that is not known. */
  stop(m: number): { text: string; fact: Divergence['before'][number] } | undefined {
    if (!this.#isStopped()) return undefined;
    const by = this.#stoppedBy === m ? `M${m} itself` : threadName(this.#stoppedBy);
    const since = seconds(this.#court.clock.nanoseconds(this.#stopTicks));
    const reason = STW_REASONS[this.#stoppedFor] ?? `reason ${this.#stoppedFor}`;
    return {
      text: `${by} has stopped the world (${reason}) since ${since}.`,
      fact: {
        name: 'world',
        value: `stopped by ${threadName(this.#stoppedBy)} (${reason})`,
        setBy: this.#stoppedSince,
      },
    };
  }

  #isStopped(): boolean {
    return this.#stoppedBy >= 0 && this.#epoch === this.#court.epoch;
  }

  #onlyStopper(row: number, what: string): void {
    if (!this.#isStopped()) return;
    const { m } = this.#court.record;
    this.#court.count(row);
    if (!same(m, this.#stoppedBy))
      this.#ofWorld(row, what, `it is M${this.#stoppedBy}, which stopped the world`, 'it is not');
  }

  #ofWorld(row: number, what: string, text: string, why: string): void {
    const court = this.#court;
    const { m, gpLo, gpHi } = court.record;
    court.object({
      row,
      subject: { kind: 'stw', id: '' },
      observed: `${threadName(m)} ${what} while M${this.#stoppedBy} has the world stopped`,
      before: [{ name: 'world', value: `stopped by M${this.#stoppedBy}`, setBy: this.#stoppedSince }],
      allowed: court.only(row, text, why),
      shape: [],
      involved: [[gpLo, gpHi]],
    });
  }

  #runsHere(g: number, row: number, what: string): void {
    const goroutines = this.#goroutines;
    if (!goroutines.isKnown(g)) return;
    this.#expect(g, row, what);
    const { m } = this.#court.record;
    const runsOn = goroutines.runsOn[g] as number;
    if (goroutines.status(g) === WORD.running && !same(m, runsOn))
      this.#object(
        g,
        row,
        `${what} ${goroutines.name(g)} on ${threadName(m)}, and it runs on M${runsOn}`,
        { text: `it runs on ${threadName(m)}`, why: `it runs on M${runsOn}` },
        ['another thread'],
      );
    if (row === this.#rows.goexit0 && goroutines.exiting[g] === 0 && goroutines.doubt[g] === 0)
      this.#object(
        g,
        row,
        `${what} ${goroutines.name(g)}, which did not come through goexit1`,
        { text: 'goexit1 was called since it began', why: 'it was not' },
        ['without goexit1'],
      );
  }

  /** The goroutine is in a status of the row, scan bit or not. */
  #expect(g: number, row: number, what: string): void {
    const goroutines = this.#goroutines;
    if (!goroutines.isKnown(g)) return;
    this.#court.count(row);
    const from = this.#court.rows[row]?.from ?? [];
    const status = wordName(goroutines.status(g));
    if (from.includes(status)) return;
    const found = wordName(goroutines.word[g] as number);
    this.#object(
      g,
      row,
      `${what} ${goroutines.name(g)}, which is ${found}, ${goroutines.setText(g)}`,
      { text: `${goroutines.name(g)} is ${from.join(' or ')}`, why: `it is ${found}` },
      [status],
    );
  }

  #object(
    g: number,
    row: number,
    observed: string,
    guard: { text: string; why: string },
    shape: readonly string[],
  ): void {
    const goroutines = this.#goroutines;
    goroutines.blame(g, {
      row,
      subject: goroutines.subject(g),
      observed,
      before: [goroutines.fact(g)],
      allowed: this.#court.only(row, guard.text, guard.why),
      shape,
      involved: [goroutines.key(g)],
    });
  }
}
