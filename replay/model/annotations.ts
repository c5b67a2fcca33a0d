/** Tasks, regions, logs and labels: what the program itself says, through runtime/trace. */
import { at, type Delta, type Row } from './row.ts';

/** The runtime labels one kind of goroutine only, the collector's workers. */
const LABEL_GUARD = 'if pp.ptr().gcMarkWorkerMode != gcMarkWorkerNotWorker {';

type Line = Omit<Row, 'machine' | 'effect' | 'needs' | 'from'> & Partial<Pick<Row, 'from'>>;
const rows = (lines: readonly Line[]): Row[] =>
  lines.map((line) => ({
    machine: 'annotations',
    effect: 'none',
    needs: ['P', 'G'],
    from: [],
    ...line,
  }));

export const annotations: readonly Row[] = rows([
  {
    id: 'task/begin',
    on: 'UserTaskBegin',
    subject: 'task',
    from: ['closed'],
    to: 'open',
    text: 'a task begins once: its number is never given to another while it is open',
    cite: [
      {
        file: 'runtime/trace/annotation.go',
        func: 'newID',
        statement: 'return atomic.AddUint64(&lastTaskID, 1)',
      },
    ],
  },
  {
    id: 'task/end',
    on: 'UserTaskEnd',
    subject: 'task',
    from: ['open', 'closed'],
    to: 'closed',
    text: 'a task may end more than once, and may have begun before the trace',
    cite: [{ file: 'runtime/trace/annotation.go', func: '(*Task) End', statement: 'userTaskEnd(t.id)' }],
  },
  // Regions are to be nested, and a program that does not keep to it is no fault of the runtime: not judged.
  {
    id: 'region/begin',
    on: 'UserRegionBegin',
    subject: 'self',
    text: 'a region begins on the goroutine that runs',
    cite: [
      {
        file: 'runtime/trace/annotation.go',
        func: 'StartRegion',
        statement: 'userRegion(id, regionStartCode, regionType)',
      },
    ],
  },
  {
    id: 'region/end',
    on: 'UserRegionEnd',
    subject: 'self',
    text: 'a region ends on the goroutine that runs',
    cite: [
      {
        file: 'runtime/trace/annotation.go',
        func: '(*Region) End',
        statement: 'userRegion(r.id, regionEndCode, r.regionType)',
      },
    ],
  },
  {
    id: 'user/log',
    on: 'UserLog',
    subject: 'self',
    text: 'a log message comes from the goroutine that runs',
    cite: [{ file: 'runtime/trace/annotation.go', func: 'Log', statement: 'userLog(id, category, message)' }],
  },
  {
    id: 'user/label',
    on: 'GoLabel',
    subject: 'self',
    text: 'a label is put on the goroutine that runs',
    cite: [at('trace2runtime.go', '(traceLocker) GoStart', LABEL_GUARD)],
  },
]);

export const annotations123: Delta = {
  change: { 'user/label': { cite: [at('traceruntime.go', '(traceLocker) GoStart', LABEL_GUARD)] } },
};
