import { expect, test } from 'vitest';
import { type ProgramTarget, resolveTarget } from '../../collector/index.ts';
import { endingOf } from './ending.ts';
import { planned } from './testdata/rows.ts';

const target = (await resolveTarget('tightloop')) as ProgramTarget;
const cell = (go: string) => planned('a', { go, target });

test.each([
  ['go1.13.15', 'time limit, SIGQUIT, exit 2', true, 'as is known (it hangs here: a loop that calls nothing'],
  ['go1.13.15', 'exit 0', false, 'though it is known that it hangs here'],
  ['go1.16.15', 'exit 0', true, 'as is known (it ends here by itself)'],
  ['go1.16.15', 'time limit, SIGQUIT, exit 2', false, 'though it is known that it ends here'],
  ['go1.16.15', 'SIGSEGV', false, 'it ended: SIGSEGV'],
])('a loop that calls nothing, on %s with %s', (go, exit, asKnown, why) => {
  const ending = endingOf(cell(go), { exit, why: 'nothing objects' });
  expect(ending).toEqual({ asKnown, why: expect.stringContaining(why) });
  expect(ending?.why).toMatch(/^nothing objects; it ended: /);
});

test('with asynchronous preemption off a later release hangs too', () => {
  const off = { ...cell('go1.16.15'), setting: { godebug: { asyncpreemptoff: '1' } } };
  const said = { exit: 'time limit, SIGQUIT, exit 2', why: '' };
  expect(endingOf(off, said)?.asKnown).toBe(true);
});

test('where there is a model, its verdict says more', () => {
  expect(endingOf(cell('go1.22.12'), { exit: 'exit 0', why: '' })).toBeUndefined();
});
