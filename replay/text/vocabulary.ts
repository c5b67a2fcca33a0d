/** The words and numbers of each release: what a G, a P and a waiting goroutine may say of themselves. */
import type { Citation } from '../result.ts';
import { reasonTo10 } from './older-source.ts';
import { holdsIn, type Span } from './release.ts';

interface Word extends Span {
  readonly name: string;
}

interface NumberedWord extends Word {
  readonly value: number;
}

/** _Gscan: a stack is being scanned, and the status may not change meanwhile. */
const SCAN_BIT = 0x1000;
export const G_DEAD = 6;
export const G_DEAD_EXTRA = 11;
export const P_IDLE = 0;
export const P_RUNNING = 1;
export const P_GCSTOP = 3;
/** What freezetheworld stores in sched.stopwait when the process dies. */
export const FREEZE_STOP_WAIT = 0x7fffffff;

const runtime2 = (statement: string): Citation => ({ file: 'runtime/runtime2.go', func: 'const', statement });

/**
 * Statuses that a goroutine in allgs can show. _Gidle is none of them: allgadd
 * throws for it. The numbers 5 and 7 are unused, and no release prints them.
 */
const G_STATUSES: readonly (NumberedWord & { cite: Citation })[] = [
  { value: 1, name: 'runnable', cite: runtime2('_Grunnable // 1') },
  { value: 2, name: 'running', cite: runtime2('_Grunning // 2') },
  { value: 3, name: 'syscall', cite: runtime2('_Gsyscall // 3') },
  { value: 4, name: 'waiting', cite: runtime2('_Gwaiting // 4') },
  { value: 6, name: 'dead', cite: runtime2('_Gdead // 6') },
  { value: 8, name: 'copystack', cite: runtime2('_Gcopystack // 8') },
  { value: 9, name: 'preempted', since: 14, cite: runtime2('_Gpreempted // 9') },
  { value: 10, name: 'leaked', since: 26, cite: runtime2('_Gleaked // 10') },
  { value: 11, name: 'deadextra', since: 26, cite: runtime2('_Gdeadextra // 11') },
  { value: SCAN_BIT + 1, name: 'runnable (scan)', cite: runtime2('_Gscanrunnable = _Gscan + _Grunnable') },
  { value: SCAN_BIT + 2, name: 'running (scan)', cite: runtime2('_Gscanrunning = _Gscan + _Grunning') },
  { value: SCAN_BIT + 3, name: 'syscall (scan)', cite: runtime2('_Gscansyscall = _Gscan + _Gsyscall') },
  { value: SCAN_BIT + 4, name: 'waiting (scan)', cite: runtime2('_Gscanwaiting = _Gscan + _Gwaiting') },
  {
    value: SCAN_BIT + 9,
    name: 'preempted (scan)',
    since: 14,
    cite: runtime2('_Gscanpreempted = _Gscan + _Gpreempted'),
  },
  {
    value: SCAN_BIT + 10,
    name: 'leaked (scan)',
    since: 26,
    cite: runtime2('_Gscanleaked = _Gscan + _Gleaked'),
  },
  {
    value: SCAN_BIT + 11,
    name: 'deadextra (scan)',
    since: 26,
    cite: runtime2('_Gscandeadextra = _Gscan + _Gdeadextra'),
  },
];

/** _Pdead is none of them: procresize takes a dead P out of allp before it lets go of sched.lock. */
const P_STATUSES: readonly (NumberedWord & { cite: Citation })[] = [
  { value: 0, name: 'idle', cite: runtime2('_Pidle = iota') },
  { value: 1, name: 'running', cite: runtime2('_Prunning') },
  { value: 2, name: 'syscall', until: 25, cite: runtime2('_Psyscall') },
  { value: 3, name: 'gcstop', cite: runtime2('_Pgcstop') },
];

const reasonStrings = { file: 'runtime/runtime2.go', func: 'var' };

