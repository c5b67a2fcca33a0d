/** Our events in the words of `go tool trace -d=parsed`, to be held against what Go's own reader says. */
import type { OrderedGeneration } from '../../../order/index.ts';
import { EV, type EventName, eventName, type Generation, type StackFrame } from '../../index.ts';

/** One event. */
export interface ParsedEvent {
  readonly time: bigint;
  /** All else: who, what, and the stacks. */
  readonly text: string;
}

/** More events of one time than there ever are. */
const TIES = 16;
const NO_ONE = 0xffffffffffffffffn;

/** Go's reader knows one frame of each program counter: the first that the file has. */
export type Frames = (stack: readonly StackFrame[]) => readonly StackFrame[];

/** What Go's reader takes the frames of a trace for, in which a pc may stand for several inlined calls. */
export function firstOfEachPc(generation: Generation): Frames {
  const first = new Map<bigint, StackFrame>();
  for (const id of generation.stacks.ids()) {
    for (const frame of generation.stack(id)) if (!first.has(frame.pc)) first.set(frame.pc, frame);
  }
  return (stack) => stack.map((frame) => first.get(frame.pc) ?? frame);
}

/**
 * Every event of a history, as Go's reader has it, which said `theirs`.
 *
 * That reader takes a syscall for one that did not block when a CPU sample
 * falls between its beginning and the event that says that it blocks. Ours does
 * not, so the end that Go adds to such a syscall is added here, where it did.
 */
export function parsedEvents(
  ordered: OrderedGeneration,
  base: bigint,
  frames: Frames,
  theirs: readonly ParsedEvent[],
): ParsedEvent[] {
  const printer = new Printer(ordered, frames);
  const events: ParsedEvent[] = [];
  let last = ordered.generation.startTime;
  const add = (time: number, text: string): void => {
    last = time > last ? time : last + 1;
    events.push({ time: base + BigInt(last), text });
  };
  let added = false;
  for (let position = 0; position < ordered.count; position++) {
    const raw = ordered.generation.columns.time[ordered.event[position]!]!;
    add(raw, printer.text(position));
    if (!added && last !== ordered.time[position]) throw new Error(`event ${position} has another time`);
    if (!isSampledSyscall(ordered, position)) continue;
    const end = printer.syscallEnd();
    // Ties are few, so it is near, and takes a nanosecond or little more.
    const near = theirs.slice(events.length - 1, events.length + TIES);
    const latest = base + BigInt(raw + TIES);
    if (!near.some(({ time, text }) => text === end && time <= latest)) continue;
    add(raw + 1, end);
    added = true;
  }
  return events;
}

/** The next event of the syscall's goroutine is a CPU sample. */
function isSampledSyscall({ generation, event, g, count }: OrderedGeneration, position: number): boolean {
  const { kind } = generation.columns;
  if (kind[event[position]!] !== EV.GoSyscallBegin) return false;
  let next = position + 1;
  while (next < count && g[next] !== g[position]) next++;
  return next < count && kind[event[next]!] === EV.CPUSample;
}

/** What `go tool trace -d=parsed` printed; the Sync events around it are its own. */
export function readParsed(output: string): ParsedEvent[] {
  const events: ParsedEvent[] = [];
  for (const block of output.split(/^(?=M=-?\d+ P=)/m)) {
    const head = /^(M=.*?) Time=(\d+|-\d+)/.exec(block);
    if (head === null || head[1]!.endsWith(' Sync')) continue;
    const lines = block.replace(` Time=${head[2]}`, '').split('\n');
    events.push({ time: BigInt(head[2]!), text: lines.filter((line) => line !== '').join('\n') });
  }
  return events;
}

class Printer {
  readonly #ordered: OrderedGeneration;
  readonly #generation: Generation;
  readonly #frames: Frames;
  #stop = '';
  readonly #tasks = new Map<bigint, { parent: bigint; name: string }>();
  #row = 0;
  #p = -1;
  #g = -1;

  constructor(ordered: OrderedGeneration, frames: Frames) {
    this.#ordered = ordered;
    this.#generation = ordered.generation;
    this.#frames = frames;
  }

