/**
 * Our events in the words of v1, and those of the parsers of Go 1.9 and 1.10 in
 * the same form: no later reader of Go's knows those traces.
 *
 * An event is one text: time, name, P, goroutine, arguments, frames.
 */
import type { OrderedGeneration } from '../../../order/index.ts';
import { type EventName, eventName, type Generation } from '../../index.ts';

/** v2 events that are one v1 event: its name, the arguments that are compared, and the stack. */
const PLAIN: Readonly<Partial<Record<EventName, readonly [name: string, args: Record<string, number>, stack?: number]>>> =
  {
    ProcsChange: ['Gomaxprocs', { procs: 0 }, 1],
    ProcStart: ['ProcStart', {}],
    ProcStop: ['ProcStop', {}],
    GCBegin: ['GCStart', { seq: 0 }, 1],
    GCEnd: ['GCDone', {}],
    STWEnd: ['STWDone', {}],
    GCSweepBegin: ['GCSweepStart', {}, 0],
    GCSweepEnd: ['GCSweepDone', { swept: 0, reclaimed: 1 }],
    GoCreate: ['GoCreate', { g: 0, stack: 1 }, 2],
    GoStart: ['GoStart', { g: 0, seq: 1 }],
    GoDestroy: ['GoEnd', {}],
    GoUnblock: ['GoUnblock', { g: 0, seq: 1 }, 2],
    GoSyscallBegin: ['GoSysCall', {}, 1],
    GoSyscallEndBlocked: ['GoSysExit', {}],
    HeapAlloc: ['HeapAlloc', { mem: 0 }],
    HeapGoal: ['NextGC', { mem: 0 }],
    GCMarkAssistBegin: ['GCMarkAssistStart', {}, 0],
    GCMarkAssistEnd: ['GCMarkAssistDone', {}],
  };

/** GoBlock and GoStop of v2, by their reasons. */
const REASONS: Readonly<Record<string, string>> = {
  forever: 'GoStop',
  'runtime.Gosched': 'GoSched',
  preempted: 'GoPreempt',
  sleep: 'GoSleep',
  '': 'GoBlock',
  'chan send': 'GoBlockSend',
  'chan receive': 'GoBlockRecv',
  select: 'GoBlockSelect',
  sync: 'GoBlockSync',
  'sync.(*Cond).Wait': 'GoBlockCond',
  network: 'GoBlockNet',
  'GC mark assist wait for work': 'GoBlockGC',
};
/** GoStatus, by the status. */
const STATUSES = ['', '', 'GoStart', 'GoInSyscall', 'GoWaiting'];
/** Of these the old parsers name no goroutine, though one did it. */
const OF_NO_ONE = new Set(['GCStart', 'GCDone', 'STWStart', 'STWDone']);

export function ownEvents(ordered: OrderedGeneration): string[] {
  const { generation, count, event } = ordered;
  const nameAt = (position: number): string =>
    position < count ? eventName(generation.columns.kind[event[position]!]!) : '';
  const events: string[] = [];
  for (let position = 0; position < count; position++) {
    const row = event[position]!;
    const name = nameAt(position) as EventName;
    const next = nameAt(position + 1);
    // No v1 event stands behind these: of the roll call, a label and a syscall it has one for two.
    if (name === 'GoStatus' && generation.arg(row, 2) === 1) continue;
    if (name === 'GoLabel' || name === 'GoSyscallEnd') continue;
    let [own, said, frames] = inWords(generation, row, name);
    if (name === 'GoStart' && next === 'GoLabel') {
      own = 'GoStartLabel';
      said += ` "${generation.string(generation.arg(event[position + 1]!, 0))}"`;
    }
    if (name === 'GoSyscallBegin' && next !== 'GoSyscallEnd') said += ' blocked';
    const g = OF_NO_ONE.has(own) ? 0 : Math.max(0, ordered.g[position]!);
    events.push(`${generation.columns.time[row]} ${own} p=${ordered.p[position]} g=${g}${said}${frames}`);
  }
  return inOrder(events);
}

