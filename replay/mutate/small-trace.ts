/**
 * A trace of a few lines, made by hand: who wrote what, in the order in which it happened.
 *
 *     M1 ProcStatus p=0 pstatus=running
 *     M1 GoStatus g=1 gstatus=running
 *     -  GoStatus g=2 gstatus=waiting
 *     M1 GoUnblock g=2 stack=main.f
 *     generation
 *     M1@-1ms GoBlock reason_string="chan receive" stack=runtime.chanrecv1
 *
 * `-` is no M. Events and arguments have Go's names, strings and stacks stand as what they are (a stack as its
 * functions, the one on top first, by commas), and what is left out is what Go would write there: the number that is next, no stack. Each line
 * happens a microsecond after the one before; `@` says how far from there the M wrote it.
 */
import {
  EVENT_SPECS,
  type EventName,
  type EventSpec,
  GO_STATUS,
  PROC_STATUS,
  type TraceVersion,
  type WireBatch,
  type WireEvent,
  type WireGeneration,
  type WireNumber,
  writeWire,
} from '../decode/index.ts';

/** Ns of a tick, and ticks in which the clock counts: as Go's on Linux. */
const TICK = 64;
const FREQUENCY = 1e9 / TICK;
/** Ticks from line to line, and where the first stands. */
const STEP = 16;
const BEGIN = 1_000_000;
const NO_M = 0xffffffffffffffffn;
const UNITS: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9 };

const SPECS = new Map(EVENT_SPECS.map((spec) => [spec.name, spec]));

export function smallTrace(version: TraceVersion, lines: string): Uint8Array {
  const writer = new Writer(version);
  for (const line of lines.split('\n').map((each) => each.trim())) {
    if (line === 'generation') writer.nextGeneration();
    else if (line !== '') writer.line(line);
  }
  return writer.take();
}

class Writer {
  readonly #version: TraceVersion;
  readonly #generations: WireGeneration[] = [];
  readonly #numbers = new Numbers();
  #open = new OpenGeneration();
  #now = BEGIN;

  constructor(version: TraceVersion) {
    this.#version = version;
  }

