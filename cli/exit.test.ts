import { expect, test } from 'vitest';
import { VERDICTS } from '../replay/result.ts';
import { EXIT_CODES, exitOfSignal, exitOfVerdict } from './exit.ts';
import { exitOfJob } from './job-exit.ts';

test('every verdict has an exit code that the documentation names', () => {
  const documented = EXIT_CODES.map(({ code }) => code);
  for (const verdict of VERDICTS) expect(documented).toContain(exitOfVerdict(verdict));
  expect(VERDICTS.map((verdict) => [verdict, exitOfVerdict(verdict)])).toEqual([
    ['malformed', 4],
    ['diverges', 1],
    ['flaky', 1],
    ['inconclusive', 3],
    ['unobservable', 3],
    ['known', 0],
    ['conforms', 0],
  ]);
});

test('what could not be judged never passes for conforms, and hides no divergence', () => {
  expect(exitOfJob(['conforms'], 0)).toBe(0);
  expect(exitOfJob(['conforms'], 1)).toBe(2);
  expect(exitOfJob(['unobservable'], 1)).toBe(2);
  expect(exitOfJob(['conforms', 'diverges'], 1)).toBe(1);
  expect(exitOfJob(['malformed', 'diverges'], 1)).toBe(4);
  expect(exitOfJob([], 1)).toBe(2);
  expect(exitOfJob([], 0)).toBe(3);
});

test('an interrupted call ends as shells expect', () => {
  expect([exitOfSignal('SIGHUP'), exitOfSignal('SIGINT'), exitOfSignal('SIGTERM')]).toEqual([129, 130, 143]);
});