/** Where the words of a release stand in its source. */
export function citedWords(minor: number): { word: string; cite: Citation }[] {
  const numbers = [...G_STATUSES, ...P_STATUSES].filter((word) => holdsIn(word, minor));
  const reasons = WAIT_REASONS.filter((word) => holdsIn(word, minor));
  return [
    ...numbers.map(({ name, cite }) => ({ word: name, cite })),
    ...reasons.map(({ name }) => ({
      word: name,
      cite: (minor <= 10 ? reasonTo10(name) : undefined) ?? { ...reasonStrings, statement: `: "${name}",` },
    })),
  ];
}

/** waitReasonStrings. The empty reason is one: the reason is set when a goroutine first waits. */
const WAIT_REASONS: readonly Word[] = [
  ...[
    '',
    'GC assist marking',
    'IO wait',
    'chan receive (nil chan)',
    'chan send (nil chan)',
    'dumping heap',
    'garbage collection',
    'garbage collection scan',
    'panicwait',
    'select',
    'select (no cases)',
    'GC assist wait',
    'GC sweep wait',
    'chan receive',
    'chan send',
    'finalizer wait',
    'force gc (idle)',
    'semacquire',
    'sleep',
    'trace reader (blocked)',
    'wait for GC cycle',
    'GC worker (idle)',
  ].map((name) => ({ name })),
  { name: 'timer goroutine (idle)', until: 19 },
  { name: 'sync.Cond.Wait', since: 11 },
  { name: 'GC scavenge wait', since: 13 },
  { name: 'preempted', since: 14 },
  { name: 'debug call', since: 16 },
  { name: 'GC mark termination', since: 20 },
  { name: 'GC worker (active)', since: 20 },
  { name: 'stopping the world', since: 20 },
  { name: 'sync.Mutex.Lock', since: 20 },
  { name: 'sync.RWMutex.RLock', since: 20 },
  { name: 'sync.RWMutex.Lock', since: 20 },
  { name: 'trace goroutine status', since: 22 },
  { name: 'trace proc status', since: 22 },
  { name: 'page trace flush', since: 22 },
  { name: 'flushing proc caches', since: 22 },
  { name: 'coroutine', since: 22 },
  { name: 'GC weak to strong wait', since: 23 },
  { name: 'sync.WaitGroup.Wait', since: 24 },
  { name: 'synctest.Run', since: 24 },
  { name: 'synctest.Wait', since: 24 },
  { name: 'chan receive (synctest)', since: 24, until: 24 },
  { name: 'chan send (synctest)', since: 24, until: 24 },
  { name: 'select (synctest)', since: 24, until: 24 },
  { name: 'chan receive (durable)', since: 25 },
  { name: 'chan send (durable)', since: 25 },
  { name: 'select (durable)', since: 25 },
  { name: 'sync.WaitGroup.Wait (durable)', since: 25 },
  { name: 'GOMAXPROCS updater (idle)', since: 25 },
  { name: 'cleanup wait', since: 25 },
];

/** gStatusStrings: what a goroutine header says where it gives no wait reason. */
const HEADER_STATUSES: readonly Word[] = [
  ...['idle', 'runnable', 'running', 'syscall', 'waiting', 'dead', 'copystack', 'preempted'].map((name) => ({
    name,
  })),
  { name: 'leaked', since: 26 },
  { name: 'waiting for cgo callback', since: 26 },
];

/** What one release can print. */
export interface Vocabulary {
  readonly gStatus: ReadonlyMap<number, string>;
  readonly pStatus: ReadonlyMap<number, string>;
  readonly waitReason: ReadonlySet<string>;
  /** The first words between a goroutine header's brackets. */
  readonly headerState: ReadonlySet<string>;
}

export function vocabularyOf(minor: number): Vocabulary {
  const here = <W extends Word>(words: readonly W[]): W[] => words.filter((word) => holdsIn(word, minor));
  const numbered = (words: readonly NumberedWord[]) =>
    new Map(here(words).map((w) => [w.value, w.name] as const));
  const names = (words: readonly Word[]): string[] => here(words).map((word) => word.name);
  return {
    gStatus: numbered(G_STATUSES),
    pStatus: numbered(P_STATUSES),
    waitReason: new Set(names(WAIT_REASONS)),
    headerState: new Set([...names(HEADER_STATUSES), ...names(WAIT_REASONS).filter((name) => name !== '')]),
  };
}
