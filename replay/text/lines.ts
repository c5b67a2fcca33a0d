/**
 * The lines that a Go runtime writes to fd 2 under GODEBUG and when it dies: one
 * table that reads them, writes them, and says where in Go's source they are
 * printed. A release's form is a row of its own where it differs.
 */
import type { Citation } from '../result.ts';
import { holdsIn, type Span } from './release.ts';
import { type Template, template, type Values } from './template.ts';

export type LineKind =
  | 'sched'
  | 'schedDetail'
  | 'P'
  | 'M'
  | 'G'
  | 'gc'
  | 'scvg'
  | 'goroutine'
  | 'fatal'
  | 'panic'
  | 'signal'
  | 'signalName'
  | 'pc'
  | 'exitStatus'
  | 'runtime'
  | 'createdBy'
  | 'place'
  | 'frame'
  | 'register'
  | 'title'
  | 'blank'
  /** The last line of the text, without its end: the process went while it was printed. */
  | 'cut'
  /** Fits no descriptor. Kept and counted. */
  | 'unread';

/**
 * What a line is part of. Only `sched` and `gc` are judged figure by figure; a
 * line of `dump` may be cut by another thread that dies at the same time.
 */
export type LineFamily = 'sched' | 'gc' | 'dump';

export interface LineSpec extends Span {
  readonly kind: LineKind;
  readonly family: LineFamily;
  readonly template: Template;
  readonly cite: Citation;
}

const runtime = (file: string, func: string, statement: string): Citation => ({
  file: `runtime/${file}`,
  func,
  statement,
});

const row = (
  kind: LineKind,
  family: LineFamily,
  source: string,
  cite: Citation,
  span: Span = {},
): LineSpec => ({
  kind,
  family,
  template: template(source),
  cite,
  ...span,
});

const HEADER =
  'SCHED {atMs:int}ms: gomaxprocs={gomaxprocs:int} idleprocs={idleprocs:int} threads={threads:int} ' +
  'spinningthreads={spinningthreads:int} needspinning={needspinning:int} idlethreads={idlethreads:int} ' +
  'runqueue={runqueue:int}';

const HEADER_TO_19 = HEADER.replace('needspinning={needspinning:int} ', '');

const GC_FIGURES_TO_17 =
  '{c0:decimal}+{c1:decimal}+{c2:decimal} ms clock, ' +
  '{u0:decimal}+{u1:decimal}/{u2:decimal}/{u3:decimal}+{u4:decimal} ms cpu, ' +
  '{heapStart:int}->{heapEnd:int}->{heapMarked:int} MB, {goal:int} MB goal, {procs:int} P{forced:flag (forced)}';

const M_REST_TO_19 = 'spinning={spinning:bool} blocked={blocked:bool} lockedg={lockedg:signedId}';

const GC_FIGURES =
  '{c0:decimal}+{c1:decimal}+{c2:decimal} ms clock, ' +
  '{u0:decimal}+{u1:decimal}/{u2:decimal}/{u3:decimal}+{u4:decimal} ms cpu, ' +
  '{heapStart:int}->{heapEnd:int}->{heapMarked:int} MB, {goal:int} MB goal, {stacks:int} MB stacks, ' +
  '{globals:int} MB globals, {procs:int} P{forced:flag (forced)}';

const ELSEWHERE = '\tgoroutine running on other thread; stack unavailable';

