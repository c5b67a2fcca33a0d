import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { EV, eventName, findEvents, openTrace, parseWire, writeWire } from '../decode/index.ts';
import { goToolTrace, NEWEST, Recorder } from '../decode/testdata/record.ts';
import { Orderer } from './index.ts';

const recorder = new Recorder();
afterAll(() => recorder.remove());

interface Step {
  /** M, P, G and time, as `go tool trace -d=parsed` prints them. */
  readonly text: string;
  /** Events that Go's reader makes of it. */
  readonly events: number;
}

async function ours(bytes: Uint8Array): Promise<{ steps: Step[]; forced: number; unplaced: number }> {
  const reader = await openTrace(bytes);
  const orderer = new Orderer();
  const steps: Step[] = [];
  let [forced, unplaced] = [0, 0];
  for await (const gen of reader.generations()) {
    const ordered = orderer.order(gen);
    forced += ordered.forced.length;
    unplaced += ordered.unplaced;
    for (let i = 0; i < ordered.count; i++) {
      const row = ordered.event[i]!;
      const kind = gen.columns.kind[row]!;
      const m = kind === EV.CPUSample ? gen.arg(row, 0) : gen.m(row);
      const time = String(reader.base + BigInt(ordered.time[i]!));
      const text = `M=${m} P=${ordered.p[i]} G=${ordered.g[i]} T=${time}`;
      steps.push({ text, events: eventName(kind).startsWith('GoSwitch') ? 3 : 1 });
    }
  }
  return { steps, forced, unplaced };
}

function parsed(text: string): string[] {
  const lines = text.matchAll(/^M=(-?\d+) P=(-?\d+) G=(-?\d+) (\w+) Time=(\d+)/gm);
  return [...lines]
    .filter(([, , , , kind]) => kind !== 'Sync')
    .map(([, m, p, g, , t]) => `M=${m} P=${p} G=${g} T=${t}`);
}

/** Go names the M that a goroutine sits on in a syscall, where the trace says that no M wrote the status. */
function mayDiffer(step: Step): boolean {
  return step.text.startsWith('M=-1 ');
}

/** Holds our order of a trace against that of Go's reader. */
async function compare(path: string): Promise<void> {
  const { steps, forced, unplaced } = await ours(await readFile(path));
  const theirs = parsed(await goToolTrace(NEWEST, '-d=parsed', path));
  expect([forced, unplaced]).toEqual([0, 0]);
  let at = 0;
  const differences: [string, string][] = [];
  for (const step of steps) {
    const there = theirs[at] ?? 'nothing';
    if (there !== step.text && !mayDiffer(step)) differences.push([step.text, there]);
    at += step.events;
  }
  // Among events of equal time Go's order follows its heap: then the times agree and the Ms need not.
  const time = (text: string): string => text.slice(text.indexOf('T='));
  expect(differences.filter(([a, b]) => time(a) !== time(b))).toEqual([]);
  expect(at).toBe(theirs.length);
}

// The oracle compares every release, event for event; here one stands for them, with Go's own tool.
describe('a trace of Go', () => {
  const go = NEWEST;

  test('has the order, the context and the times that Go’s own reader gives it', async () => {
    const path = await recorder.record(go, 6, 'traceadvanceperiod=20000000');
    await compare(path);
  });

  test('keeps that order when the clock of one M is 10 ms off', async () => {
    const path = await recorder.record(go, 6, 'traceadvanceperiod=20000000');
    const trace = parseWire(await readFile(path));
    const ms = [...findEvents(trace, 'ProcStart')].map(({ batch }) => batch.m);
    for (const { batches } of trace.generations) {
      // 64 ns a tick.
      for (const batch of batches) if (batch.m === ms[0]) batch.time = BigInt(batch.time) + 156250n;
    }
    const skewed = `${path}.skewed`;
    await writeFile(skewed, writeWire(trace));
    await compare(skewed);
  });
});
