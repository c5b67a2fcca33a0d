import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Cores, workOff } from './cores.ts';

test('no more cores are taken than there are, and who wants all of them is not passed by', async () => {
  const cores = new Cores(2);
  const order: string[] = [];
  let taken = 0;
  const take = async (name: string, wanted: number) => {
    const done = await cores.take(wanted);
    taken += Math.min(wanted, 2);
    expect(taken).toBeLessThanOrEqual(2);
    order.push(name);
    await soon();
    taken -= Math.min(wanted, 2);
    done();
    done();
  };
  await Promise.all([take('build 1', 1), take('run', 9), take('build 2', 1), take('build 3', 1)]);
  expect(order).toEqual(['build 1', 'run', 'build 2', 'build 3']);
});

test('what one piece of work throws ends the others, once those under way have ended', async () => {
  const began: number[] = [];
  const work = workOff([1, 2, 3, 4], 2, async (n) => {
    began.push(n);
    await soon();
    if (n === 1) throw new Error('broken');
  });
  await expect(work).rejects.toThrow('broken');
  expect(began).toEqual([1, 2]);
});
