/**
 * What may happen and what may not, as the probes would record it from Go 1.24 on: a case, at least, for each row that
 * is no transition.
 */
import { pair, pc, status, type Written, wait } from './small-records.ts';

export const G = 0xc000_0010_0000;
export const H = 0xc000_0020_0000;
const M = 0xc000_0080_0000;
const N = 0xc000_0090_0000;
const LO = 0xc000_1000_0000;

/** A goroutine that was made, runs on M1, and waits. */
const made: readonly Written[] = [
  status(G, 'idle', 'dead', pc('runtime.newproc1')),
  { kind: 'gnew', gp: G, a: 7, b: pc('main.work') },
  status(G, 'dead', 'runnable', pc('runtime.newproc1')),
];
export const running = [...made, status(G, 'runnable', 'running', pc('runtime.execute'))];
export const waiting = [...running, status(G, 'running', 'waiting', pc('runtime.park_m'))];
const held = [...waiting, status(G, 'waiting', 'scan waiting', pc('runtime.suspendG'), 2)];
const stack: Written = { kind: 'stackalloc', gp: G, a: LO, b: 8192 };
const exited: readonly Written[] = [
  { kind: 'allocm', a: M, b: 5 },
  { kind: 'stackalloc', a: LO, b: 16384 },
  { kind: 'mstart', a: M, b: LO, m: 5 },
  { kind: 'mexit', a: M, m: 5 },
  { kind: 'freemadd', a: M, b: LO, m: 5 },
];
const done: readonly Written[] = [...exited, { kind: 'exitthread', a: M, m: 5 }];
export const clocks: readonly Written[] = [
  { kind: 'begin', a: 1_000_000, b: 0, ticks: 0 },
  { kind: 'clock', a: 2_000_000, b: 1_000_000, ticks: 1_000_000 },
];

/** By what they tell. */
export const ALLOWED: Readonly<Record<string, readonly Written[]>> = {
  'a goroutine that is made, runs, waits, is readied and ends': [
    ...waiting,
    { kind: 'ready', gp: G, a: 4, m: 2 },
    status(G, 'waiting', 'runnable', pc('runtime.ready'), 2),
    { kind: 'execute', gp: G, a: 7, m: 2 },
    status(G, 'runnable', 'running', pc('runtime.execute'), 2),
    { kind: 'goexit1', gp: G, a: pc('runtime.goexit.abi0'), b: 32, m: 2, stack: 3 },
    { kind: 'goexit0', gp: G, a: 7, m: 2 },
    { kind: 'gdestroy', gp: G, a: 7, m: 2 },
    status(G, 'running', 'dead', pc('runtime.gdestroy'), 2),
    { kind: 'gfput', gp: G, a: 7, m: 2 },
  ],
  'Goexit deep in a stack': [
    ...running,
    { kind: 'goexit1', gp: G, a: pc('runtime.Goexit'), b: 4096, stack: 3 },
    { kind: 'goexit0', gp: G, a: 7 },
  ],
  'a stack that grows, and the old one that is freed': [
    ...running,
    stack,
    status(G, 'running', 'copystack', pc('runtime.newstack')),
    { kind: 'copystackbegin', gp: G, a: LO, b: 8192 },
    { kind: 'stackalloc', gp: G, a: LO + 0x10000, b: 16384 },
    { kind: 'copystackend', gp: G, a: LO + 0x10000, b: 16384 },
    { kind: 'stackfree', gp: G, a: LO, b: 8192 },
    status(G, 'copystack', 'running', pc('runtime.newstack')),
  ],
  'a stack that its scanner shrinks': [
    stack,
    ...held,
    { kind: 'shrinkstack', gp: G, a: LO, b: 8192, m: 2 },
    { kind: 'copystackbegin', gp: G, a: LO, b: 8192, m: 2 },
  ],
  'a small stack beside a large one in the same block': [
    { kind: 'stackalloc', a: LO + 0x4000, b: 65536 },
    { kind: 'stackalloc', a: LO, b: 8192 },
  ],
  'a thread that is made, exits and is reaped, and then its stack': [
    ...done,
    { kind: 'allocmbegin', m: 3 },
    { kind: 'reap', a: M, b: 0, m: 3 },
    { kind: 'stackfree', a: LO, b: 16384, m: 3 },
    { kind: 'allocm', a: M, b: 6, m: 3 },
  ],
  'a thread that a walk finds still on its stack': [
    ...done,
    { kind: 'allocmbegin', m: 3 },
    { kind: 'reapkeep', a: M, b: 2, m: 3 },
    { kind: 'allocm', a: N, b: 6, m: 3 },
  ],
  'a thread that says that it is done while another is being made': [
    ...exited,
    { kind: 'allocmbegin', m: 3 },
    { kind: 'exitthread', a: M, m: 5 },
    { kind: 'allocm', a: N, b: 6, m: 3 },
  ],
  'a P from hand to hand': [
    { kind: 'wirep', a: 0, b: M },
    { kind: 'releasep', a: 0, b: M },
    { kind: 'wirep', a: 0, b: N, m: 2 },
    { kind: 'wirep', a: 1, b: M },
  ],
  'a wait for a scan bit': [...held, wait(G, 'waiting', 'scan waiting', pc('runtime.ready'), 3)],
};

