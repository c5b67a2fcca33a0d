/**
 * The rules cite the source of Go 1.22 and later. Where releases before it have the same in other words, or in
 * another function, this says how; where they have nothing of the kind, the rule does without.
 */
import type { Citation } from '../result.ts';

/** Until that release; undefined for nothing of the kind. Another file and function only where they differ. */
type Wording = readonly [until: number, statement: string | undefined, place?: readonly [string, string]];

const NONE = undefined;
const OLD_SIGNALS = ['signal_sighandler.go', 'sighandler'] as const;
const LATER_SIGNALS = ['signal_unix.go', 'sighandler'] as const;
const OLD_TRACEBACK = ['traceback.go', 'gentraceback'] as const;
const NEW_M = ['proc.go', 'mcommoninit'] as const;

/** By function and statement; of several wordings the first that reaches to the release. */
const OLDER: Readonly<Record<string, readonly Wording[]>> = {
  'schedtrace: gp.waitreason.String()': [[10, 'readgstatus(gp), "(", gp.waitreason, ") m="']],
  'waitReason.String: return "unknown wait reason"': [[10, NONE]],
  'procresize: allp = allp[:nprocs]': [[9, 'p.status = _Pdead']],
  '(*p).destroy: pp.status = _Pdead': [[11, 'p.status = _Pdead', ['proc.go', 'procresize']]],
  'handoffp: sched.needspinning.Store(0)': [[19, NONE]],
  'schedtrace: for i, pp := range allp {': [
    [9, 'for i := int32(0); i < gomaxprocs; i++ {'],
    [19, 'for i, _p_ := range allp {'],
  ],
  'procresize: assertLockHeld(&sched.lock)': [[13, NONE]],
  'pidleput: sched.npidle.Add(1)': [[19, 'atomic.Xadd(&sched.npidle, 1)']],
  'pidleput: sched.pidle.set(pp)': [[19, 'sched.pidle.set(_p_)']],
  'pidleget: assertLockHeld(&sched.lock)': [[13, 'atomic.Xadd(&sched.npidle, -1)']],
  'pidleget: sched.pidle = pp.link': [[19, 'sched.pidle = _p_.link']],
  'mput: assertLockHeld(&sched.lock)': [[13, 'sched.nmidle++']],
  'mget: assertLockHeld(&sched.lock)': [[13, 'sched.nmidle--']],
  'mcount: return int32(sched.mnext - sched.nmfreed)': [[9, 'sched.mcount++', NEW_M]],
  'mReserveID: sched.mnext++': [
    [9, 'sched.mcount++', NEW_M],
    [13, 'sched.mnext++', NEW_M],
  ],
  'mexit: sched.nmfreed++': [[9, NONE]],
  'mexit: *pprev = mp.alllink': [
    [9, NONE],
    [19, '*pprev = m.alllink'],
  ],
  'wirep: throw("wirep: already in go")': [
    [11, 'throw("acquirep: already in go")', ['proc.go', 'acquirep1']],
  ],
  'newproc1: newg.goid = pp.goidcache': [[19, 'newg.goid = int64(_p_.goidcache)']],
  'newproc1: pp.goidcache++': [[19, '_p_.goidcache++']],
  'newproc1: pp := mp.p.ptr()': [[19, '_p_ := _g_.m.p.ptr()']],
  'gcstopm: pp := releasep()': [[19, '_p_ := releasep()']],
  'gcstopm: pp.status = _Pgcstop': [[19, '_p_.status = _Pgcstop']],
  'handoffp: pp.status = _Pgcstop': [[19, '_p_.status = _Pgcstop']],
  'startTheWorldWithSema: sched.gcwaiting.Store(false)': [[19, 'sched.gcwaiting = 0']],
  'exitsyscall: if exitsyscallfast(oldp) {': [[11, 'if exitsyscallfast() {']],
  'execute: mp.p.ptr().schedtick++': [[19, '_g_.m.p.ptr().schedtick++']],
  'procresize: copy(nallp, allp[:cap(allp)])': [[9, NONE]],
  'schedtrace: forEachG(func(gp *g) {': [[16, 'for gi := 0; gi < len(allgs); gi++ {']],
  'forEachG: lock(&allglock)': [[16, 'lock(&allglock)', ['proc.go', 'schedtrace']]],
  'GOMAXPROCS: stopTheWorldGC(stwGOMAXPROCS)': [
    [13, 'stopTheWorld("GOMAXPROCS")'],
    [20, 'stopTheWorldGC("GOMAXPROCS")'],
  ],
  'gcStart: semacquire(&gcsema)': [[13, 'semacquire(&worldsema)']],
  'gcMarkTermination: semrelease(&gcsema)': [[13, 'semrelease(&worldsema)']],
  '(*gcControllerState).addGlobals: c.globalsScan.Add(amount)': [
    [18, 'atomic.Xadd64(&c.globalsScan, amount)'],
  ],
  'goroutineheader: status = gp.waitreason.String()': [[10, 'status = gp.waitreason']],
  'goroutineheader: print("goroutine ", gp.goid)': [[21, 'print("goroutine ", gp.goid, " [", status)']],
  'fatalsignal: print(sigtable[sig].name, "\\n")': [
    [13, 'print(sigtable[sig].name, "\\n")', OLD_SIGNALS],
    [20, 'print(sigtable[sig].name, "\\n")', LATER_SIGNALS],
  ],
  'fatalsignal: print("PC=", hex(c.sigpc()), " m="': [
    [13, 'print("PC=", hex(c.sigpc()), " m="', OLD_SIGNALS],
    [20, 'print("PC=", hex(c.sigpc()), " m="', LATER_SIGNALS],
  ],
  'sighandler: print("\\n-----\\n\\n")': [[13, 'print("\\n-----\\n\\n")', OLD_SIGNALS]],
  'sighandler: exit(2)': [[13, 'exit(2)', OLD_SIGNALS]],
  'dumpregs: print("rax    ", hex(c.rax()), "\\n")': [
    [13, 'print("rax    ", hex(c.rax()), "\\n")', ['signal_amd64x.go', 'dumpregs']],
  ],
  'printcreatedby1: print("created by ")': [
    [10, 'print("created by ", funcname(f), "\\n")', ['traceback.go', 'printcreatedby']],
    [20, 'print("created by ", funcname(f), "\\n")'],
  ],
  'traceback2: print("\\t", file, ":", line)': [[20, 'print("\\t", file, ":", line)', OLD_TRACEBACK]],
  'traceback2: printFuncName(name)': [[20, 'print(name, "(")', OLD_TRACEBACK]],
};

