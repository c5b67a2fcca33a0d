import { expect, test } from 'vitest';
import { explorationDocumentSchema, explorationsSchema } from './result-document.ts';
import { gotwin } from './spawned.ts';

test('a broken variant exits 1 and tells the shortest path as a numbered story', async () => {
  const { code, stdout } = await gotwin(['explore', 'copystack', '--variant', 'broken']);
  expect(code).toBe(1);
  expect(stdout).toContain('1  M0');
  expect(stdout).toContain('casgstatus(gp, oldstatus, _Gcopystack)');
  expect(stdout).toContain('Everybody waits:');
});

test('a mended variant exits 0 with `exhausted: true`', async () => {
  const { code, stdout } = await gotwin(['explore', 'copystack', '--variant', 'mended', '--json']);
  expect(code).toBe(0);
  expect(explorationDocumentSchema.parse(JSON.parse(stdout))).toMatchObject({
    exhausted: true,
    expected: true,
    breach: null,
  });
});

test('a counterexample as JSON names its steps, its rows and where today would have objected', async () => {
  const { code, stdout } = await gotwin(['explore', 'copystack', '--variant', 'thrown', '--json']);
  expect(code).toBe(1);
  const { breach } = explorationDocumentSchema.parse(JSON.parse(stdout));
  expect(breach).toMatchObject({ kind: 'throw', text: 'casgstatus: waiting for Gwaiting but is Grunnable' });
  expect(breach?.story.at(-2)?.rows).toContain('status/ready');
  expect(breach?.today?.row).toBe('status/wait');
});

test('a history without a variant is a table of all its variants', async () => {
  const { code, stdout } = await gotwin(['explore', 'goexit', '--json']);
  expect(code).toBe(0);
  const { explorations, expected } = explorationsSchema.parse(JSON.parse(stdout));
  expect(expected).toBe(true);
  expect(explorations.map(({ variant }) => variant)).toEqual(['broken', 'stub', 'mended']);
});

test.each([
  [['explore', 'copystac'], 'usage/no-history'],
  [['explore', 'copystack', '--variant', 'mend'], 'usage/no-variant'],
  [['explore', '--variant', 'broken'], 'usage/which-history'],
  [['explore', 'copystack', 'nosplit'], 'usage/excess-arguments'],
])('gotwin %s is refused', async (args, code) => {
  const answer = await gotwin([...args, '--json']);
  expect(answer.code).toBe(2);
  expect(JSON.parse(answer.stdout).error.code).toBe(code);
});

test.each([
  ['goexit', 'broken', 'waits nowhere'],
  ['copystack', 'mended', 'nothing goes wrong in it'],
  ['retake', 'broken', 'no seeded fault'],
])('%s, %s cannot be steered: why, and which can', async (history, variant, why) => {
  const { code, stderr } = await gotwin(['explore', history, '--variant', variant, '--steer']);
  expect(code).toBe(2);
  expect(stderr).toContain(why);
  expect(stderr).toContain('copystack --variant broken|thrown|unowned, thread-exit --variant broken|early');
});

test('what only a run of real Go takes is refused where nothing is run, and so is steering without a variant', async () => {
  for (const args of [
    ['copystack', '--variant', 'broken', '--runs', '2'],
    ['copystack', '--steer'],
    ['copystack', '--variant', 'broken', '--steer', '--go', '1.22,1.26'],
  ]) {
    const { code, stderr } = await gotwin(['explore', ...args]);
    expect(code, stderr).toBe(2);
  }
});