  line(line: string): void {
    const [, m, offset, name, rest = ''] = /^(M\d+|-)(?:@(\S+))?\s+(\w+)(.*)$/.exec(line) ?? [];
    const spec = SPECS.get(name ?? '');
    if (spec === undefined || m === undefined) throw new RangeError(`no event: ${line}`);
    const said = new Map(
      [...rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, key = '', quoted, bare]) => [
        key,
        quoted ?? bare ?? '',
      ]),
    );
    const thread = m === '-' ? NO_M : BigInt(m.slice(1));
    const args = this.#argsOf(spec, said, thread);
    this.#now += STEP;
    this.#open.add(thread, this.#now + ticks(offset), { name: spec.name as EventName, args });
  }

  #argsOf(spec: EventSpec, said: ReadonlyMap<string, string>, thread: bigint): Record<string, WireNumber> {
    const args: Record<string, WireNumber> = {};
    spec.args.forEach((name, i) => {
      const text = said.get(name);
      const kind = spec.kinds[i];
      if (kind === 'dt' || kind === 'seq') return;
      if (kind === 'string') args[name] = this.#open.text(text ?? '');
      else if (kind === 'stack') args[name] = text === undefined ? 0 : this.#open.stack(text);
      else if (kind === 'gstatus') args[name] = GO_STATUS[text as keyof typeof GO_STATUS] ?? Number(text);
      else if (kind === 'pstatus') args[name] = PROC_STATUS[text as keyof typeof PROC_STATUS] ?? Number(text);
      else if (kind === 'm') args[name] = text === undefined ? threadOf(said, thread) : BigInt(text);
      else args[name] = Number(text ?? 0);
    });
    const sequence = spec.args.find((_, i) => spec.kinds[i] === 'seq');
    const next = this.#numbers.next(spec.name, args, thread);
    if (sequence !== undefined) args[sequence] = Number(said.get(sequence) ?? next);
    return args;
  }

  nextGeneration(): void {
    this.#generations.push(this.#open.close(this.#generations.length + 1, this.#version, this.#now));
    this.#open = new OpenGeneration();
    this.#numbers.nextGeneration();
  }

  take(): Uint8Array {
    this.nextGeneration();
    return writeWire({ version: this.#version, generations: this.#generations });
  }
}

/** The M that a GoStatus names: the one that writes it, for what is on an M at all. */
function threadOf(said: ReadonlyMap<string, string>, thread: bigint): bigint {
  return ['running', 'syscall'].includes(said.get('gstatus') ?? '') ? thread : NO_M;
}

function ticks(offset: string | undefined): number {
  const [, number = '0', unit = 's'] = /^([+-]?\d+)(us|ms|s)$/.exec(offset ?? '0s') ?? [];
  return Math.round((Number(number) * (UNITS[unit] as number)) / TICK);
}

/** The numbers by which Go orders what happens to one goroutine, one P and the collector. */
class Numbers {
  readonly #last = new Map<string, number>();
  readonly #procOf = new Map<bigint, WireNumber>();
  #collector = 0;

  nextGeneration(): void {
    this.#last.clear();
  }

  next(name: string, { g, p }: Record<string, WireNumber>, m: bigint): number {
    if (name.startsWith('GC'))
      return name.includes('Sweep') || name.includes('Assist') ? 0 : ++this.#collector;
    if (name === 'ProcStatus' || name === 'ProcStart') this.#procOf.set(m, p as WireNumber);
    if (name.endsWith('Status') || name.endsWith('StatusStack')) return 0;
    const subject =
      name === 'GoSyscallBegin' ? `p${this.#procOf.get(m)}` : g === undefined ? `p${p}` : `g${g}`;
    const number = (this.#last.get(subject) ?? 0) + 1;
    this.#last.set(subject, number);
    return number;
  }
}

/** A generation that is being written: its Ms, strings and stacks. */
class OpenGeneration {
  readonly #threads = new Map<bigint, { at: number; events: WireEvent[]; from: number }>();
  readonly #texts = new Map<string, number>();
  readonly #stacks = new Map<string, number>();

  add(m: bigint, at: number, event: WireEvent): void {
    const thread = this.#threads.get(m) ?? { at, events: [], from: at };
    this.#threads.set(m, thread);
    event.args.dt = Math.max(0, at - thread.at);
    thread.at = Math.max(at, thread.at);
    thread.events.push(event);
  }

  text(value: string): number {
    return numbered(this.#texts, value);
  }

  stack(functions: string): number {
    return numbered(this.#stacks, functions);
  }

  close(number: number, version: TraceVersion, now: number): WireGeneration {
    const batch = (m: bigint, time: number, events: WireEvent[]): WireBatch => ({
      generation: number,
      m,
      time,
      experiment: 0,
      events,
      widths: [],
    });
    const file = this.text('main.go');
    const stacks = [...this.#stacks].map(([functions, id]): WireEvent => {
      const names = functions.split(',').map((func) => this.text(func));
      return {
        name: 'Stack',
        args: { id },
        frames: names.map((func) => ({ pc: 4096 + id, func, file, line: id })),
      };
    });
    const texts = [...this.#texts].map(
      ([value, id]): WireEvent => ({ name: 'String', args: { id }, data: new TextEncoder().encode(value) }),
    );
    const after = now + STEP;
    const batches = [...this.#threads].map(([m, { from, events }]) => batch(m, from, events));
    return {
      number,
      batches: [
        ...batches,
        batch(NO_M, after, [{ name: 'Stacks', args: {} }, ...stacks]),
        batch(NO_M, after, [{ name: 'Strings', args: {} }, ...texts]),
        batch(NO_M, after, clocks(version, after)),
      ],
      ended: version >= 26,
    };
  }
}

function numbered(known: Map<string, number>, value: string): number {
  const number = known.get(value) ?? known.size + 1;
  known.set(value, number);
  return number;
}

function clocks(version: TraceVersion, now: number): WireEvent[] {
  const frequency: WireEvent = { name: 'Frequency', args: { freq: FREQUENCY } };
  if (version < 25) return [frequency];
  const snapshot: WireEvent = { name: 'ClockSnapshot', args: { dt: 0, mono: now * TICK, sec: 0, nsec: 0 } };
  return [{ name: 'Sync', args: {} }, frequency, snapshot];
}
