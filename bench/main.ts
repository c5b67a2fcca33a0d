/** `npm run bench`: Gotwin's reader against Go's, in one run. README.md says how to read what it prints. */
import { relative } from 'node:path';
import { entryOf, HISTORY, record } from './history.ts';
import { type MadeTrace, makeTrace } from './make.ts';
import {
  type JudgingMeasured,
  type Measured,
  measure,
  measureJudging,
  measureWorkers,
  type WorkersMeasured,
} from './measure.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { buildPrograms, type Programs, ROOT, readerVersion } from './programs.ts';
import { judgingTable, readersTable, workersTable } from './table.ts';
import { TRACES } from './traces.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);
const print = (text: string) => process.stdout.write(`${text}\n`);

async function bench(options: Options): Promise<void> {
  const programs = await buildPrograms(options.go);
  say(`traces by ${programs.go}, Go's reader ${readerVersion()}, node ${process.version}`);
  const traces: MadeTrace[] = [];
  for (const spec of options.traces) traces.push(await make(spec.name, programs));
  if (options.makeOnly) return;
  if (options.judging) return await judging(traces, options, programs);
  const rows = options.peer ? await readers(traces, options, programs) : [];
  const workers = options.workers > 1 ? await severalWorkers(traces, options, programs) : [];
  if (options.record) {
    record(await entryOf(rows, workers, programs));
    say(`added to ${relative(ROOT, HISTORY)}`);
  }
}

async function make(name: string, programs: Programs): Promise<MadeTrace> {
  const spec = TRACES.find((one) => one.name === name);
  if (spec === undefined) throw new Error(`no trace is called ${name}`);
  const made = await makeTrace(spec, { programs, specs: TRACES, say });
  const { bytes, generations, path } = made;
  say(`${name}: ${bytes} bytes, ${generations} generations, ${relative(ROOT, path)}`);
  return made;
}

async function readers(traces: readonly MadeTrace[], options: Options, programs: Programs) {
  const rows: Measured[] = [];
  for (const trace of traces) {
    rows.push(await measure(trace, options.pairs, programs));
    say(`${trace.spec.name}: Go's user CPU is ${rows.at(-1)?.user.median.toFixed(2)} times ours`);
  }
  print(`\nMedians of ${options.pairs} pairs of runs, least and most in brackets:\n`);
  print(readersTable(rows));
  return rows;
}

async function judging(traces: readonly MadeTrace[], options: Options, programs: Programs): Promise<void> {
  const rows: JudgingMeasured[] = [];
  for (const trace of traces) rows.push(await measureJudging(trace, options.pairs, programs));
  print(`\nWhat judging costs; medians of ${options.pairs} pairs of runs, least and most in brackets:\n`);
  print(judgingTable(rows));
}

async function severalWorkers(traces: readonly MadeTrace[], options: Options, programs: Programs) {
  const rows: WorkersMeasured[] = [];
  for (const trace of traces) {
    const row = await measureWorkers(trace, options.workers, options.pairs, programs);
    if (row === undefined) {
      print('\n`gotwin events` has no option --workers: one worker against several is not measured.');
      return [];
    }
    rows.push(row);
  }
  print(`\nOne worker against ${options.workers}:\n`);
  print(workersTable(rows));
  return rows;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) print(HELP);
  else await bench(options);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
