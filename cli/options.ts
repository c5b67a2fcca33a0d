import type { ProbeMode, RecordedLayer } from '../collector/index.ts';
import {
  architectures,
  day,
  duration,
  goroutineId,
  instant,
  list,
  listOf,
  oneOf,
  path,
  positive,
  releases,
  seed,
  settings,
  shard,
  workers,
} from './values.ts';

/** What the options of a call come to. Absent means: not given, the command decides. */
export interface OptionValues {
  go?: string[];
  goroot?: string;
  arch?: string[];
  layers?: RecordedLayer[];
  probeMode?: ProbeMode;
  /** Kinds and groups of kinds. */
  probeKinds?: string[];
  /** Records. */
  probeWindow?: number;
  count?: number;
  /** Milliseconds. */
  duration?: number;
  /** Milliseconds. */
  timeLimit?: number;
  godebug?: Record<string, string>;
  test?: boolean;
  gcflags?: string;
  race?: boolean;
  overlay?: string;
  unoptimised?: boolean;
  fault?: string;
  /** Milliseconds. */
  delay?: number;
  faults?: boolean;
  report?: string;
  out?: string;
  perfetto?: boolean;
  divergence?: string;
  rerun?: number;
  expect?: string;
  reason?: string;
  link?: string;
  /** YYYY-MM-DD. */
  expires?: string;
  program?: string[];
  variant?: string;
  /** Names of kinds of mutants. */
  kind?: string[];
  seed?: number;
  peer?: boolean;
  model?: boolean;
  judgeBy?: string;
  steer?: boolean;
  runs?: number;
  format?: EventFormat;
  /** Milliseconds since the trace's first event. */
  from?: number;
  /** Milliseconds since the trace's first event. */
  to?: number;
  goroutine?: number;
  layer?: ListedLayer;
  shard?: { index: number; count: number };
  durations?: string;
  since?: string;
  limit?: number;
  workers?: number;
  json?: boolean;
  /** False for `--no-color`. */
  color?: boolean;
  quiet?: boolean;
}

export const LISTED_LAYERS = ['trace', 'probe'] as const;
export type ListedLayer = (typeof LISTED_LAYERS)[number];

export const EVENT_FORMATS = ['text', 'json', 'wire', 'none'] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

/** Said here again, since options are read before anything of the collector is loaded. */
const RECORDED_LAYERS = ['trace', 'text', 'probe', 'os'] as const satisfies readonly RecordedLayer[];
/** Releases that are modelled: before Go 1.22 by what they print alone. */
const MODELS = [
  ...(['1.9', '1.10', '1.11', '1.13', '1.16', '1.18', '1.20', '1.21'] as const),
  ...(['1.22', '1.23', '1.24', '1.25', '1.26'] as const),
] as const;
const PROBE_MODES = ['linear', 'ring'] as const satisfies readonly ProbeMode[];

export interface OptionSpec {
  /** As commander takes them: `-d, --duration <time>`. */
  flags: string;
  description: string;
  /** What happens without it, in words, for help and docs. */
  otherwise?: string;
  /** Throws a ValueError; options without a value have none. */
  parse?: (text: string) => unknown;
}