function inWords(generation: Generation, row: number, name: EventName): [name: string, said: string, frames: string] {
  if (name === 'ProcStatus') return [generation.arg(row, 1) === 1 ? 'ProcStart' : 'ProcStop', '', ''];
  if (name === 'GoStatus') return [STATUSES[generation.arg(row, 2)]!, '', ''];
  const reason = (): string => generation.string(generation.arg(row, 0));
  if (name === 'STWBegin') return ['STWStart', ` "${reason()}"`, ''];
  if (name === 'GoBlock' || name === 'GoStop') return [REASONS[reason()] ?? '?', '', framesOf(generation, row, 1)];
  const [own, args, stack] = PLAIN[name] ?? [`? ${name}`, {}];
  const said = Object.entries(args).map(([arg, n]) => ` ${arg}=${generation.wideArg(row, n)}`);
  return [own, said.join(''), stack === undefined ? '' : framesOf(generation, row, stack)];
}

function framesOf(generation: Generation, row: number, n: number): string {
  const frames = generation.stack(generation.arg(row, n));
  return frames.map(({ pc, func, file, line }) => `\n\t0x${pc.toString(16)} ${func} ${file}:${line}`).join('');
}

/** Arguments that v2 has a place for. */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.values(PLAIN).map(([name, args]) => [name, Object.keys(args)])),
  GoStartLabel: ['g', 'seq'],
};
/** Before 1.10 the name was another, and the only stop that was traced ended the marking. */
const RENAMED: Readonly<Record<string, string>> = {
  GCScanStart: 'STWStart',
  GCScanDone: 'STWDone',
  GCSTWStart: 'STWStart',
  GCSTWDone: 'STWDone',
};

/** The same of what testdata/parser printed. */
export function parserEvents(output: string): string[] {
  const events: string[] = [];
  /** By goroutine: where its last GoSysCall is. One that blocks has an event of its own, which v2 has not. */
  const calls = new Map<string, number>();
  let began = false;
  for (const block of output.split(/\n(?!\t)/)) {
    const match = /^(-?\d+) (\w+) (p=-?\d+) g=(\d+)((?: \w+=\d+)*)(?: "(.*?)")?(?: -> .*)?((?:\n\t.*)*)$/.exec(
      block,
    );
    if (match === null) continue;
    const [, time, theirName, p, g, args, text, frames] = match;
    const name = RENAMED[theirName!] ?? theirName!;
    // The roll call ends with the first of these; what it says of goroutines is in their statuses.
    if (name === 'Gomaxprocs' && !began) {
      began = true;
      continue;
    }
    if (name === 'GoSysBlock') events[calls.get(g!)!] = events[calls.get(g!)!]!.replace(/( p=.*)/, '$1 blocked');
    if (name === 'GoSysBlock' || (name === 'GoCreate' && !began)) continue;
    const wanted = name === 'GoStart' && !began ? [] : (COMPARED[name] ?? []);
    const known = [...args!.matchAll(/ (\w+)=\d+/g)].filter(([, arg]) => wanted.includes(arg!));
    let said = known.map(([all]) => all).join('');
    if (name === 'STWStart') said += ` "GC ${text ?? 'mark termination'}"`;
    if (name === 'GoStartLabel') said += ` "${text}"`;
    if (name === 'GoSysCall') calls.set(g!, events.length);
    // Their first GoStart of a goroutine carries the frame that its creation names.
    const stack = name.startsWith('GoStart') ? '' : frames;
    events.push(`${time} ${name} ${p} g=${OF_NO_ONE.has(name) ? 0 : g}${said}${stack}`);
  }
  return inOrder(events);
}

/** By time, and among events of one time by their text: there Go's order is chance. */
function inOrder(events: string[]): string[] {
  const timeOf = (event: string): number => Number(event.slice(0, event.indexOf(' ')));
  return events.sort((a, b) => timeOf(a) - timeOf(b) || (a < b ? -1 : a > b ? 1 : 0));
}
