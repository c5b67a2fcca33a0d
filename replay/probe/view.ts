/** Records as a person reads them. Objects are made here, for findings alone. */
import { P_STATUSES } from '../model/index.ts';
import type { EventView } from '../result.ts';
import { addressText } from './address-table.ts';
import type { Clock } from './clock.ts';
import { shortName } from './goroutines.ts';
import { KIND } from './kinds.ts';
import { type CurrentRecord, NO_THREAD, STACK, wide } from './record.ts';
import { wordName, wordOf } from './words.ts';

export interface Names {
  readonly clock: Clock;
  /** The physical function at a program counter, or ''. */
  readonly functionAt: (lo: number, hi: number) => string;
}

export function viewOf(record: CurrentRecord, names: Names): EventView {
  const args = [...ARGS[argsOf(record.kind)](record, names)];
  if (record.stack === STACK.user) args.push('stack=user');
  if (record.stack === STACK.signal) args.push('stack=gsignal');
  const caller = callerOf(record, names);
  return {
    index: record.sequence,
    generation: 0,
    time: names.clock.nanoseconds(record),
    m: record.m === NO_THREAD ? -1 : record.m,
    p: record.p,
    g: record.goid,
    name: record.name,
    args: args.join(' '),
    stack: caller === '' ? [] : [caller],
    offset: record.offset,
  };
}

/** How the arguments of a record are read. */
type Shape =
  | 'status'
  | 'wait'
  | 'goid'
  | 'word'
  | 'range'
  | 'exit'
  | 'cache'
  | 'm'
  | 'flag'
  | 'p'
  | 'pm'
  | 'plain';

const SHAPES: Partial<Record<(typeof KIND)[keyof typeof KIND], Shape>> = {
  [KIND.gstatus]: 'status',
  [KIND.gstatuswait]: 'wait',
  [KIND.gnew]: 'goid',
  [KIND.goexit1]: 'exit',
  [KIND.goexit0]: 'goid',
  [KIND.gdestroy]: 'goid',
  [KIND.gfput]: 'goid',
  [KIND.execute]: 'goid',
  [KIND.ready]: 'word',
  [KIND.stackalloc]: 'range',
  [KIND.stackfree]: 'range',
  [KIND.copystackbegin]: 'range',
  [KIND.copystackend]: 'range',
  [KIND.shrinkstack]: 'range',
  [KIND.newstack]: 'range',
  [KIND.stackcacherefill]: 'cache',
  [KIND.stackcacherelease]: 'cache',
  [KIND.stackcacheclear]: 'cache',
  [KIND.allocm]: 'm',
  [KIND.mstart]: 'm',
  [KIND.mexit]: 'm',
  [KIND.freemadd]: 'm',
  [KIND.exitthread]: 'm',
  [KIND.reap]: 'flag',
  [KIND.reapkeep]: 'flag',
  [KIND.pstatus]: 'p',
  [KIND.wirep]: 'pm',
  [KIND.releasep]: 'pm',
};

function argsOf(kind: number): Shape {
  return SHAPES[kind as keyof typeof SHAPES] ?? 'plain';
}

const address = addressText;
const number = wide;
const gp = ({ gpLo, gpHi }: CurrentRecord): string => `gp=${address(gpLo, gpHi)}`;

const ARGS: Record<Shape, (record: CurrentRecord, names: Names) => string[]> = {
  status: (r) => [gp(r), `old=${quoted(wordName(wordOf(r.aHi)))}`, `new=${quoted(wordName(wordOf(r.aLo)))}`],
  wait: (r) => [
    gp(r),
    `wanted=${quoted(wordName(wordOf(r.aHi)))}`,
    `found=${quoted(wordName(wordOf(r.aLo)))}`,
  ],
  goid: (r) => [gp(r), `goid=${number(r.aLo, r.aHi)}`],
  word: (r) => [gp(r), `status=${quoted(wordName(wordOf(r.aLo)))}`],
  exit: (r) => [gp(r), `depth=${number(r.bLo, r.bHi)}`],
  range: (r) => [gp(r), `lo=${address(r.aLo, r.aHi)}`, `bytes=${number(r.bLo, r.bHi)}`],
  cache: (r) => [gp(r), `order=${r.aLo}`, `p=${r.bLo}`],
  m: (r) => [`m=${address(r.aLo, r.aHi)}`, `b=${address(r.bLo, r.bHi)}`],
  flag: (r) => [`m=${address(r.aLo, r.aHi)}`, `freeWait=${r.bLo}`],
  p: (r) => [`p=${r.aLo}`, `old=${P_STATUSES[r.bHi] ?? r.bHi}`, `new=${P_STATUSES[r.bLo] ?? r.bLo}`],
  pm: (r) => [`p=${r.aLo}`, `m=${address(r.bLo, r.bHi)}`],
  plain: (r) => [gp(r), `a=${address(r.aLo, r.aHi)}`, `b=${address(r.bLo, r.bHi)}`],
};

function callerOf(record: CurrentRecord, { functionAt }: Names): string {
  const shape = argsOf(record.kind);
  if (shape === 'status' || shape === 'wait' || shape === 'word')
    return named(functionAt(record.bLo, record.bHi));
  return shape === 'exit' ? named(functionAt(record.aLo, record.aHi)) : '';
}

const named = (name: string): string => (name === '' ? '' : shortName(name));
const quoted = (text: string): string => (text.includes(' ') ? `'${text}'` : text);
