import { describe, expect, test } from 'vitest';
import { fineModelOf, type Release } from '../model/index.ts';
import { ALLOWED, clocks, FORBIDDEN, G, H, HUNG, running, waiting } from './histories.ts';
import { judgeProbe } from './replay.ts';
import { fileOf, functionsText, pc, source, status, type Written, wait } from './small-records.ts';

async function judge(records: readonly Written[], release: Release = 'go1.26', hungMs?: number) {
  return judgeProbe({
    records: source(fileOf(records)),
    functions: source(new TextEncoder().encode(functionsText)),
    release,
    hungMs,
  });
}

async function rulesBroken(records: readonly Written[], release?: Release, hungMs?: number) {
  const { divergences } = await judge(records, release, hungMs);
  return divergences.map(({ rule }) => rule);
}

describe('what the model allows passes', () => {
  test.each(Object.entries(ALLOWED))('%s', async (_, records) => {
    expect(await rulesBroken(records)).toEqual([]);
  });
});

describe('what the model forbids is found by its rule', () => {
  test.each(Object.entries(FORBIDDEN))('%s', async (_, [rule, records]) => {
    expect(await rulesBroken(records)).toEqual([rule]);
  });

  test('no row is without such a case, but the transitions, which are one table', () => {
    const tried = new Set(Object.values(FORBIDDEN).map(([rule]) => rule));
    const untried = fineModelOf('go1.26').filter(({ id, family, to }) => {
      return !tried.has(id) && !(family === 'status word' && to !== undefined);
    });
    // The end of a program that hung has a test of its own.
    expect(untried.map(({ id }) => id)).toEqual(['status/wait-ends']);
  });
});

describe('a program that hung', () => {
  const { records: stuck, hungMs } = HUNG;

  test('names who waits for which status, and who set it', async () => {
    const { divergences } = await judge(stuck, 'go1.26', hungMs);
    expect(divergences.map(({ rule }) => rule)).toEqual(['status/wait-ends']);
    expect(divergences[0]?.observed).toMatch(
      /^M4 waits for G7 to be waiting, in injectglist: since \S+ s, for 10\.0 s, until the program was ended\. G7 is scan waiting: suspendG on M2 made it so at \S+ s, \S+ ms before the wait began, and nobody has changed it since\.$/,
    );
    expect(divergences[0]?.slice.at(-1)?.event.name).toBe('gstatuswait');
  });

  test('is not said of one that ended by itself, or waited for a moment', async () => {
    expect(await rulesBroken(stuck)).toEqual([]);
    expect(await rulesBroken(stuck, 'go1.26', 500)).toEqual([]);
  });

  test('is not said where no clock was recorded', async () => {
    expect(await rulesBroken(stuck.slice(clocks.length), 'go1.26', 10_000)).toEqual([]);
  });

  test('is not said of a wait that came to its end', async () => {
    const over = [
      ...stuck,
      status(G, 'scan waiting', 'waiting', pc('runtime.resumeG'), 2),
      status(G, 'waiting', 'runnable', pc('runtime.injectglist'), 4),
    ];
    expect(await rulesBroken(over, 'go1.26', 10_000)).toEqual([]);
  });
});

