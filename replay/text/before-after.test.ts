/** Changes of the runtime that its text shows: each side by its own rules, and by those of the other. */
import { describe, expect, test } from 'vitest';
import { judgeText } from './index.ts';
import { bytesOf, sample } from './testdata/samples.ts';

async function broken(text: string, go: string, model: string, premises: readonly string[]) {
  const { divergences, rows } = await judgeText(bytesOf(text), { go, model, premises, arch: 'amd64' });
  const asked = (id: string) => rows.find(({ row }) => row === id)?.observable;
  return { rules: [...new Set(divergences.map(({ rule }) => rule))], divergences, asked };
}

describe('threads that end with what is locked to them, since Go 1.10', () => {
  const of19 = sample('go1.9-threadexit.txt');
  const of110 = sample('go1.10-threadexit.txt');
  const locked = ['never-unlocks'];

  test('are judged on each side by the rules of that side', async () => {
    expect((await broken(of19, 'go1.9.7', 'go1.9', locked)).rules).toEqual([]);
    expect((await broken(of110, 'go1.10.8', 'go1.10', locked)).rules).toEqual([]);
  });

  test('a thread of 1.9 outlives its goroutine, which no later release allows', async () => {
    for (const model of ['go1.10', 'go1.21', 'go1.26']) {
      const { rules, divergences } = await broken(of19, 'go1.9.7', model, locked);
      expect(rules, model).toContain('text/thread-exit');
      expect(divergences[0]?.observed).toMatch(/^M\d+ runs G\d+; G\d+ was locked to it, and has ended$/);
    }
  });

  test('a thread of 1.10 is gone, which 1.9 does not allow', async () => {
    const { rules, divergences } = await broken(of110, 'go1.10.8', 'go1.9', locked);
    expect(rules).toEqual(['text/threads-stay']);
    expect(divergences[0]?.cite.map(({ func }) => func)).toEqual(['mcommoninit', 'goexit0', 'goexit0']);
  });

  test('of a program that may unlock itself nothing is said', async () => {
    const { rules, asked } = await broken(of19, 'go1.9.7', 'go1.10', []);
    expect([rules, asked('text/thread-exit')]).toEqual([[], false]);
  });
});

describe('loops that are interrupted, since Go 1.14', () => {
  /** One real snapshot of a loop on Go 1.13 that the world waits for, as it comes again and again. */
  const snapshot = sample('go1.13-tightloop.txt');
  const series = (count: number, everyMs: number) =>
    Array.from({ length: count }, (_, i) => snapshot.replace(/^SCHED \d+ms/, `SCHED ${i * everyMs}ms`)).join(
      '',
    );

  test('a P that does not stop for seconds breaks a rule of 1.14, and none of 1.13', async () => {
    const hung = series(31, 200);
    expect((await broken(hung, 'go1.13.15', 'go1.13', ['calls-nothing'])).rules).toEqual([]);
    const { rules, divergences } = await broken(hung, 'go1.13.15', 'go1.16', ['interrupts', 'calls-nothing']);
    expect(rules).toEqual(['text/world-stops']);
    expect(divergences[0]?.observed).toMatch(
      /^P\d runs on for 5000 ms and 26 snapshots after it was asked to stop/,
    );
  });

  test('neither a few seconds nor a few snapshots are enough', async () => {
    expect(
      (await broken(series(24, 200), 'go1.13.15', 'go1.16', ['interrupts', 'calls-nothing'])).rules,
    ).toEqual([]);
    expect(
      (await broken(series(10, 1000), 'go1.13.15', 'go1.16', ['interrupts', 'calls-nothing'])).rules,
    ).toEqual([]);
  });

  test('where asynchronous preemption is switched off, nothing is said', async () => {
    expect((await broken(series(31, 200), 'go1.13.15', 'go1.16', ['calls-nothing'])).rules).toEqual([]);
  });

  test('nor of a program that may be in a long piece of assembly', async () => {
    expect((await broken(series(31, 200), 'go1.13.15', 'go1.16', ['interrupts'])).rules).toEqual([]);
  });

  test('a P that ran another goroutine meanwhile did stop', async () => {
    const lines = series(40, 200).split('\n');
    let n = 0;
    const moving = lines.map((line) => line.replace(/schedtick=\d+/, () => `schedtick=${n++}`)).join('\n');
    expect((await broken(moving, 'go1.13.15', 'go1.16', ['interrupts', 'calls-nothing'])).rules).toEqual([]);
  });

  test('collections that end beside such a loop break the rule of 1.13', async () => {
    const text = sample('go1.16-plain.txt');
    const cycles = (count: number) =>
      Array.from(
        { length: count },
        (_, i) =>
          `gc ${i + 1} @0.${100 + i}s 1%: 0.1+0.1+0.1 ms clock, 0.2+0/0/0+0.2 ms cpu, 1->1->0 MB, 4 MB goal, 2 P\n`,
      ).join('');
    const header = text.slice(0, text.indexOf('\n') + 1);
    const judged = (count: number, model: string, premises: string[]) =>
      broken(header + cycles(count), 'go1.16.15', model, premises).then(({ rules }) => rules);
    expect(await judged(8, 'go1.13', ['calls-nothing'])).toEqual(['text/loop-stays']);
    expect(await judged(3, 'go1.13', ['calls-nothing'])).toEqual([]);
    expect(await judged(8, 'go1.13', [])).toEqual([]);
    expect(await judged(8, 'go1.16', ['calls-nothing'])).toEqual([]);
  });
});
