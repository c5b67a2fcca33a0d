import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { goArch } from '../collector/index.ts';
import { explorationDocumentSchema } from './result-document.ts';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-steer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['copystack', 'broken', 'status/wait', ['stw', 'netpollready', 'gstatus', 'gstatuswait']],
  ['thread-exit', 'early', 'thread/reap', ['freemadd', 'reap']],
])('real Go goes the way of %s, %s where it is held', async (history, variant, rule, names) => {
  const out = join(folder, history);
  const args = [
    'explore',
    history,
    '--variant',
    variant,
    '--steer',
    '--go',
    '1.26',
    '--arch',
    goArch(),
    '--out',
    out,
  ];
  const { code, stdout, stderr } = await gotwin([...args, '--json']);
  const again = `gotwin ${args.join(' ')}\n${stderr}`;
  expect(code, again).toBe(1);
  const { steered, breach } = explorationDocumentSchema.parse(JSON.parse(stdout));
  expect(steered, again).toMatchObject({ meets: true, shown: 1, rules: [rule] });
  const [run] = steered!.runs;
  expect(run!.finding?.rule).toBe(rule);
  const recorded = run!.steps.flatMap((step) => (step.recorded === null ? [] : [step]));
  expect(recorded.map((step) => step.recorded!.name)).toEqual(expect.arrayContaining(names));
  for (const { step, thread, statement } of recorded.slice(0, -1))
    expect(breach!.story[step - 1]).toMatchObject({ thread, statement });
  expect(existsSync(run!.file!)).toBe(true);
  expect(readdirSync(out)).toHaveLength(1);
});