/** Tried in this order; the first that fits is the line's kind. Specific rows stand before general ones. */
const LINE_SPECS: readonly LineSpec[] = [
  row(
    'schedDetail',
    'sched',
    `${HEADER} gcwaiting={gcwaiting:bool} nmidlelocked={nmidlelocked:int} stopwait={stopwait:int} sysmonwait={sysmonwait:bool}`,
    runtime(
      'proc.go',
      'schedtrace',
      'print(" gcwaiting=", sched.gcwaiting.Load(), " nmidlelocked=", sched.nmidlelocked',
    ),
    { since: 20 },
  ),
  row(
    'schedDetail',
    'sched',
    `${HEADER_TO_19} gcwaiting={gcwaiting:bit} nmidlelocked={nmidlelocked:int} stopwait={stopwait:int} sysmonwait={sysmonwait:bit}`,
    runtime(
      'proc.go',
      'schedtrace',
      'print(" gcwaiting=", sched.gcwaiting, " nmidlelocked=", sched.nmidlelocked',
    ),
    { until: 19 },
  ),
  row('sched', 'sched', `${HEADER} [{queues:ints}]`, runtime('proc.go', 'schedtrace', 'print("[")'), {
    since: 20,
    until: 24,
  }),
  row('sched', 'sched', `${HEADER_TO_19} [{queues:ints}]`, runtime('proc.go', 'schedtrace', 'print("[")'), {
    until: 19,
  }),
  row(
    'sched',
    'sched',
    `${HEADER} [ {queues:ints} ] schedticks=[ {ticks:ints} ]`,
    runtime('proc.go', 'schedtrace', 'print(" schedticks=[ ")'),
    { since: 25 },
  ),
  row(
    'P',
    'sched',
    '  P{id:int}: status={status:int} schedtick={schedtick:int} syscalltick={syscalltick:int} m={m:id} ' +
      'runqsize={runqsize:int} gfreecnt={gfreecnt:int} timerslen={timerslen:int}',
    runtime('proc.go', 'schedtrace', 'print("  P", i, ": status=", pp.status, " schedtick=", pp.schedtick'),
    { since: 20 },
  ),
  row(
    'P',
    'sched',
    '  P{id:int}: status={status:int} schedtick={schedtick:int} syscalltick={syscalltick:int} m={m:signedId} ' +
      'runqsize={runqsize:int} gfreecnt={gfreecnt:int} timerslen={timerslen:int}',
    runtime('proc.go', 'schedtrace', '" gfreecnt=", _p_.gFree.n, " timerslen=", len(_p_.timers), "\\n")'),
    { since: 14, until: 19 },
  ),
  row(
    'P',
    'sched',
    '  P{id:int}: status={status:int} schedtick={schedtick:int} syscalltick={syscalltick:int} m={m:signedId} ' +
      'runqsize={runqsize:int} gfreecnt={gfreecnt:int}',
    runtime('proc.go', 'schedtrace', 'print("  P", i, ": status=", _p_.status, " schedtick="'),
    { until: 13 },
  ),
  row(
    'M',
    'sched',
    '  M{id:int}: p={p:id} curg={curg:id} mallocing={mallocing:int} throwing={throwing:int} ' +
      'preemptoff={preemptoff:text} locks={locks:int} dying={dying:int} spinning={spinning:bool} ' +
      'blocked={blocked:bool} lockedg={lockedg:id}',
    runtime('proc.go', 'schedtrace', 'print(" mallocing=", mp.mallocing, " throwing=", mp.throwing'),
    { since: 20 },
  ),
  row(
    'M',
    'sched',
    '  M{id:int}: p={p:signedId} curg={curg:signedId} mallocing={mallocing:int} throwing={throwing:int} ' +
      `preemptoff={preemptoff:text} locks={locks:int} dying={dying:int} ${M_REST_TO_19}`,
    runtime('proc.go', 'schedtrace', '" dying=", mp.dying, " spinning=", mp.spinning'),
    { since: 12, until: 19 },
  ),
  row(
    'M',
    'sched',
    '  M{id:int}: p={p:signedId} curg={curg:signedId} mallocing={mallocing:int} throwing={throwing:int} ' +
      `preemptoff={preemptoff:text} locks={locks:int} dying={dying:int} helpgc={helpgc:int} ${M_REST_TO_19}`,
    runtime('proc.go', 'schedtrace', '" dying=", mp.dying, " helpgc=", mp.helpgc'),
    { until: 11 },
  ),
  row(
    'G',
    'sched',
    '  G{id:int}: status={status:int}({reason:text}) m={m:id} lockedm={lockedm:id}',
    runtime(
      'proc.go',
      'schedtrace',
      'print("  G", gp.goid, ": status=", readgstatus(gp), "(", gp.waitreason.String(), ") m=")',
    ),
    { since: 20 },
  ),
  row(
    'G',
    'sched',
    '  G{id:int}: status={status:int}({reason:text}) m={m:signedId} lockedm={lockedm:signedId}',
    runtime(
      'proc.go',
      'schedtrace',
      'print("  G", gp.goid, ": status=", readgstatus(gp), "(", gp.waitreason',
    ),
    { until: 19 },
  ),
  row(
    'gc',
    'gc',
    `gc {n:int} @{at:decimal}s {percent:int}%: ${GC_FIGURES}`,
    runtime('mgc.go', 'gcMarkTermination', 'print("gc ", memstats.numgc,'),
    { since: 18, until: 25 },
  ),
  row(
    'gc',
    'gc',
    `gc {n:int} @{at:decimal}s {percent:int}%: ${GC_FIGURES_TO_17}`,
    runtime('mgc.go', 'gcMarkTermination', 'print("gc ", memstats.numgc,'),
    { until: 17 },
  ),
  row(
    'gc',
    'gc',
    `gc {n:int} @{at:decimal}s {percent:int}%{leaks:flag (checking for goroutine leaks)}: ${GC_FIGURES}`,
    runtime('mgc.go', 'gcMarkTermination', 'print(" (checking for goroutine leaks)")'),
    { since: 26 },
  ),
  row(
    'scvg',
    'dump',
    'scvg{n:int}: inuse: {inuse:int}, idle: {idle:int}, sys: {sys:int}, released: {released:int}, consumed: {consumed:int} (MB)',
    runtime('mheap.go', '(*mheap).scavenge', 'print("scvg", k, ": inuse: "'),
    { until: 11 },
  ),
  row(
    'scvg',
    'dump',
    'scvg{n:int}: {released:int} MB released',
    runtime('mheap.go', '(*mheap).scavenge', 'print("scvg", k, ": ", sumreleased>>20, " MB released\\n")'),
    { until: 11 },
  ),
  row(
    'scvg',
    'dump',
    'scvg: inuse: {inuse:int}, idle: {idle:int}, sys: {sys:int}, released: {released:int}, consumed: {consumed:int} (MB)',
    runtime('mgcscavenge.go', 'bgscavenge', 'print("scvg: inuse: "'),
    { since: 13, until: 13 },
  ),
  row(
    'scvg',
    'dump',
    'scvg: {released:int} MB released',
    runtime('mgcscavenge.go', 'bgscavenge', 'print("scvg: ", released>>20, " MB released\\n")'),
    { since: 13, until: 13 },
  ),
  row(
    'goroutine',
    'dump',
    'goroutine {id:int}{where:text} [{state:text}]:',
    runtime('traceback.go', 'goroutineheader', 'print("goroutine ", gp.goid)'),
  ),
  row('fatal', 'dump', 'fatal error: {message:text}', runtime('panic.go', 'throw', 'print("fatal error: "')),
  row('panic', 'dump', 'panic: {message:text}', runtime('panic.go', 'printpanics', 'print("panic: ")')),
  row(
    'signal',
    'dump',
    '[signal {what:text}]',
    runtime('panic.go', 'dopanic_m', 'print("[signal ", signame)'),
  ),
  row(
    'signalName',
    'dump',
    'SIG{name:word}: {what:text}',
    runtime('signal_unix.go', 'fatalsignal', 'print(sigtable[sig].name, "\\n")'),
  ),
  row(
    'pc',
    'dump',
    'PC={pc:hex} m={m:int} sigcode={code:text}',
    runtime('signal_unix.go', 'fatalsignal', 'print("PC=", hex(c.sigpc()), " m="'),
  ),
  row(
    'runtime',
    'dump',
    'runtime: {message:text}',
    runtime('panic.go', 'startpanic_m', 'print("runtime: panic before malloc heap initialized\\n")'),
  ),
  row(
    'createdBy',
    'dump',
    'created by {func:text} in goroutine {id:int}',
    runtime('traceback.go', 'printcreatedby1', 'print("created by ")'),
  ),
  row(
    'createdBy',
    'dump',
    'created by {func:text}',
    runtime('traceback.go', 'printcreatedby1', 'print("created by ")'),
  ),
  row(
    'place',
    'dump',
    '\t{file:text}:{line:int} +{pc:hex}{where:frame}',
    runtime('traceback.go', 'traceback2', 'print("\\t", file, ":", line)'),
  ),
  row(
    'place',
    'dump',
    '\t{file:text}:{line:int}{where:frame}',
    runtime('traceback.go', 'traceback2', 'print("\\t", file, ":", line)'),
  ),
  row('title', 'dump', 'runtime stack:', runtime('panic.go', 'dopanic_m', 'print("\\nruntime stack:\\n")')),
  row(
    'title',
    'dump',
    ELSEWHERE,
    runtime('traceback.go', 'tracebackothers', 'print("\\tgoroutine running on other thread'),
    { until: 24 },
  ),
  row(
    'title',
    'dump',
    ELSEWHERE,
    runtime('traceback.go', 'tracebacksomeothers', 'print("\\tgoroutine running on other thread'),
    { since: 25 },
  ),
  row('title', 'dump', '-----', runtime('signal_unix.go', 'sighandler', 'print("\\n-----\\n\\n")')),
  row('exitStatus', 'dump', 'exit status {code:int}', runtime('signal_unix.go', 'sighandler', 'exit(2)')),
  row(
    'frame',
    'dump',
    '{func:word}({args:text})',
    runtime('traceback.go', 'traceback2', 'printFuncName(name)'),
  ),
  row(
    'register',
    'dump',
    '{name:word}{gap:spaces}{value:hex}',
    runtime('signal_amd64.go', 'dumpregs', 'print("rax    ", hex(c.rax()), "\\n")'),
  ),
  row('blank', 'dump', '', runtime('panic.go', 'dopanic_m', 'print("\\n")')),
];

/** The rows of one release, in order. */
export function lineSpecs(minor: number): readonly LineSpec[] {
  return LINE_SPECS.filter((spec) => holdsIn(spec, minor));
}

/** A line as it was read. */
export interface Line {
  /** Number of the line in the text, from 0. */
  readonly index: number;
  /** Bytes from the text's start to the line's first byte. */
  readonly offset: number;
  readonly kind: LineKind;
  readonly family: LineFamily | 'none';
  /** Values of the fields, by the names in the table; empty where the line was not read. */
  readonly values: Values;
  /** The line without its end; cut off where it was longer than the reader's bound. */
  readonly text: string;
  /** Another thread printed a gctrace line into it: it was put together again from its two parts. */
  readonly mended: boolean;
}
