/**
 * `npm run corrupt`: corrupts real traces by seeds and reads each. Prints what
 * came of it, and for each seed that failed how to see it again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { realTraces } from './traces.ts';
import type { Report, Task } from './worker.ts';

const MB = 1 << 20;
/** Goals: processor time of one reading, and memory of the process, which holds the sound traces too. */
const CPU_MS = 2000;
const memoryLimit = (size: number): number => 4 * size + 200 * MB;
/** A worker that says nothing for so long hangs: processor time is not all that passes on a busy machine. */
const SILENCE_MS = 60_000;
const PROGRESS = 5000;
/** Failures printed in full. */
const SHOWN = 20;
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100000' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: '2' },
    traces: { type: 'string', default: join('.gotwin', 'corrupt') },
  },
});

type Done = Extract<Report, { kind: 'done' }>;

class Tally {
  readonly failures: Done[] = [];
  readonly outcomes = new Map<string, number>();
  count = 0;
  compared = 0;
  whole = 0;
  slowest: Done | undefined;
  largest: Done | undefined;
  readonly #started = Date.now();

  add(done: Done): void {
    const problems = [...done.problems];
    if (done.cpu > CPU_MS) problems.push(`took ${Math.round(done.cpu)} ms of processor time`);
    if (done.memory > memoryLimit(done.size)) problems.push(`${Math.round(done.memory / MB)} MB of memory`);
    if (problems.length > 0) this.fail({ ...done, problems });
    this.count++;
    this.compared += done.compared;
    this.whole += done.whole;
    this.outcomes.set(done.outcome, (this.outcomes.get(done.outcome) ?? 0) + 1);
    if (done.cpu > (this.slowest?.cpu ?? 0)) this.slowest = done;
    if (done.memory > (this.largest?.memory ?? 0)) this.largest = done;
    if (this.count % PROGRESS === 0) {
      const seconds = Math.round((Date.now() - this.#started) / 1000);
      console.log(`${this.count} seeds in ${seconds} s, ${this.failures.length} failed`);
    }
  }

  fail(done: Done): void {
    this.failures.push(done);
    if (this.failures.length > SHOWN) return;
    console.log(`FAILED seed ${done.seed} (${done.trace}: ${done.what})`);
    for (const problem of done.problems) console.log(`  ${problem}`);
    console.log(`  again: npm run corrupt -- --seed ${done.seed} --traces ${values.traces}`);
  }

  print(first: number, last: number): void {
    console.log(
      `\nseeds ${first} to ${last}: ${this.count} corrupted traces read, ${this.failures.length} failed`,
    );
    const kinds = [...this.outcomes].sort((a, b) => b[1] - a[1]);
    const shown = kinds.slice(0, SHOWN).map(([outcome, n]) => `${String(n).padStart(7)}  ${outcome}`);
    console.log([...shown, `         ${kinds.length} outcomes in all`].join('\n'));
    const share = ((100 * this.compared) / this.whole).toFixed(1);
    console.log(`events compared: ${this.compared}, which is ${share}% of those in the sound traces`);
    const { slowest, largest } = this;
    if (slowest !== undefined)
      console.log(`slowest: ${Math.round(slowest.cpu)} ms of processor time (seed ${slowest.seed})`);
    if (largest !== undefined)
      console.log(`memory: at most ${Math.round(largest.memory / MB)} MB a process (seed ${largest.seed})`);
  }
}

/** Lets one process work; a seed at which it hangs or dies fails, and another process goes on behind it. */
async function runWorker(task: Task, tally: Tally): Promise<void> {
  for (let first = task.first; first <= task.last; ) {
    const stuck = await attempt({ ...task, first }, tally);
    if (stuck === undefined) return;
    const [seed, problem] = stuck;
    const none = {
      trace: '',
      what: '',
      outcome: 'hang',
      events: 0,
      compared: 0,
      whole: 0,
      cpu: 0,
      memory: 0,
      size: 0,
    };
    tally.fail({ kind: 'done', seed, ...none, problems: [problem] });
    first = seed + task.step;
  }
}

/** The seed at which the process ended before its time, and how; undefined when all were done. */
function attempt(task: Task, tally: Tally): Promise<[number, string] | undefined> {
  return new Promise((resolve) => {
    // The collector would let garbage pile up, and the limit is about what is needed.
    const child: ChildProcess = fork(WORKER, { execArgv: ['--max-semi-space-size=4'] });
    let seed = task.first;
    let silent = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    child.on('message', (report: Report) => {
      clearTimeout(silent);
      silent = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
      seed = report.seed;
      if (report.kind === 'done') tally.add(report);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(silent);
      resolve(code === 0 ? undefined : [seed, `the process ended: ${signal ?? `exit code ${code}`}`]);
    });
    child.send(task);
  });
}

const traces = await realTraces(values.traces);
const first = Number(values.seed ?? values.first);
const last = values.seed === undefined ? first + Number(values.seeds) - 1 : first;
const step = values.seed === undefined ? Number(values.workers) : 1;
const tally = new Tally();
const each = Array.from({ length: step }, (_, n) =>
  runWorker({ traces, first: first + n, last, step }, tally),
);
await Promise.all(each);
tally.print(first, last);
process.exitCode = tally.failures.length > 0 ? 1 : 0;
