/** What a record tells, as a sentence: for whoever reads how it came about. */
import { P_STATUSES, STW_REASONS } from '../model/index.ts';
import { addressText } from './address-table.ts';
import { shortName } from './goroutines.ts';
import { KIND_NAMES, type KindName } from './kinds.ts';
import { type CurrentRecord, wide } from './record.ts';
import type { Names } from './view.ts';
import { wordName, wordOf } from './words.ts';

interface Parts {
  readonly record: CurrentRecord;
  /** The goroutine: `G7`. */
  readonly g: string;
  /** The M whose address it carries. */
  readonly m: string;
  readonly p: string;
  /** The function that `b` lies in, or `a`. */
  readonly by: string;
  readonly caller: string;
  readonly old: string;
  readonly now: string;
}

const DEEDS: Partial<Record<KindName, (parts: Parts) => string>> = {
  gstatus: ({ by, g, old, now }) => `${by} changes ${g} from ${old} to ${now}`,
  gstatuswait: ({ by, g, old, now }) => `${by} waits for ${g} to be ${old}, and finds it ${now}`,
  gnew: ({ g }) => `${g} is made`,
  goexit1: ({ g, caller }) => `${caller} lets ${g} end`,
  goexit0: ({ g }) => `${g} leaves its stack for the last time`,
  gdestroy: ({ g }) => `${g} is destroyed`,
  gfput: ({ g }) => `${g} is kept for another goroutine`,
  ready: ({ g, by }) => `${by} readies ${g}`,
  execute: ({ g }) => `${g} is to run`,
  netpollready: ({ g }) => `the netpoller hands out ${g}`,
  netpollunblock: ({ g }) => `the netpoller finds what ${g} waits for`,
  sysenter: ({ g }) => `${g} goes into a system call`,
  sysblock: ({ g }) => `${g} goes into a system call that blocks`,
  sysexit: ({ g }) => `${g} comes back from its system call`,
  stackalloc: ({ record }) => `a stack of ${wide(record.bLo, record.bHi)} bytes is allocated`,
  stackfree: ({ record }) => `a stack of ${wide(record.bLo, record.bHi)} bytes is freed`,
  stackcacherefill: ({ record }) => `the stack cache of P${record.bLo} is filled`,
  stackcacherelease: ({ record }) => `the stack cache of P${record.bLo} is drained`,
  stackcacheclear: ({ record }) => `the stack cache of P${record.bLo} is emptied`,
  copystackbegin: ({ g }) => `the stack of ${g} is about to be copied`,
  copystackend: ({ g }) => `the stack of ${g} has been copied`,
  shrinkstack: ({ g }) => `the stack of ${g} may be shrunk`,
  newstack: ({ g }) => `the stack of ${g} is too small, or it is to be preempted`,
  allocmbegin: () => 'an M is about to be made',
  allocm: ({ m }) => `${m} is made`,
  mstart: ({ m }) => `${m} starts`,
  mexit: ({ m }) => `${m} begins to exit`,
  freemadd: ({ m }) => `${m} is listed among those that exit`,
  exitthread: ({ m }) => `the thread of ${m} says that it needs its stack no more`,
  reap: ({ m }) => `${m} is reaped`,
  reapkeep: ({ m }) => `${m} is not reaped yet`,
  pstatus: ({ p, record }) => `${p} becomes ${P_STATUSES[record.bLo] ?? record.bLo}`,
  wirep: ({ p }) => `${p} is taken`,
  releasep: ({ p }) => `${p} is given up`,
  handoffp: ({ p }) => `${p} is handed on`,
  stw: ({ record }) => `the world is stopped (${STW_REASONS[record.aLo] ?? record.aLo})`,
  startworld: () => 'the world is started',
};

/** Empty where there is nothing to be said that the record's name does not say. */
export function deedText(record: CurrentRecord, names: Names): string {
  const name = KIND_NAMES[record.kind];
  const deed = name === undefined ? undefined : DEEDS[name];
  if (deed === undefined) return '';
  const { goid } = record;
  return deed({
    record,
    g: goid > 0 ? `G${goid}` : `the goroutine at ${addressText(record.gpLo, record.gpHi)}`,
    m: `the M at ${addressText(record.aLo, record.aHi)}`,
    p: `P${record.aLo}`,
    by: shortName(names.functionAt(record.bLo, record.bHi)),
    caller: shortName(names.functionAt(record.aLo, record.aHi)),
    old: wordName(wordOf(record.aHi)),
    now: wordName(wordOf(record.aLo)),
  });
}
