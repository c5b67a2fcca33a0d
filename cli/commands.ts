import type { CommandSpec } from './command.ts';

const TARGETS = `TARGET is the name of a fixture (netguy, netecho, …), a Go package (./cmd/server;
arguments for the program after --), with --test a package of tests, or a file:
a recording (.gotwin) or a Go execution trace (Go 1.22 to 1.26).`;

const RUN_OPTIONS = [
  'go',
  'goroot',
  'arch',
  'layers',
  'probeMode',
  'probeKinds',
  'probeWindow',
  'duration',
  'timeLimit',
  'godebug',
  'test',
  'fault',
  'delay',
] as const;

/** Every command: help, parsing and docs/cli.md come from here. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'check',
    operands: '[target...]',
    summary: 'record, replay, compare and report: the main job',
    details: `${TARGETS}
Each target is run once (--count: more often) for each release and architecture,
one run at a time. Without a TARGET: netguy and netecho on Go 1.26 and 1.22, on amd64
and arm64; an architecture that this machine cannot run is left out, and said so.
Recordings are kept in DIR/recordings, the report is DIR/index.html.
With --goroot the model of the release that the tree calls itself judges; a tree between two releases is judged by the
newest model, and the result says so. Where that release is installed, the result names the files of the runtime that
are changed, and the changed runtime is shown to be the one that was built.`,
    options: [...RUN_OPTIONS, 'judgeBy', 'faults', 'count', 'report', 'expect'],
    examples: [
      ['gotwin check', 'the main job'],
      ['gotwin check netecho --go 1.22,1.26 --arch amd64,arm64', 'one fixture, four recordings'],
      ['gotwin check ./cmd/server -d 10s -- -listen :0', 'a program of your own, stopped after ten seconds'],
      [
        'gotwin check netecho --layers probe --fault copystack-unowned',
        'does Gotwin find a bug that is there?',
      ],
      ['gotwin check --faults --go 1.26 --arch amd64', 'and every other, with the same programs without it'],
      [
        'gotwin check netguy netecho --goroot ~/go',
        'a change to the runtime: is it still what the model says?',
      ],
      ['gotwin check --test ./internal/queue --count 5', "a package's tests, five times"],
    ],
    takesProgramArgs: true,
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'record',
    operands: '<target>',
    summary: 'run a program on real Go and keep what it did as a recording',
    details: `${TARGETS}
Writes one recording, NAME-goVERSION-ARCH.gotwin in the current folder unless -o says otherwise.
Takes one release and one architecture. An existing file is left alone.`,
    options: [...RUN_OPTIONS, 'out'],
    examples: [
      ['gotwin record hello --go 1.26', 'the smallest recording that has every part'],
      ['gotwin record netguy --arch arm64 -o netguy.gotwin', 'emulated where the machine is no arm64'],
    ],
    takesProgramArgs: true,
    load: () => import('./commands/record.ts'),
  },
  {
    name: 'replay',
    operands: '<file...>',
    summary: 'a verdict for each recording or Go trace; deterministic, needs no Go',
    details: `FILE is a recording (.gotwin), one that was never finished (.gotwin.part), or a Go execution
trace of Go 1.22 to 1.26 (go test -trace, runtime/trace, a flight recorder).`,
    options: ['judgeBy', 'divergence', 'expect'],
    examples: [
      ['gotwin replay trace.out', 'is this trace legal, and if not, where does it first go wrong?'],
      ['gotwin replay netguy.gotwin --json', 'the same for a program to read'],
      [
        'gotwin replay threadexit-go1.9.7-amd64.gotwin --judge-by 1.10',
        'before a change of the runtime, judged by what came after',
      ],
      ["gotwin replay netguy.gotwin --divergence 'goroutine/start~3f9a0c12#1'", 'one divergence, whole'],
    ],
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'diff',
    operands: '<a> <b>',
    summary: 'two sets of recordings: what only one of them shows, and how surely that is no chance',
    details: `A and B are recordings, Go traces, or folders of them: two architectures, two releases, before and after a change.
Runs of the same program are compared: findings that are new, gone, the same; rows of the model that only one side
reaches; rows that are more or less frequent in every run of the one than in any of the other. No two runs are
alike, so each line says in how many runs of how many, and p: how likely that is where nothing has changed.
With one run on each side p is 1, whatever they show; \`gotwin check --count 5\` makes five.
Exit code 1 when B has a finding that A has not.`,
    options: [],
    examples: [
      ['gotwin diff before after', 'two folders of recordings'],
      ['gotwin diff netguy-go1.25.4-amd64.gotwin netguy-go1.26.8-amd64.gotwin', 'two recordings'],
    ],
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'repro',
    operands: '<file>',
    summary: 'a finding once more: from its recording, or by running the same program again',
    details: `FILE is a recording (.gotwin) or a Go execution trace. Its findings are shown whole; they are the same on every
machine, and need no Go. With --rerun the program is built and run again on real Go as the recording says that it was:
toolchain, architecture, arguments, settings, layers, seeded fault. Its path is taken from the current folder, and what
was built with a Go tree of your own needs that tree again, by --goroot. What
happens then is another run, by another schedule: how often the finding came again is counted, never promised.
Exit code 1 when it was shown again, 0 when there is nothing to show or it did not come again, 3 when no run could have shown it.`,
    options: ['divergence', 'rerun', 'goroot', 'out'],
    examples: [
      ['gotwin repro netguy.gotwin', 'every finding in it, whole'],
      [
        "gotwin repro netguy.gotwin --divergence 'goroutine/start~3f9a0c12#1' --rerun 20",
        'how often it comes again',
      ],
      ['gotwin repro netguy.gotwin --rerun 5 -o again', 'and keep the recordings'],
    ],
    load: () => import('./commands/repro.ts'),
  },
  {
    name: 'report',
    operands: '<file...>',
    summary: 'replay files and write one report: HTML, JUnit XML, SARIF, Markdown, JSON',
    details: `FILE is what \`gotwin replay\` takes. The report is DIR/index.html and opens from disk. Beside it, for machines:
junit.xml, results.sarif, summary.md (below 1 MiB) and result.json. In a job of GitHub's runner findings become
annotations, and the summary stands on the page of the job. With --perfetto the timeline of each recording is a trace
in Perfetto's format, with a marker for each divergence: the lanes of the page, short spans merged.`,
    options: ['out', 'perfetto', 'expect'],
    examples: [['gotwin report a.gotwin b.gotwin -o report', 'one report of two recordings']],
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'shrink',
    operands: '<file>',
    summary: 'cut a recording to that in which the same thing is still wrong',
    details: `FILE is a recording (.gotwin) or a Go execution trace of Go 1.22 to 1.26. What is kept is bytes of the original:
whole generations of the trace, the one in which the finding was noticed and as many before it as the finding needs; where it
rests on a probe, that record and those before it that it needs, as a ring of them. Other layers are left out, and the
manifest says what was cut away; the original stays as it is. Without --divergence it is the first finding that rests on
the trace or the probe alone.`,
    options: ['divergence', 'out'],
    examples: [
      ['gotwin shrink netguy.gotwin', 'writes netguy-small.gotwin'],
      [
        "gotwin shrink trace.out --divergence 'goroutine/start~3f9a0c12#1' -o small.trace",
        'that finding alone',
      ],
    ],
    load: () => import('./commands/shrink.ts'),
  },
  {
    name: 'accept',
    operands: '<id>',
    summary: 'put up with a finding for a time: write it into the file of those that are known',
    details: `ID is a finding's signature or id, as a report or \`gotwin replay\` shows it. What is known does not fail
\`check\`, \`replay\` and \`report\` any more (verdict known, exit code 0), and is shown all the same; past its day it
fails again. They say what has expired, and what was not seen any more. docs/expectations.md has the file's form.`,
    options: ['reason', 'link', 'expires', 'program', 'go', 'arch', 'expect'],
    meanings: {
      go: 'Go releases that it is put up with on, with commas: 1.22,1.26.8 (default: all)',
      arch: 'architectures that it is put up with on, with commas: amd64,arm64 (default: all)',
      expect: 'the file that it is written into',
    },
    examples: [
      [
        "gotwin accept 'stack/system-stack~05a1b2c3' --reason patched --arch arm64",
        'on arm64, for the next 90 days',
      ],
    ],
    load: () => import('./commands/accept.ts'),
  },
  {
    name: 'events',
    operands: '<file>',
    summary: 'the events of a recording or Go trace, in order',
    details: `FILE is a recording (.gotwin), a Go execution trace, a pipe that one comes through, or - for a trace on
standard input. text and json are in the order of the replay's history; wire is in the order of the file and byte for
byte what \`go tool trace -d=wire\` prints. Output streams: each generation of the trace (about a second) is listed
when it has arrived, and \`| head\` ends it quietly.
Filters narrow text, json and none; wire is always whole. Traces of Go 1.9 to 1.21 are shown as events of
the format that came after them; they have no wire text.
--workers is for long traces in files; the wire format, standard input and --limit take one thread.
--layer probe lists the records of a recording's probe layer, in the order of their numbers (docs/probe.md has the
kinds); there is no wire text of them, --workers makes no difference, and times count from the first pair of clocks.`,
    options: ['layer', 'format', 'from', 'to', 'goroutine', 'limit', 'workers'],
    examples: [
      ['gotwin events trace.out --goroutine 7 --from 1s --to 1.1s', "a goroutine's tenth of a second"],
      ['gotwin events netguy.gotwin --format none', 'how many of each'],
      [
        'gotwin events netguy.gotwin --layer probe --goroutine 7',
        "every change of a goroutine's status word",
      ],
      ['gotwin events - --limit 20', 'the beginning of a trace that comes on standard input'],
    ],
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'nosplit',
    operands: '<package>',
    summary: "the linker's stack check beside the model's: which chain of nosplit functions is how deep",
    details: `PACKAGE is a Go package main, with --test a package of tests, a fixture, or std: every program of Go's own.
Nothing is run. The program is built for each release and architecture, and the model's verdict is compared with
the linker's, byte for byte; what the linker lists is compared with what the compiler wrote, function by function.
Several builds are compared with the first. Exit code 0 when model and linker agree, whatever the verdict.
Besides the releases that Gotwin records, --go takes 1.9, whose linker has other rules and other words.`,
    options: ['go', 'arch', 'gcflags', 'race', 'overlay', 'unoptimised', 'fault', 'test', 'report'],
    examples: [
      ['gotwin nosplit ./cmd/server', 'how much of the budget is left to the deepest chains'],
      ['gotwin nosplit hello --unoptimised', 'what the optimiser saves'],
      ['gotwin nosplit hello --go 1.22,1.26 --arch amd64,arm64 --report report', 'four builds, and a page'],
      ['gotwin nosplit std --arch arm64', "all of Go's own programs"],
    ],
    load: () => import('./commands/nosplit.ts'),
  },
  {
    name: 'explore',
    operands: '[history]',
    summary:
      'the model run forward: races that the Go runtime once had, found in every interleaving of a small world',
    details: `HISTORY is copystack, systemstack, goexit, thread-exit, nosplit, retake or mark-termination (docs/explore.md).
Nothing is run. The runtime's algorithms, broken as they were or mended, go through all their interleavings,
breadth first, by the rows that a replay judges by. With --variant: exit code 1 and the shortest path to
what is wrong, or 0 when every state was met and nothing is wrong in any. Without it: a line for each
world, and exit code 0 when each came out as it is known to.
With --steer real Go is run with the same bug in its runtime, held where the counterexample holds a thread and for as
long as those need who must come in between; then the steps of the story stand beside what the probes recorded of them.
Exit code 1 when a run shows the predicted step and breaks the predicted rule, 3 when none does.`,
    options: ['variant', 'report', 'steer', 'runs', 'go', 'arch', 'out'],
    examples: [
      ['gotwin explore', 'every history in every variant, as a table'],
      ['gotwin explore copystack --variant broken', 'the shortest path to the wedge of 2014'],
      ['gotwin explore copystack --variant mended --json', 'the same after the commit that mended it'],
      ['gotwin explore copystack --variant broken --steer --runs 10', 'and does real Go go that way?'],
    ],
    load: () => import('./commands/explore.ts'),
  },
  {
    name: 'mutate',
    operands: '[trace...]',
    summary: 'does the judge bite? Real traces made wrong in many ways, and who noticed',
    details: `TRACE is a recording (.gotwin) or a Go execution trace of Go 1.22 to 1.26 that conforms; many short generations
(--godebug traceadvanceperiod=40000000) make more and quicker mutants. Changes are made at random, one in each mutant
(docs/mutate.md has their kinds), and the judge is asked what it objects to first. The seed is printed; the same seed
makes the same mutants of the same traces. Needs no Go, but for --peer.
With --model the rules themselves are made wrong, and small histories made of them are asked, and the traces if any.
Exit code 1 when the judge objects to a change that is legal, or by a rule that is about something else; with --model
when nobody notices a change and nothing is known that says why.`,
    options: ['count', 'kind', 'seed', 'peer', 'model'],
    examples: [
      ['gotwin mutate trace.out', 'a hundred mutants of each kind'],
      [
        'gotwin mutate a.gotwin b.gotwin --count 900 --peer',
        "and what Go's own reader and validator say of each",
      ],
      ['gotwin mutate --model', 'which rules of the model nobody would miss; a minute'],
      ['gotwin mutate trace.out --model', 'and which of them this trace shows; some minutes'],
      ['gotwin mutate trace.out --kind swap,retarget --seed 7 --json', 'the same mutants every time'],
    ],
    load: () => import('./commands/mutate.ts'),
  },
  {
    name: 'matrix',
    operands: '[file]',
    summary:
      'programs x Go releases x architectures x settings, each run, judged and kept: a table of verdicts',
    details: `FILE says what is run (docs/matrix.md); without one it is gotwin.matrix.json, and where there is none, every fixture
on Go 1.22 to 1.26 on amd64 and arm64, and more. Each cell that is finished is kept in DIR/cells under a key made of all
that its run depends on, and is not run again: after an interrupt, or a kill, the same command goes on. As many cells are
built and judged at once as there are cores; a program that runs has the cores that it uses for itself.
What a machine cannot run is left out, and the table says why; --go and --arch ask for a part of the matrix, which
\`gotwin merge\` joins with what other machines were asked for. --goroot puts a Go tree of your own in the place of the
releases, and with --go beside those. DIR/index.html is the report, DIR/cells.md has every cell.`,
    options: ['go', 'goroot', 'arch', 'shard', 'durations', 'since', 'out', 'expect'],
    examples: [
      ['gotwin matrix', 'all of it, into gotwin-matrix'],
      [
        'gotwin matrix nightly.json --shard 2/4 -o shard-2',
        'the second of four parts, on a machine of its own',
      ],
      ['gotwin matrix --arch arm64 -o arm64', 'what another machine runs natively'],
      [
        'gotwin matrix --goroot ~/go --go 1.26',
        'a change to the runtime beside the release that it was made from',
      ],
      ['gotwin matrix --shard 2/4 --durations last-night -o shard-2', 'parts as long as each other'],
    ],
    load: () => import('./commands/matrix.ts'),
  },
  {
    name: 'merge',
    operands: '<dir...>',
    summary: 'one matrix from its shards: the same table and the same report as of a single run',
    details: `DIR is a folder that \`gotwin matrix --shard\` wrote. Cells are copied into the new folder, with their recordings. Cells
that no shard has are named, and the exit code is 2; a cell that is there twice with different results is refused.`,
    options: ['since', 'out', 'expect'],
    examples: [['gotwin merge shard-1 shard-2 shard-3 shard-4 -o matrix', 'and one report of them all']],
    load: () => import('./commands/merge.ts'),
  },
  {
    name: 'doctor',
    operands: '',
    summary: 'what this machine can do, what is missing, how to get it',
    details: 'Exit code 0 when the main job can run, otherwise 2.',
    options: [],
    examples: [['gotwin doctor', 'look before you run']],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'toolchain list',
    operands: '',
    summary: 'the Go toolchains on this machine, and those that Gotwin can get',
    details: '',
    options: [],
    examples: [['gotwin toolchain list', 'newest first']],
    load: () => import('./commands/toolchain-list.ts'),
  },
  {
    name: 'toolchain install',
    operands: '<version...>',
    summary: 'get Go toolchains, verified against the checksum database',
    details:
      'VERSION is a release (1.22) or a patch level (1.22.12). Any Go from 1.18 on fetches it; where there is none, a first one comes through GOPROXY and has a pinned hash.',
    options: [],
    examples: [['gotwin toolchain install 1.22 1.26', 'those that the main job uses']],
    load: () => import('./commands/toolchain-install.ts'),
  },
];

/** Groups of commands, for help. */
export const GROUPS: Readonly<Record<string, string>> = { toolchain: 'Go toolchains: list, install' };