/** Until Go 1.23 a goroutine gets its number when it has its status. */
export const ALLOWED_UNTIL_123: typeof ALLOWED = {
  'a goroutine that is made runnable, and gets its number': [
    status(G, 'idle', 'dead', pc('runtime.newproc1')),
    status(G, 'dead', 'runnable', pc('runtime.newproc1')),
    { kind: 'gnew', gp: G, a: 7, b: pc('main.work') },
  ],
};

/** Since then, as coroutines are. */
export const ALLOWED_IN_123: typeof ALLOWED = {
  'a goroutine that is made waiting, and gets its number': [
    status(G, 'idle', 'dead', pc('runtime.newproc1')),
    status(G, 'dead', 'waiting', pc('runtime.newproc1')),
    { kind: 'gnew', gp: G, a: 7, b: pc('main.work') },
  ],
};

/** Each with the rule that finds it. */
export const FORBIDDEN: Readonly<Record<string, readonly [rule: string, records: readonly Written[]]>> = {
  'a waiting goroutine whose stack is copied by who does not own it': [
    'status/copystack',
    [...waiting, status(G, 'waiting', 'copystack', pc('runtime.scanstack'), 2)],
  ],
  'a status that was stored, not swapped': [
    'status/chain',
    [...waiting, status(G, 'runnable', 'running', pc('runtime.execute'))],
  ],
  'a change that no code makes': [
    'status/transition',
    [...waiting, status(G, 'waiting', 'syscall', pc('runtime.scanstack'))],
  ],
  'a function that has no business with this change': [
    'status/park',
    [...running, status(G, 'running', 'waiting', pc('runtime.ready'))],
  ],
  'a running goroutine that another thread parks': [
    'status/own-thread',
    [...running, status(G, 'running', 'waiting', pc('runtime.park_m'), 2)],
  ],
  'a scan bit that another thread clears': [
    'status/scan-owner',
    [...held, status(G, 'scan waiting', 'waiting', pc('runtime.resumeG'), 3)],
  ],
  'a wait for what cannot come': [
    'status/wait',
    [...waiting, wait(G, 'waiting', 'runnable', pc('runtime.scanstack'), 2)],
  ],
  'two goroutines that run on one thread': [
    'schedule/one-goroutine',
    [
      ...running,
      status(H, 'dead', 'runnable', pc('runtime.newproc1')),
      status(H, 'runnable', 'running', pc('runtime.execute')),
    ],
  ],
  'ready of a goroutine that runs': ['schedule/ready', [...running, { kind: 'ready', gp: G, a: 2, m: 2 }]],
  'execute of a goroutine that waits': ['schedule/execute', [...waiting, { kind: 'execute', gp: G, a: 7 }]],
  'a goroutine from the netpoller that runs': [
    'schedule/netpoll',
    [...running, { kind: 'netpollready', gp: G }],
  ],
  'a range that is given out twice': ['stack/alloc', [stack, stack]],
  'a range inside one that is in use': [
    'stack/alloc',
    [stack, { kind: 'stackalloc', a: LO + 4096, b: 2048 }],
  ],
  'a small range inside a large one that is in use': [
    'stack/alloc',
    [
      { kind: 'stackalloc', a: LO, b: 1 << 18 },
      { kind: 'stackalloc', a: LO + 0x10000, b: 2048 },
    ],
  ],
  'a range that is freed twice': [
    'stack/free',
    [stack, { kind: 'stackfree', a: LO, b: 8192 }, { kind: 'stackfree', a: LO, b: 8192 }],
  ],
  'a range that was never given out': ['stack/free', [{ kind: 'stackfree', a: LO, b: 8192 }]],
  'a part of a range that is freed': ['stack/free', [stack, { kind: 'stackfree', a: LO, b: 4096 }]],
  'a stack of an odd size': ['stack/size', [{ kind: 'stackalloc', a: LO, b: 5000 }]],
  'stackfree on a user stack': [
    'stack/system-stack',
    [stack, { kind: 'stackfree', gp: G, a: LO, b: 8192, stack: 3 }],
  ],
  'a stack cache that is filled on a user stack': [
    'stackcache/refill',
    [{ kind: 'stackcacherefill', gp: G, a: 1, b: 0, stack: 3 }],
  ],
  'a stack cache that is drained on a user stack': [
    'stackcache/release',
    [{ kind: 'stackcacherelease', gp: G, a: 1, b: 0, stack: 3 }],
  ],
  'a stack cache that is cleared on a user stack': [
    'stackcache/clear',
    [{ kind: 'stackcacheclear', gp: G, b: 0, stack: 3 }],
  ],
  'a copy by a thread that does not hold the scan bit': [
    'stack/copy-owned',
    [stack, ...held, { kind: 'copystackbegin', gp: G, a: LO, b: 8192, m: 3 }],
  ],
  'a shrink of a goroutine that nobody holds': [
    'stack/shrink-owned',
    [stack, ...waiting, { kind: 'shrinkstack', gp: G, a: LO, b: 8192, m: 2 }],
  ],
  'newstack on another thread': [
    'stack/grow',
    [...running, { kind: 'newstack', gp: G, a: LO, b: 8192, m: 2 }],
  ],
  'a copy of a stack that is free': [
    'stack/copy',
    [
      ...held,
      stack,
      { kind: 'stackfree', a: LO, b: 8192, m: 2 },
      { kind: 'copystackbegin', gp: G, a: LO, b: 8192, m: 2 },
    ],
  ],
  'the stack of a goroutine that lives': [
    'stack/free-in-use',
    [
      ...held,
      stack,
      { kind: 'copystackbegin', gp: G, a: LO, b: 8192, m: 2 },
      { kind: 'stackfree', a: LO, b: 8192, m: 2 },
    ],
  ],
  'Goexit that calls the stub': [
    'exit/stub',
    [...running, { kind: 'goexit1', gp: G, a: pc('runtime.goexit.abi0'), b: 4096, stack: 3 }],
  ],
  'somebody else who calls goexit1': [
    'exit/goexit1',
    [...running, { kind: 'goexit1', gp: G, a: pc('main.work'), b: 64, stack: 3 }],
  ],
  'goexit0 of a goroutine that waits': [
    'exit/goexit0',
    [
      ...running,
      { kind: 'goexit1', gp: G, a: pc('runtime.Goexit'), b: 64, stack: 3 },
      status(G, 'running', 'waiting', pc('runtime.park_m')),
      { kind: 'goexit0', gp: G, a: 7 },
    ],
  ],
  'goexit0 without goexit1': ['exit/goexit0', [...running, { kind: 'goexit0', gp: G, a: 7 }]],
  'gdestroy of a goroutine that waits': ['exit/destroy', [...waiting, { kind: 'gdestroy', gp: G, a: 7 }]],
  'gfput of a goroutine that lives': ['exit/put', [...waiting, { kind: 'gfput', gp: G, a: 7 }]],
  'newproc1 of a goroutine that runs': ['schedule/new', [...running, { kind: 'gnew', gp: G, a: 8 }]],
  'an M that is made where one lives': ['thread/make', [...done, { kind: 'allocm', a: M, b: 6, m: 3 }]],
  'a thread that starts twice': ['thread/start', [...exited.slice(0, 3), { kind: 'mstart', a: M, m: 5 }]],
  'a thread that exits twice': ['thread/exit', [...exited, { kind: 'mexit', a: M, m: 5 }]],
  'an M on the list that does not exit': ['thread/list', [...exited.slice(0, 3), { kind: 'freemadd', a: M }]],
  'a last word before the list': ['thread/done', [...exited.slice(0, 4), { kind: 'exitthread', a: M, m: 5 }]],
  'an M that is reaped before its thread is done': [
    'thread/reap',
    [...exited, { kind: 'reap', a: M, b: 0, m: 3 }],
  ],
  'an M that is kept although its thread is done': [
    'thread/keep',
    [...done, { kind: 'reapkeep', a: M, b: 0, m: 3 }],
  ],
  'an M that no walk came by': [
    'thread/reaped-in-the-end',
    [...done, { kind: 'allocmbegin', m: 3 }, { kind: 'allocm', a: N, b: 6, m: 3 }],
  ],
  'a g0 stack that is freed before the M is reaped': [
    'thread/g0-stack',
    [...exited, { kind: 'stackfree', a: LO, b: 16384, m: 3 }],
  ],
  'a P for two Ms': [
    'p/wire',
    [
      { kind: 'wirep', a: 0, b: M },
      { kind: 'wirep', a: 0, b: N, m: 2 },
    ],
  ],
  'two Ps for an M': [
    'p/wire',
    [
      { kind: 'wirep', a: 0, b: M },
      { kind: 'wirep', a: 1, b: M },
    ],
  ],
  'a P that is taken from who does not hold it': [
    'p/release',
    [
      { kind: 'wirep', a: 0, b: M },
      { kind: 'releasep', a: 0, b: N, m: 2 },
    ],
  ],
  'a P whose status was stored by two': [
    'p/chain',
    [
      { kind: 'pstatus', a: 0, b: pair(0, 1) },
      { kind: 'pstatus', a: 0, b: pair(3, 0) },
    ],
  ],
  'a world that is stopped twice': ['world/stop', [{ kind: 'stw' }, { kind: 'stw', m: 2 }]],
  'a world that another starts': ['world/start', [{ kind: 'stw' }, { kind: 'startworld', m: 2 }]],
  'a P in a stopped world': ['world/wire', [{ kind: 'stw' }, { kind: 'wirep', a: 0, b: N, m: 2 }]],
  'a goroutine that begins to run in a stopped world': [
    'world/execute',
    [...made, { kind: 'stw' }, { kind: 'execute', gp: G, a: 7, m: 2 }],
  ],
};

const stuck = [...clocks, ...held, wait(G, 'waiting', 'scan waiting', pc('runtime.injectglist'), 4)];

/** A program that hung: somebody waited for a status until it was ended. */
export const HUNG = { records: stuck, hungMs: 10_000 } as const;
