import { describe, expect, it, test } from 'vitest';
import { divergenceSchema, rowCoverageSchema, textSummarySchema } from '../result.ts';
import { judgeText, type TraceFacts } from './index.ts';
import { bytesOf, lineAt, RUNS, sample } from './testdata/samples.ts';

const judge = (text: string, go = 'go1.26.8', traceFacts?: TraceFacts) =>
  judgeText(bytesOf(text), {
    go,
    arch: 'amd64',
    repro: 'gotwin replay x',
    ...(traceFacts ? { traceFacts } : {}),
  });

/** What a broken text is found to break, by rule. */
async function brokenRules(text: string, go = 'go1.26.8'): Promise<string[]> {
  return [...new Set((await judge(text, go)).divergences.map((d) => d.rule))];
}

describe('real text', () => {
  it.each(RUNS)('of $file breaks no rule', async ({ file, go }) => {
    const result = await judge(sample(file), go);
    expect(result.divergences).toEqual([]);
    expect(result.summary).toMatchObject({ unread: 0 });
    expect(result.summary.snapshots).toBeGreaterThan(0);
  });

  it('of a program that crashed says what the runtime said first', async () => {
    const died = async (file: string) => (await judge(sample(file))).summary.died;
    expect(await died('go1.26-panic.txt')).toBe(
      'panic: runtime error: invalid memory address or nil pointer dereference',
    );
    expect(await died('go1.26.txt')).toBeUndefined();
    const long = await judge(`panic: ${'x'.repeat(5000)}\n`);
    expect(long.summary.died).toHaveLength(200);
  });

  it('gives results of the shape that the replay promises', async () => {
    const result = await judge(sample('go1.26.txt').replace('status=4(', 'status=5('));
    textSummarySchema.parse(result.summary);
    for (const row of result.rows) rowCoverageSchema.parse(row);
    const [found] = result.divergences.map((one) => divergenceSchema.parse(one));
    expect(found).toMatchObject({
      rule: 'text/g-status',
      class: 'diverges',
      layers: ['text'],
      at: { name: 'line' },
    });
    expect(found?.signature).toMatch(/^text\/g-status~[0-9a-f]{8}$/);
    expect(result.rows.find((row) => row.row === 'text/trace-gc-cycles')?.observable).toBe(false);
  });
});

/** A change of a real text, as a function of its lines, and the rules that must name it. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly string[];
  readonly change: (lines: string[]) => void;
}

const replaceIn =
  (pattern: RegExp, from: string | RegExp, to: string, nth = 0) =>
  (lines: string[]) => {
    const at = lineAt(lines, pattern, nth);
    const changed = (lines[at] as string).replace(from, to);
    if (changed === lines[at]) throw new Error(`nothing to change in ${lines[at]}`);
    lines[at] = changed;
  };

const remove =
  (pattern: RegExp, nth = 0) =>
  (lines: string[]) => {
    lines.splice(lineAt(lines, pattern, nth), 1);
  };

/** Makes the first snapshot of a part the first of a run. */
const atZero = (lines: string[]): void => replaceIn(/^SCHED/, /\d+ms/, '0ms')(lines);