/** The citation as that release has it; undefined where it has nothing of the kind. */
export function asWrittenIn(cite: Citation, minor: number): Citation | undefined {
  const wording = OLDER[`${cite.func}: ${cite.statement}`]?.find(([until]) => minor <= until);
  if (wording === undefined) return cite;
  const [, statement, place] = wording;
  if (statement === undefined) return undefined;
  const [file, func] = place === undefined ? [cite.file, cite.func] : [`runtime/${place[0]}`, place[1]];
  return { file, func, statement };
}

/** Until Go 1.10 a wait reason is a string, given where a goroutine is parked: file, function. */
const REASONS_TO_10: Readonly<Record<string, readonly [string, string]>> = {
  '': ['proc.go', 'goexit0'],
  'GC assist marking': ['mgcmark.go', 'gcAssistAlloc1'],
  'GC assist wait': ['mgcmark.go', 'gcParkAssist'],
  'GC sweep wait': ['mgcsweep.go', 'bgsweep'],
  'GC worker (idle)': ['mgc.go', 'gcBgMarkWorker'],
  'IO wait': ['netpoll.go', 'netpollblock'],
  'chan receive': ['chan.go', 'chanrecv'],
  'chan receive (nil chan)': ['chan.go', 'chanrecv'],
  'chan send': ['chan.go', 'chansend'],
  'chan send (nil chan)': ['chan.go', 'chansend'],
  'dumping heap': ['heapdump.go', 'writeheapdump_m'],
  'finalizer wait': ['mfinal.go', 'runfinq'],
  'force gc (idle)': ['proc.go', 'forcegchelper'],
  'garbage collection': ['mgc.go', 'gcMarkTermination'],
  'garbage collection scan': ['mgcmark.go', 'markroot'],
  panicwait: ['proc.go', 'main'],
  select: ['select.go', 'selectgo'],
  'select (no cases)': ['select.go', 'block'],
  semacquire: ['sema.go', 'semacquire1'],
  sleep: ['time.go', 'timeSleep'],
  'timer goroutine (idle)': ['time.go', 'timerproc'],
  'trace reader (blocked)': ['trace.go', 'ReadTrace'],
  'wait for GC cycle': ['mgc.go', 'GC'],
};

/** Where a wait reason stands in the source of Go 1.9 and 1.10; undefined for one that they do not have. */
export function reasonTo10(name: string): Citation | undefined {
  const place = REASONS_TO_10[name];
  return place && { file: `runtime/${place[0]}`, func: place[1], statement: `"${name}"` };
}
