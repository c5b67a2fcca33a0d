import { createReadStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeTrace } from '../judge-trace.ts';
import { judgeText, type TextResult, type TraceFacts } from './index.ts';
import { type Run, Runs } from './testdata/record.ts';
import { bytesOf, lineAt } from './testdata/samples.ts';

const runs = new Runs();
afterAll(() => runs.remove());

const judge = (text: string, go: string, traceFacts: TraceFacts): Promise<TextResult> =>
  judgeText(bytesOf(text), { go, arch: 'amd64', traceFacts });

async function factsOf(run: Run, go: string): Promise<TraceFacts> {
  const trace = await judgeTrace(() => createReadStream(run.trace), go);
  expect(trace.judge.findings.count).toBe(0);
  return trace.facts;
}

describe.each(['1.22.12', '1.26.8'])('text of a real run of Go %s', (version) => {
  const go = `go${version}`;
  let binary: string;
  beforeAll(async () => {
    binary = await runs.build(version);
  });

  it.each([
    { name: 'traced from its start to its end', args: [] },
    { name: 'traced from its midst on', args: ['-begin=8'] },
    { name: 'traced until its midst', args: ['-end=12'] },
  ])('$name agrees with itself and with its trace', async ({ args }) => {
    const run = await runs.run(binary, ...args);
    const facts = await factsOf(run, go);
    const { summary, divergences, rows } = await judge(run.text, go, facts);
    expect(divergences.map((d) => `${d.rule}: ${d.observed}; ${d.at.args}`)).toEqual([]);
    expect(summary.unread).toBe(0);
    expect(summary.snapshots).toBeGreaterThan(20);
    expect(summary.checks['text/trace-gc-cycles']).toBe(facts.gcCycles.length);
    expect(summary.checks['text/trace-gc-cycles']).toBeGreaterThan(5);
    const kinds = rows.find((row) => row.row === 'text/gc-number')?.facets ?? {};
    expect(Object.keys(kinds).sort()).toEqual(['automatic', 'forced']);
  });

  it('is told apart from its trace where one of them lies', async () => {
    const run = await runs.run(binary);
    const facts = await factsOf(run, go);
    for (const { change, rule } of LIES) {
      const lines = run.text.split('\n');
      const changed = change(lines, facts);
      const { divergences } = await judge(lines.join('\n'), go, changed ?? facts);
      const found = divergences.filter((d) => d.rule === rule);
      expect(found[0]?.layers, rule).toEqual(['text', 'trace']);
    }
  });
});

interface Lie {
  readonly rule: string;
  /** Bends the lines in place, or gives other facts. */
  readonly change: (lines: string[], facts: TraceFacts) => TraceFacts | undefined;
}

/** What no rule about the text alone can see: the text, or the trace, is whole and well-formed. */
const LIES: readonly Lie[] = [
  { rule: 'text/trace-gc-cycles', change: loseCycle },
  {
    rule: 'text/trace-gc-cycles',
    change: (_, facts) => ({ ...facts, gcCycles: facts.gcCycles.toSpliced(facts.gcCycles.length >> 1, 1) }),
  },
  {
    rule: 'text/trace-gc-kind',
    change: (lines) => {
      const at = middleLine(lines, /\(forced\)$/);
      lines[at] = (lines[at] as string).replace(' (forced)', '');
      return undefined;
    },
  },
  {
    rule: 'text/trace-gc-procs',
    change: (lines) => {
      const at = middleLine(lines, /^gc /);
      lines[at] = (lines[at] as string).replace(/\d+ P/, '7 P');
      return undefined;
    },
  },
  {
    rule: 'text/trace-gomaxprocs',
    change: (_, facts) => ({
      ...facts,
      gomaxprocs: facts.gomaxprocs.map(({ timeNs }) => ({ timeNs, n: 9 })),
    }),
  },
];

/** Not one near the ends, which the trace may not hold. */
function middleLine(lines: readonly string[], pattern: RegExp): number {
  return lineAt(lines, pattern, lines.filter((line) => pattern.test(line)).length >> 1);
}

/** A gctrace line lost in the midst, and those after it numbered so that nobody sees. */
function loseCycle(lines: string[]): undefined {
  const cycles = lines.filter((line) => line.startsWith('gc ')).length;
  const lost = cycles >> 1;
  lines.splice(lineAt(lines, new RegExp(`^gc ${lost} `)), 1);
  lines.forEach((line, i) => {
    const n = Number(/^gc (\d+) /.exec(line)?.[1]);
    if (n > lost) lines[i] = line.replace(/^gc \d+/, `gc ${n - 1}`);
  });
}