  text(position: number): string {
    this.#row = this.#ordered.event[position]!;
    this.#p = this.#ordered.p[position]!;
    this.#g = this.#ordered.g[position]!;
    const name = eventName(this.#generation.columns.kind[this.#row]!) as EventName;
    const say = SAY[name];
    if (say === undefined) throw new Error(`${name} comes of no v1 event`);
    const { kind, what = '', stack, transition } = say(this);
    const lines = [`M=${this.#generation.m(this.#row)} P=${this.#p} G=${this.#g} ${kind}${what}`];
    if (transition !== undefined) lines.push(...this.#stack('TransitionStack=', transition));
    if (stack !== undefined) lines.push(...this.#stack('Stack=', stack));
    // Of a sample without frames Go prints the title.
    if (name === 'CPUSample' && lines.length === 1) lines.push('Stack=');
    return lines.join('\n');
  }

  /** The syscall that was printed last ends. */
  syscallEnd(): string {
    const who = `M=${this.#generation.m(this.#row)} P=${this.#p} G=${this.#g}`;
    return `${who} StateTransition${this.goroutine(this.#g, 'Syscall', 'Running')}`;
  }

  arg(n: number): bigint {
    return this.#generation.wideArg(this.#row, n);
  }

  quoted(n: number): string {
    return JSON.stringify(this.#generation.string(Number(this.arg(n))));
  }

  get p(): number {
    return this.#p;
  }

  get g(): number {
    return this.#g;
  }

  set stop(reason: string) {
    this.#stop = reason;
  }

  /** The reason of the stop that ends; Go carries it from its beginning. */
  get stop(): string {
    return this.#stop;
  }

  beginTask(): void {
    const parent = this.arg(1) === NO_ONE ? 0n : this.arg(1);
    this.#tasks.set(this.arg(0), { parent, name: this.quoted(2) });
  }

  endTask(): string {
    const known = this.#tasks.get(this.arg(0)) ?? { parent: NO_ONE, name: '""' };
    this.#tasks.delete(this.arg(0));
    return `${known.parent} Type=${known.name}`;
  }

  goroutine(id: bigint | number, from: string, to: string, reason = '""'): string {
    return ` GoID=${id} ${from}->${to} Reason=${reason}`;
  }

  proc(id: bigint | number, from: string, to: string): string {
    return ` ProcID=${id} ${from}->${to} Reason=""`;
  }

  #stack(title: string, n: number): string[] {
    const id = Number(this.arg(n));
    const frames = this.#frames(this.#generation.stack(id));
    if (frames.length === 0) return [];
    const lines = frames.flatMap(({ func, pc, file, line }) => [
      `\t${func} @ 0x${pc.toString(16)}`,
      `\t\t${file}:${line}`,
    ]);
    return [title, ...lines];
  }
}

interface Said {
  readonly kind: string;
  readonly what?: string;
  /** The argument that is the event's own stack, and that of the goroutine whose state changes. */
  readonly stack?: number;
  readonly transition?: number;
}

const STATES = ['Undetermined', 'Runnable', 'Running', 'Syscall', 'Waiting'];
const P_STATES = ['Undetermined', 'Running', 'Idle', 'Syscall'];

const metric =
  (name: string, stack?: number) =>
  (it: Printer): Said => ({
    kind: 'Metric',
    what: ` Name="${name}" Value=Value{Uint64(${it.arg(0)})}`,
    ...(stack === undefined ? {} : { stack }),
  });

const range = (kind: 'Begin' | 'End', name: string, scope: string, attributes = ''): Pick<Said, 'kind' | 'what'> => ({
  kind: `Range${kind}`,
  what: ` Name=${JSON.stringify(name)} Scope=${scope}${kind === 'End' ? ` Attributes=[${attributes}]` : ''}`,
});

const scopeOf = (kind: string, id: number): string => `${kind}(${id})`;

/** What Go says of each event that v1 events become. */
const SAY: Readonly<Partial<Record<EventName, (it: Printer) => Said>>> = {
  ProcsChange: metric('/sched/gomaxprocs:threads', 1),
  HeapAlloc: metric('/memory/classes/heap/objects:bytes'),
  HeapGoal: metric('/gc/heap/goal:bytes'),
  ProcStart: (it) => ({ kind: 'StateTransition', what: it.proc(it.arg(0), 'Idle', 'Running') }),
  ProcStop: (it) => ({ kind: 'StateTransition', what: it.proc(it.p, 'Running', 'Idle') }),
  ProcStatus: (it) => ({
    kind: 'StateTransition',
    what: it.proc(it.arg(0), 'Undetermined', P_STATES[Number(it.arg(1))]!),
  }),
  GoCreate: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.arg(0), 'NotExist', 'Runnable'),
    transition: 1,
    stack: 2,
  }),
  GoStart: (it) => ({ kind: 'StateTransition', what: it.goroutine(it.arg(0), 'Runnable', 'Running') }),
  GoDestroy: (it) => ({ kind: 'StateTransition', what: it.goroutine(it.g, 'Running', 'NotExist') }),
  GoStop: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.g, 'Running', 'Runnable', it.quoted(0)),
    transition: 1,
    stack: 1,
  }),
  GoBlock: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.g, 'Running', 'Waiting', it.quoted(0)),
    transition: 1,
    stack: 1,
  }),
  GoUnblock: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.arg(0), 'Waiting', 'Runnable'),
    stack: 2,
  }),
  GoSyscallBegin: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.g, 'Running', 'Syscall'),
    transition: 1,
    stack: 1,
  }),
  GoSyscallEnd: (it) => ({ kind: 'StateTransition', what: it.goroutine(it.g, 'Syscall', 'Running') }),
  GoSyscallEndBlocked: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.g, 'Syscall', 'Runnable'),
  }),
  GoStatus: (it) => ({
    kind: 'StateTransition',
    what: it.goroutine(it.arg(0), 'Undetermined', STATES[Number(it.arg(2))]!),
  }),
  GoLabel: (it) => ({ kind: 'Label', what: ` Label=${it.quoted(0)} Resource=${scopeOf('Goroutine', it.g)}` }),
  STWBegin: (it) => {
    it.stop = JSON.parse(it.quoted(0)) as string;
    return { ...range('Begin', `stop-the-world (${it.stop})`, scopeOf('Goroutine', it.g)), stack: 1 };
  },
  STWEnd: (it) => range('End', `stop-the-world (${it.stop})`, scopeOf('Goroutine', it.g)),
  GCBegin: () => ({ ...range('Begin', 'GC concurrent mark phase', 'None'), stack: 1 }),
  GCEnd: () => range('End', 'GC concurrent mark phase', 'None'),
  GCSweepBegin: (it) => ({ ...range('Begin', 'GC incremental sweep', scopeOf('Proc', it.p)), stack: 0 }),
  GCSweepEnd: (it) =>
    range(
      'End',
      'GC incremental sweep',
      scopeOf('Proc', it.p),
      `"bytes swept"=Value{Uint64(${it.arg(0)})} "bytes reclaimed"=Value{Uint64(${it.arg(1)})}`,
    ),
  GCMarkAssistBegin: (it) => ({ ...range('Begin', 'GC mark assist', scopeOf('Goroutine', it.g)), stack: 0 }),
  GCMarkAssistEnd: (it) => range('End', 'GC mark assist', scopeOf('Goroutine', it.g)),
  UserTaskBegin: (it) => {
    it.beginTask();
    return { kind: 'TaskBegin', what: ` ID=${it.arg(0)} Parent=${it.arg(1)} Type=${it.quoted(2)}`, stack: 3 };
  },
  UserTaskEnd: (it) => ({ kind: 'TaskEnd', what: ` ID=${it.arg(0)} Parent=${it.endTask()}`, stack: 1 }),
  UserRegionBegin: (it) => ({ kind: 'RegionBegin', what: ` Task=${it.arg(0)} Type=${it.quoted(1)}`, stack: 2 }),
  UserRegionEnd: (it) => ({ kind: 'RegionEnd', what: ` Task=${it.arg(0)} Type=${it.quoted(1)}`, stack: 2 }),
  UserLog: (it) => ({
    kind: 'Log',
    what: ` Task=${it.arg(0)} Category=${it.quoted(1)} Message=${it.quoted(2)}`,
    stack: 3,
  }),
  CPUSample: () => ({ kind: 'StackSample', stack: 3 }),
};

/**
 * Where two readings of a trace differ: in a time, or in what happened among
 * events of one time, which may stand in any order (each gets a nanosecond of
 * its own, so that they follow each other closely). Empty when nowhere.
 */
export function firstDifference(ours: readonly ParsedEvent[], theirs: readonly ParsedEvent[]): string {
  for (let from = 0, to = 0; from < ours.length; from = to) {
    to = from + 1;
    while (to < ours.length && ours[to]!.time === ours[to - 1]!.time + 1n) to++;
    const told = (events: readonly ParsedEvent[]): string => events.map(({ text }) => text).sort().join('\n');
    const times = (events: readonly ParsedEvent[]): string => events.map(({ time }) => time).join(' ');
    const [mine, yours] = [ours.slice(from, to), theirs.slice(from, to)];
    if (times(mine) !== times(yours)) return `event ${from}: times ${times(mine)}, Go's ${times(yours)}`;
    if (told(mine) !== told(yours)) return `event ${from} at ${mine[0]!.time}:\n${told(mine)}\nGo's:\n${told(yours)}`;
  }
  return ours.length === theirs.length ? '' : `${ours.length} events, Go's ${theirs.length}`;
}
