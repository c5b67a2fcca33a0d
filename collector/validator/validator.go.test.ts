import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetPath } from '../../go-fixtures/index.ts';
import { type GoAnswer, Validator } from './validator.ts';

const trace = new Uint8Array(readFileSync(assetPath('tests/testdata/busy.trace')));
let validator: Validator;

beforeAll(async () => {
  validator = await Validator.start();
});
afterAll(() => validator.close());

test('a sound trace, one that ends in the middle and no trace at all are answered one after the other', async () => {
  const answers: GoAnswer[] = [];
  for (const bytes of [trace, trace.subarray(0, trace.length >> 1), new Uint8Array(3), trace])
    answers.push(await validator.ask(bytes));
  const [sound, cut, none, again] = answers;
  expect(sound).toMatchObject({ reader: '', validator: '' });
  expect(sound?.events).toBeGreaterThan(1000);
  expect(cut?.reader).not.toBe('');
  expect(none?.reader).not.toBe('');
  expect(again).toEqual(sound);
});