describe('a finding', () => {
  test('has the state before with who set it, what was allowed guard by guard, and its slice', async () => {
    const records = [...waiting, status(G, 'waiting', 'copystack', pc('runtime.scanstack'), 2)];
    const { divergences } = await judge(records);
    const [found] = divergences;
    expect(found?.observed).toBe('scanstack on M2 changes G7 from waiting to copystack');
    expect(found?.before).toEqual([{ name: 'G7 status', value: 'waiting, by park_m on M1', setBy: 4 }]);
    expect(found?.allowed[0]?.guards.map(({ holds }) => holds)).toContain(false);
    expect(found?.cite[0]?.func).toBe('newstack');
    expect(found?.slice.map(({ event }) => event.index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(found?.at).toMatchObject({ index: 5, m: 2, g: 7, name: 'gstatus', stack: ['scanstack'] });
  });

  test('has a signature without ids, and what follows from it is its consequence', async () => {
    const bad = (g: number) => [
      status(g, 'running', 'waiting', pc('runtime.park_m')),
      status(g, 'waiting', 'copystack', pc('runtime.scanstack'), 2),
      status(g, 'copystack', 'waiting', pc('runtime.scanstack'), 2),
    ];
    const { divergences } = await judge([...bad(G), ...bad(H)]);
    expect(divergences).toHaveLength(2);
    expect(new Set(divergences.map(({ signature }) => signature)).size).toBe(1);
    expect(divergences[0]?.consequences).toBe(1);
  });

  test('by who let go of the goroutine shows when it took hold of it, however much it did in between', async () => {
    const records = [
      ...waiting,
      status(G, 'waiting', 'scan waiting', pc('runtime.suspendG'), 2),
      status(G, 'scan waiting', 'waiting', pc('runtime.resumeG'), 2),
      ...Array.from({ length: 2 }, () => wait(G, 'waiting', 'waiting', pc('runtime.scanstack'), 2)),
      ...Array.from({ length: 3 }, () => [
        status(G, 'waiting', 'runnable', pc('runtime.ready'), 3),
        status(G, 'runnable', 'running', pc('runtime.execute'), 3),
        status(G, 'running', 'waiting', pc('runtime.park_m'), 3),
      ]).flat(),
      status(G, 'waiting', 'copystack', pc('runtime.scanstack'), 2),
    ];
    const [found] = (await judge(records)).divergences;
    const own = found?.slice.filter(({ event }) => event.m === 2).map(({ event }) => event.index);
    expect(own).toEqual([5, 6, 7, 8, 18]);
  });

  test('of which only who did it is wrong has a signature by who did it', async () => {
    const by = async (name: 'runtime.ready' | 'runtime.execute') => {
      const hold = status(G, 'waiting', 'scan waiting', pc('runtime.suspendG'), 2);
      return (await judge([...waiting, hold, status(G, 'scan waiting', 'waiting', pc(name), 2)])).divergences;
    };
    const [ready, execute] = [await by('runtime.ready'), await by('runtime.execute')];
    expect([...ready, ...execute].map(({ rule }) => rule)).toEqual(Array(2).fill('status/scanned-waiting'));
    expect(ready[0]?.signature).not.toBe(execute[0]?.signature);
    expect((await by('runtime.ready'))[0]?.signature).toBe(ready[0]?.signature);
  });

  test('of one kind is kept three times, however often it comes', async () => {
    const bad = Array.from({ length: 50 }, (_, n) =>
      status(G + n * 256, 'waiting', 'copystack', pc('runtime.scanstack')),
    );
    const { divergences } = await judge(bad);
    expect(divergences).toHaveLength(3);
    expect(divergences[2]?.consequences).toBe(47);
  });
});

test('a release has the transitions of its source', async () => {
  const blocked = [...running, status(G, 'running', 'syscall', 0), status(G, 'syscall', 'runnable', 0)];
  expect(await rulesBroken(blocked, 'go1.25')).toEqual([]);
  expect(await rulesBroken(blocked, 'go1.26')).toEqual(['status/transition']);
});

test('without the functions of the binary nothing is said of who did what', async () => {
  const records = source(fileOf([...running, status(G, 'running', 'waiting', pc('runtime.ready'))]));
  const { divergences } = await judgeProbe({
    records,
    functions: undefined,
    release: 'go1.26',
    hungMs: undefined,
  });
  expect(divergences).toEqual([]);
});

test('what the runtime does after it threw is not judged', async () => {
  const threw: Written = { kind: 'throw', gp: 0x1000, a: 0x2073_6920_646c_6163n, b: 20 };
  const { divergences, died } = await judge([...running, threw, status(G, 'idle', 'running', 0)]);
  expect(divergences).toEqual([]);
  expect(died).toMatch(/^throw: /);
});
