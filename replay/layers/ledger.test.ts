import { expect, test } from 'vitest';
import { Ledger, PROC, SUBJECT, WORLD } from './ledger.ts';
import { STATE } from './states.ts';

const { runnable, running, syscall, waiting, sentBack } = STATE;

/** G7, waiting at first: what the trace tells and what the probe has, one after the other. */
function part(trace: readonly number[], probe: readonly number[], m = 1): string[] {
  const ledger = new Ledger(true);
  const subject = ledger.goroutine(7);
  ledger.begin(subject, waiting);
  for (const [at, what] of trace.entries()) ledger.traced(subject, what, 0, 100, at, at);
  for (const [at, what] of probe.entries()) ledger.probed(subject, what, 0, m, at, at);
  ledger.close();
  return ledger.partings.map(({ why }) => why);
}

test('the same changes in both layers are crossed out, whichever tells first', () => {
  expect(part([runnable, running, waiting], [runnable, running, waiting])).toEqual([]);
});

test('another change, one too many and one too few show as the next one differs', () => {
  expect(part([runnable, running], [runnable, waiting])).toEqual(['differ']);
  expect(part([runnable, running, running], [runnable, running, waiting])).toEqual(['differ']);
  expect(part([runnable, waiting], [runnable, running, waiting])).toEqual(['differ']);
});

test('out of a syscall the trace may tell of a moment without a P', () => {
  const enter = [runnable, running, syscall];
  expect(part([...enter, runnable, running, waiting], [...enter, running, waiting])).toEqual([]);
  const back = [...enter, running, sentBack, running];
  expect(part([...enter, runnable, running], back)).toEqual([]);
  expect(part([...enter, runnable, waiting], [...enter, running, waiting])).toEqual(['differ']);
});

test('what the end of a run cut off accuses nobody; what the same M has passed does', () => {
  expect(part([runnable, running], [runnable])).toEqual([]);
  const ledger = new Ledger(true);
  const [silent, told] = [ledger.goroutine(7), ledger.goroutine(8)];
  ledger.probed(silent, running, 0, 1, 10, 0);
  ledger.probed(told, running, 0, 1, 11, 0);
  ledger.traced(told, running, 0, 100, 5, 0);
  ledger.close();
  expect(ledger.partings.map(({ why, id }) => [why, id])).toEqual([['only the probe', 7]]);
});

test('an M is one thread', () => {
  const ledger = new Ledger(true);
  for (const [goid, thread] of [100, 100, 101, 101].entries()) {
    const subject = ledger.goroutine(goid);
    ledger.traced(subject, running, 0, thread, goid, 0);
    ledger.probed(subject, running, 0, 1, goid, 0);
  }
  expect(ledger.partings).toMatchObject([{ why: 'thread', threads: [100, 101], consequences: 1 }]);
});

test('a pair of changes that one layer left out shows as other threads doing what follows, twice', () => {
  const ledger = new Ledger(true);
  const everyones = ledger.subject(SUBJECT.world, 0);
  const p = ledger.subject(SUBJECT.proc, 0);
  let at = 0;
  const pair = (subject: number, what: number, m: number) => {
    ledger.traced(subject, what, 0, 100 + m, at++, 0);
    ledger.probed(subject, what, 0, m, at++, 0);
  };
  // Which thread M1, M2 and M3 are is certain.
  for (const m of [1, 2, 3, 1, 2, 3, 1, 2, 3]) pair(everyones, WORLD.stops, m);
  for (const m of [1, 2, 3, 2]) {
    for (const what of [PROC.starts, PROC.stops]) {
      if (m !== 1) ledger.traced(p, what, 0, 100 + m, at++, 0);
      ledger.probed(p, what, 0, m, at++, 0);
    }
  }
  expect(ledger.partings).toMatchObject([{ why: 'out of step', kind: SUBJECT.proc, threads: [101, 102] }]);
});