const MUTANTS: readonly Mutant[] = [
  {
    name: 'a doubled gctrace line',
    file: 'go1.26.txt',
    rules: ['text/gc-number'],
    change: (lines) => {
      const at = lineAt(lines, /^gc /, 1);
      lines.splice(at, 0, lines[at] as string);
    },
  },
  { name: 'a lost gctrace line', file: 'go1.26.txt', rules: ['text/gc-number'], change: remove(/^gc /, 1) },
  {
    name: 'two gctrace lines swapped',
    file: 'go1.22.txt',
    rules: ['text/gc-number'],
    change: (lines) => {
      const [a, b] = [lineAt(lines, /^gc /, 1), lineAt(lines, /^gc /, 2)];
      [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
    },
  },
  {
    name: 'two snapshots swapped',
    file: 'go1.26.txt',
    rules: ['text/snapshot-time'],
    change: (lines) => {
      const starts = [1, 2, 3].map((n) => lineAt(lines, /^SCHED/, n));
      const [a, b, c] = starts as [number, number, number];
      const schedOnly = (from: number, to: number) =>
        lines.slice(from, to).filter((line) => !line.startsWith('gc '));
      const gcs = lines.slice(a, c).filter((line) => line.startsWith('gc '));
      lines.splice(a, c - a, ...gcs, ...schedOnly(b, c), ...schedOnly(a, b));
    },
  },
  {
    name: 'a G status of no release',
    file: 'go1.26.txt',
    rules: ['text/g-status'],
    change: replaceIn(/^ {2}G/, /status=\d+/, 'status=7', 3),
  },
  {
    name: 'a G status of a later release',
    file: 'go1.25.txt',
    rules: ['text/g-status'],
    change: replaceIn(/^ {2}G2:/, /status=\d+/, 'status=11'),
  },
  {
    name: 'a P status of an earlier release',
    file: 'go1.26.txt',
    rules: ['text/p-status'],
    change: replaceIn(/^ {2}P\d: status=1/, /status=\d/, 'status=2'),
  },
  {
    name: 'a wait reason of a later release',
    file: 'go1.22.txt',
    rules: ['text/wait-reason'],
    change: replaceIn(/^ {2}G1:.*semacquire/, 'semacquire', 'sync.WaitGroup.Wait'),
  },
  { name: 'an M that holds two Ps', file: 'go1.26.txt', rules: ['text/m-one-p'], change: bothNameOneM },
  {
    name: 'a second M that holds an idle P',
    file: 'go1.26.txt',
    rules: ['text/idle-p-unheld'],
    change: replaceIn(/^ {2}M\d+: p=nil/, 'p=nil', 'p=0'),
  },
  {
    name: 'a lost P line',
    file: 'go1.26.txt',
    rules: ['text/p-order', 'text/gomaxprocs', 'text/idle-ps'],
    change: remove(/^ {2}P0/),
  },
  {
    name: 'a lost last P line',
    file: 'go1.24.txt',
    rules: ['text/gomaxprocs'],
    change: remove(/^ {2}P1: status=1/),
  },
  {
    name: 'a gomaxprocs that no P answers',
    file: 'go1.26-plain.txt',
    rules: ['text/gomaxprocs'],
    change: replaceIn(/^SCHED/, 'gomaxprocs=2', 'gomaxprocs=3'),
  },
  {
    name: 'more idle Ps than there are',
    file: 'go1.22.txt',
    rules: ['text/idle-ps'],
    change: replaceIn(/^SCHED/, /idleprocs=\d/, 'idleprocs=2', 1),
  },
  {
    name: 'more idle Ms than there are',
    file: 'go1.22.txt',
    rules: ['text/idle-ms'],
    change: replaceIn(/^SCHED/, /idlethreads=\d/, 'idlethreads=9', 1),
  },
  {
    name: 'fewer threads than Ms',
    file: 'go1.22.txt',
    rules: ['text/threads'],
    change: replaceIn(/^SCHED/, /threads=\d+/, 'threads=3', 2),
  },
  {
    name: 'a P stopped while the world runs',
    file: 'go1.25.txt',
    rules: ['text/gcstop'],
    change: replaceIn(/^ {2}P1: status=1/, 'status=1', 'status=3'),
  },
  {
    name: 'a stop that counts a stopped P',
    file: 'go1.26-stopped.txt',
    rules: ['text/gcstop'],
    change: (lines) => [atZero, replaceIn(/^SCHED/, 'stopwait=0', 'stopwait=1')].map((f) => f(lines)),
  },
  {
    name: 'a second M with a P in a stopped world',
    file: 'go1.26-stopped.txt',
    rules: ['text/stopped-world'],
    change: (lines) => [atZero, replaceIn(/^ {2}M\d: p=nil/, 'p=nil', 'p=0')].map((f) => f(lines)),
  },
  {
    name: 'two running goroutines in a stopped world',
    file: 'go1.22-stopped.txt',
    rules: ['text/stopped-running'],
    change: (lines) => [atZero, replaceIn(/status=[14]\(/, /status=[14]/, 'status=2')].map((f) => f(lines)),
  },
  {
    name: 'a goroutine of an M that is not there',
    file: 'go1.24.txt',
    rules: ['text/known-ms'],
    change: replaceIn(/^ {2}G2: .* m=nil/, 'm=nil', 'm=77'),
  },
  {
    name: 'two goroutines of one id',
    file: 'go1.24.txt',
    rules: ['text/goid-unique'],
    change: replaceIn(/^ {2}G3: /, 'G3', 'G2'),
  },
  {
    name: 'spinning threads below none',
    file: 'go1.24.txt',
    rules: ['text/counters'],
    change: replaceIn(/^SCHED/, /spinningthreads=\d+/, 'spinningthreads=-1'),
  },
  {
    name: 'a schedtick that goes back',
    file: 'go1.23.txt',
    rules: ['text/ticks'],
    change: replaceIn(/^ {2}P0/, /schedtick=\d+/, 'schedtick=0', 2),
  },
  { name: 'a lost G line', file: 'go1.26.txt', rules: ['text/g-slot'], change: remove(/^ {2}G2:/, 2) },
  {
    name: 'an M out of its order',
    file: 'go1.26.txt',
    rules: ['text/m-order'],
    change: (lines) => {
      const [a, b] = [lineAt(lines, /^ {2}M1:/, 2), lineAt(lines, /^ {2}M0:/, 2)];
      [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
    },
  },
  {
    name: 'a cycle that begins before the end of the last',
    file: 'go1.26.txt',
    rules: ['text/gc-time'],
    change: replaceIn(/^gc 3 /, /@\S+s/, '@0.001s'),
  },
  {
    name: 'CPU time that is not the pauses',
    file: 'go1.26.txt',
    rules: ['text/gc-cpu'],
    change: replaceIn(/^gc 2 /, /ms clock, [\d.]+\+/, 'ms clock, 9.9+'),
  },
  {
    name: 'globals that shrink',
    file: 'go1.26.txt',
    rules: ['text/gc-globals'],
    change: replaceIn(/^gc 2 /, '0 MB globals', '3 MB globals'),
  },
  {
    name: 'a GC line with another P count inside of a snapshot',
    file: 'go1.26-interleaved.txt',
    rules: ['text/gc-procs'],
    change: replaceIn(/gc 29/, '4 P (forced)', '3 P (forced)'),
  },
  {
    name: 'a state that no goroutine has',
    file: 'go1.26-panic.txt',
    rules: ['text/dump-state'],
    change: replaceIn(/^goroutine \d+ .*\[/, /\[[^\]]*\]/, '[dreaming]'),
  },
];

function bothNameOneM(lines: string[]): void {
  const at = lines.findIndex(
    (line, i) => /^ {2}P0: status=1/.test(line) && /^ {2}P1: status=1/.test(lines[i + 1] ?? ''),
  );
  const m = / m=(\d+)/.exec(lines[at] as string)?.[1];
  lines[at + 1] = (lines[at + 1] as string).replace(/ m=\S+/, ` m=${m}`);
}

/** Parts begin in the midst of a run, which these two rules see and the mutant did not make. */
const PART_OF_A_RUN = new Set(['text/snapshot-time', 'text/gc-number']);

describe('a mutant of real text is named by its rule', () => {
  it.each(MUTANTS)('$name', async ({ file, change, rules }) => {
    const lines = sample(file).split('\n');
    change(lines);
    const go = `${file.slice(0, 6)}.1`;
    const part = file.includes('interleaved');
    const broken = (await brokenRules(lines.join('\n'), go)).filter(
      (rule) => !part || !PART_OF_A_RUN.has(rule),
    );
    expect(broken.sort()).toEqual([...rules].sort());
  });
});

test('a stopped world in which runCheckmark marks does not say that it is to stop', async () => {
  const lines = sample('go1.26-stopped.txt').split('\n');
  atZero(lines);
  replaceIn(/^SCHED/, 'gcwaiting=true', 'gcwaiting=false')(lines);
  expect(await brokenRules(lines.join('\n'), 'go1.26.1')).toEqual([]);
});

describe('text that a program wrote into', () => {
  it('is not held against the runtime', async () => {
    const lines = sample('go1.26.txt').split('\n');
    const at = lineAt(lines, /^gc 2 /);
    lines[at] = (lines[at] as string).replace('MB goal', 'hello\nMB goal');
    const result = await judge(lines.join('\n'));
    expect(result.divergences).toEqual([]);
    expect(result.summary.unread).toBe(2);
  });

  it('says nothing by the lines that a snapshot lacks', async () => {
    const lines = sample('go1.26.txt').split('\n');
    lines[lineAt(lines, /^ {2}P1/, 1)] = 'hello';
    expect((await judge(lines.join('\n'))).divergences).toEqual([]);
  });
});
