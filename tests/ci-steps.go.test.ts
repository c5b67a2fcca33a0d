/**
 * The shell of our action and of the workflow around it, run step by step as a runner runs it: two parts of a small
 * matrix, then what merges them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './tree.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

const read = (path: string): unknown => parse(readFileSync(join(ROOT, path), 'utf8'));
const action = read('action.yml') as Action;
const { jobs } = read('.github/workflows/matrix.yml') as Workflow;

const folder = mkdtempSync(join(tmpdir(), 'gotwin-ci-steps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
symlinkSync(join(ROOT, 'dist'), join(folder, 'dist'));
const summary = join(folder, 'summary.md');
const output = join(folder, 'output');
for (const file of [summary, output]) writeFileSync(file, '');
writeFileSync(
  join(folder, 'small matrix.json'),
  JSON.stringify({
    schema: 1,
    cells: [
      {
        programs: ['hello'],
        go: ['1.26'],
        arch: ['amd64', 'arm64'],
        settings: ['default', 'one-p'],
        args: ['1'],
      },
    ],
    exclude: [{ arch: ['arm64'], reason: 'one architecture is enough here' }],
  }),
);

/** Runs a step with bash as a runner does. Expressions stand for what `context` says; one that it does not know fails. */
function run(steps: readonly Step[], name: string, context: Readonly<Record<string, string>>): string {
  const { run: script = '', env = {} } = steps.find((step) => step.name === name) ?? {};
  expect(script, `a step ${name}`).not.toBe('');
  expect(script, 'an expression in a script could be a command').not.toContain('${{');
  const values = Object.entries(env).map(([key, value]) => [
    key,
    value.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, path: string) => {
      expect(Object.keys(context)).toContain(path);
      return context[path] as string;
    }),
  ]);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
    {
      cwd: folder,
      env: {
        ...process.env,
        ...Object.fromEntries(values),
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
      },
      encoding: 'utf8',
    },
  );
  expect(status, `${name}: ${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** What the action is asked for, by default where nothing else is said. */
function inputs(given: Readonly<Record<string, string>>): Record<string, string> {
  const all = Object.entries(action.inputs).map(([name, { default: value }]) => [
    `inputs.${name}`,
    given[name] ?? value,
  ]);
  return { ...Object.fromEntries(all), 'github.action_path': ROOT };
}

test('the steps of action.yml and of the matrix workflow come to one merged matrix', () => {
  for (const shard of ['1/2', '2/2']) {
    run(jobs.cells?.steps ?? [], 'Name the part', { 'matrix.lane.name': 'amd64', 'matrix.shard': shard });
    const part = readFileSync(output, 'utf8').trim().split('=').at(-1);
    const asked = inputs({
      matrix: 'small matrix.json',
      go: '1.26',
      arch: 'amd64',
      shard,
      out: `parts/${part}`,
    });
    expect(run(action.runs.steps, 'Run the matrix', asked)).toContain('conforms: 1 cell judged');
  }
  expect(readFileSync(output, 'utf8')).toBe('name=part-amd64-1\nname=part-amd64-2\n');
  expect(run(jobs.merge?.steps ?? [], 'One matrix from all parts', {})).toContain('conforms: 2 cells judged');
  for (const file of ['results.sarif', 'junit.xml', 'index.html'])
    expect(existsSync(join(folder, 'merged', file)), file).toBe(true);
  expect(readFileSync(summary, 'utf8').match(/^# Gotwin: conforms$/gm)).toHaveLength(3);
});