/** Every option of every command: one row gives the parsing, the help and `docs/cli.md`. */
export const OPTIONS: Readonly<Record<keyof OptionValues, OptionSpec>> = {
  go: {
    flags: '--go <releases>',
    description: 'Go releases to run, with commas: 1.22,1.26.8; what is missing is installed',
    parse: releases,
  },
  goroot: {
    flags: '--goroot <dir>',
    description:
      "build with a Go tree of your own, in place of a release: a working tree that src/make.bash has built, or a copy of a release's GOROOT with an edited runtime",
    parse: path,
  },
  arch: {
    flags: '--arch <architectures>',
    description: 'architectures to run, as GOARCH names them, with commas: amd64,arm64',
    parse: architectures,
  },
  layers: {
    flags: '--layers <layers>',
    description: `layers of evidence to record, with commas: ${RECORDED_LAYERS.join(',')}`,
    otherwise: 'trace,text,os',
    parse: listOf(...RECORDED_LAYERS),
  },
  probeMode: {
    flags: '--probe-mode <mode>',
    description: 'linear: the probe keeps the first records; ring: the last',
    otherwise: 'linear',
    parse: oneOf(...PROBE_MODES),
  },
  probeKinds: {
    flags: '--probe-kinds <kinds>',
    description:
      'kinds of records, or groups of them, that the probe writes, with commas: status,stack,throw',
    otherwise: 'all',
    parse: list,
  },
  probeWindow: {
    flags: '--probe-window <n>',
    description: 'records that the probe has room for, 48 bytes each',
    otherwise: '4194304, in ring mode 65536',
    parse: positive,
  },
  count: {
    flags: '--count <n>',
    description: 'runs of each target, release and architecture; with mutate, mutants of each kind',
    otherwise: '1; with mutate 100',
    parse: positive,
  },
  duration: {
    flags: '-d, --duration <time>',
    description: 'how long a program works: passed as -d to a fixture, SIGTERM to any other program after it',
    otherwise: "the fixture's own; any other program until it ends",
    parse: duration,
  },
  timeLimit: {
    flags: '--time-limit <time>',
    description: 'a run that takes longer hangs: SIGTERM, SIGQUIT (the dump is kept), SIGKILL',
    otherwise: "the fixture's own, or 60s",
    parse: duration,
  },
  godebug: {
    flags: '--godebug <settings>',
    description: 'settings for GODEBUG beside our own, with commas: asyncpreemptoff=1,gcstoptheworld=1',
    parse: settings,
  },
  test: { flags: '--test', description: 'what is named is a package of tests' },
  gcflags: {
    flags: '--gcflags <flags>',
    description: "flags for Go's compiler, as `go build` takes them: 'all=-N -l'",
  },
  race: { flags: '--race', description: 'build with the race detector' },
  overlay: {
    flags: '--overlay <file>',
    description: 'build with other files in the place of some, as `go build -overlay` takes them',
    parse: path,
  },
  unoptimised: {
    flags: '--unoptimised',
    description: "build once more with -gcflags='all=-N -l', and compare the two",
  },
  fault: {
    flags: '--fault <name>',
    description: 'build with a runtime that carries this historic bug again (docs/faults.md)',
  },
  faults: {
    flags: '--faults',
    description:
      'seed every fault in turn, each on its fixture, and say who noticed: a test of Gotwin itself',
  },
  delay: {
    flags: '--delay <time>',
    description: 'how long the fault waits where its race is: 200us; only for a fault that waits',
    otherwise: "the fault's own",
    parse: instant,
  },
  report: {
    flags: '--report <dir>',
    description: 'folder of the report, and of the recordings where any are made',
    otherwise: 'gotwin-report',
    parse: path,
  },
  out: { flags: '-o, --out <path>', description: 'where to write', parse: path },
  perfetto: {
    flags: '--perfetto',
    description: "write a trace for each recording, too, which Perfetto's page opens (ui.perfetto.dev)",
  },
  divergence: { flags: '--divergence <id>', description: 'show this one divergence whole' },
  rerun: {
    flags: '--rerun <n>',
    description:
      'build and run the same program so many times more, and count how often the finding comes again',
    parse: positive,
  },
  expect: {
    flags: '--expect <file>',
    description: 'findings that are known (docs/expectations.md): they do not fail the job',
    otherwise: 'gotwin.expect.json, where it is there',
    parse: path,
  },
  reason: { flags: '--reason <text>', description: 'why the finding is put up with' },
  link: { flags: '--link <url>', description: 'where it is discussed' },
  expires: {
    flags: '--expires <date>',
    description: 'the last day on which it is put up with: 2027-06-30',
    otherwise: '90 days from now',
    parse: day,
  },
  program: {
    flags: '--program <names>',
    description: 'programs that it is put up with on, with commas',
    otherwise: 'all',
    parse: list,
  },
  variant: {
    flags: '--variant <name>',
    description: 'one world of the history: broken, mended, or another that the list names',
    otherwise: 'all of them',
  },
  kind: {
    flags: '--kind <kinds>',
    description: 'kinds of mutants, with commas: swap,retarget',
    otherwise: 'all',
    parse: list,
  },
  seed: {
    flags: '--seed <n>',
    description: 'what chance goes by: the same seed makes the same mutants',
    otherwise: 'another one each time',
    parse: seed,
  },
  model: {
    flags: '--model',
    description:
      'break the model instead, one row, guard, target or invariant at a time: does anybody notice?',
  },
  judgeBy: {
    flags: '--judge-by <release>',
    description:
      'judge by the rules of another release than the one that ran: which of two variants of the runtime is it? By one before 1.22 only what such releases printed',
    otherwise: "the toolchain's own",
    parse: oneOf(...MODELS),
  },
  peer: {
    flags: '--peer',
    description: "ask Go's own trace reader and its validator too; needs a Go toolchain",
  },
  steer: {
    flags: '--steer',
    description:
      'make real Go go the way of the counterexample: hold it where the story does, and look for the step',
  },
  runs: {
    flags: '--runs <n>',
    description: 'runs of real Go, with --steer',
    otherwise: '1',
    parse: positive,
  },
  format: {
    flags: '--format <format>',
    description:
      'text: a line an event, in order; json: an object a line, in order; wire: as `go tool trace -d=wire`; none: counts only',
    otherwise: 'text',
    parse: oneOf(...EVENT_FORMATS),
  },
  from: {
    flags: '--from <time>',
    description: 'only events from this time on, as the events are printed: 1.5s, 25us',
    parse: instant,
  },
  to: { flags: '--to <time>', description: 'only events before this time', parse: instant },
  goroutine: {
    flags: '--goroutine <id>',
    description: 'only events that run on this goroutine or name it',
    parse: goroutineId,
  },
  layer: {
    flags: '--layer <layer>',
    description: 'trace: the execution trace; probe: what the probes of package runtime recorded',
    otherwise: 'trace',
    parse: oneOf(...LISTED_LAYERS),
  },
  shard: {
    flags: '--shard <i/n>',
    description: 'only the ith of n parts of the matrix, which together have every cell once',
    otherwise: 'all of it',
    parse: shard,
  },
  durations: {
    flags: '--durations <dir>',
    description:
      'folder of an earlier matrix: parts are made as long as each other by what its cells took; all parts need the same',
    parse: path,
  },
  since: {
    flags: '--since <dir>',
    description:
      'folder of an earlier matrix: the table and the report say which cells are not as they were there',
    parse: path,
  },
  limit: { flags: '--limit <n>', description: 'stop after so many events', parse: positive },
  workers: {
    flags: '--workers <n>',
    description: 'threads that read the trace, each every nth generation of it; the output is the same',
    otherwise: '1',
    parse: workers,
  },
  json: { flags: '--json', description: 'one JSON document on stdout, nothing else there (docs/json.md)' },
  color: { flags: '--no-color', description: 'no colours; NO_COLOR in the environment does the same' },
  quiet: { flags: '-q, --quiet', description: 'no progress on stderr' },
};

/** Options that every command takes. */
export const COMMON = ['json', 'color', 'quiet'] as const satisfies readonly (keyof OptionValues)[];
