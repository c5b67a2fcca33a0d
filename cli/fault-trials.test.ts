import { expect, test } from 'vitest';
import { FAULTS } from '../collector/index.ts';
import type { Divergence, Replay } from '../replay/result.ts';
import { exitOfTrials, foundByUs, lastWordsIn, noticedByGo, type Trial, trialTable } from './fault-trials.ts';
import { paintFor } from './paint.ts';

const fault = FAULTS.find(({ name }) => name === 'freem-early')!;

function broken(rule: string, index: number): Divergence {
  return { rule, class: 'diverges', layers: ['probe'], at: { index } } as Divergence;
}

function replayed(verdict: Replay['verdict'], divergences: Divergence[] = [], exit = 'exit 0'): Replay {
  return { verdict, divergences, exit, go: 'go1.26.8', arch: 'amd64', emulated: false } as unknown as Replay;
}

function trial(divergences: Divergence[], control = replayed('conforms'), exit = 'SIGSEGV'): Trial {
  return { fault, replay: replayed('diverges', divergences, exit), said: '', durationMs: 1234, control };
}

test('a fault is found by its own rule, the most telling of them, also where another was broken before', () => {
  const found = foundByUs(
    trial([broken('stack/free', 7), broken('thread/reap', 9), broken('thread/reap', 8)]),
  );
  expect(found).toEqual({ rule: 'thread/reap', records: 8, expected: true });
  expect(foundByUs(trial([broken('stack/free', 7)]))).toMatchObject({ rule: 'stack/free', expected: false });
  const copy = FAULTS.find(({ name }) => name === 'copystack-unowned')!;
  const letGo = [broken('status/scanned-waiting', 3), broken('status/copystack', 4)];
  expect(foundByUs({ ...trial(letGo), fault: copy })).toMatchObject({ rule: 'status/copystack', records: 4 });
  const text = { ...broken('thread/reap', 1), layers: ['text' as const] };
  expect(foundByUs(trial([text]))).toBeUndefined();
});

test('what Go made of it is told in its own words', () => {
  expect(noticedByGo(trial([], undefined, 'exit 0'))).toBe('');
  expect(noticedByGo(trial([]))).toBe('SIGSEGV');
  expect(noticedByGo(trial([], undefined, 'time limit, SIGTERM, SIGQUIT, exit 2'))).toBe('hangs');
  const ended = trial([], undefined, 'time limit, SIGTERM, SIGQUIT, exit 2');
  expect(noticedByGo({ ...ended, said: lastWordsIn('SIGQUIT: quit\nPC=0x1\n') })).toBe('hangs');
  expect(noticedByGo({ ...ended, said: 'bad g' })).toBe('bad g, then hangs');
  const text = 'SCHED 1ms: gomaxprocs=2\nfatal error: bad g->status in ready\n\nruntime stack:\n';
  const said = lastWordsIn(text);
  expect(noticedByGo({ ...trial([], undefined, 'exit 2'), said })).toBe('bad g->status in ready');
  expect(lastWordsIn('SIGSEGV: segmentation violation\nPC=0x1\n')).toBe('SIGSEGV');
  expect(lastWordsIn('gc 1 @0.1s\n')).toBe('');
});

test('the exit code is 0 only when every fault was found by its rule and every control conforms', () => {
  const good = trial([broken('thread/reap', 8)]);
  expect(exitOfTrials([good], 0)).toBe(0);
  expect(exitOfTrials([good], 1)).toBe(2);
  expect(exitOfTrials([good, trial([broken('stack/free', 7)])], 0)).toBe(1);
  expect(exitOfTrials([good, trial([])], 1)).toBe(1);
  expect(exitOfTrials([{ ...good, control: replayed('diverges') }], 0)).toBe(1);
  expect(exitOfTrials([{ ...good, control: replayed('unobservable') }], 0)).toBe(3);
  expect(exitOfTrials([{ ...good, control: undefined }], 0)).toBe(3);
});

test('the table says who noticed, and when', () => {
  const lines = trialTable(
    [trial([broken('thread/reap', 8123)]), trial([], replayed('diverges'), 'exit 0')],
    paintFor(false, false, {}),
  );
  expect(lines).toMatchInlineSnapshot(`
    [
      "fault        go        arch   did Go notice?  after  did we?      records until then  control",
      "freem-early  go1.26.8  amd64  SIGSEGV         1.2 s  thread/reap               8,123  conforms",
      "freem-early  go1.26.8  amd64  no                  -  no                            -  diverges",
    ]
  `);
});
