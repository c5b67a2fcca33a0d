import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { V1Writer } from './decode/v1/testdata/write.ts';
import { replayFile } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-older-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A trace of Go 1.16 with an event that nothing makes possible: its goroutine does not wait. */
const trace = new V1Writer(11)
  .batch(0, 1000)
  .event('GoCreate', [1, 0, 0])
  .event('ProcStart', [7])
  .event('GoStart', [1, 1])
  .event('Gomaxprocs', [2, 0])
  .event('GoUnblock', [1, 5, 0])
  .batch(1, 1000)
  .event('ProcStart', [7])
  .event('ProcStart', [8])
  .frequency(250_000_000);

test('a trace of a release without a model is read, and nothing is said against it', async () => {
  const file = join(folder, 'sound.trace');
  // A P that starts twice would be a divergence in 1.22.
  writeFileSync(
    file,
    new V1Writer(11)
      .batch(0, 1000)
      .event('ProcStart', [7])
      .event('ProcStart', [8])
      .frequency(250_000_000)
      .bytes(),
  );
  const replay = await replayFile(file);
  expect(replay).toMatchObject({ verdict: 'unobservable', events: 2, generations: 1, divergences: [] });
  expect(replay.why).toContain('no model');
  expect(replay.lost).toEqual({ bytes: 0, events: 0, notes: [] });
});

test('damage in one is told, as in any', async () => {
  const file = join(folder, 'stuck.trace');
  writeFileSync(file, trace.bytes());
  const replay = await replayFile(file);
  expect(replay).toMatchObject({ verdict: 'malformed', lost: { events: 1 } });
  expect(replay.divergences.map(({ rule }) => rule)).toEqual(['format/event-order']);
});

test('a trace is not judged in the name of a release whose traces have no model', async () => {
  const busy = join(import.meta.dirname, '../tests/testdata/busy.trace');
  await expect(replayFile(busy, { model: '1.9' })).rejects.toMatchObject({
    name: 'ModelError',
    message: expect.stringContaining('of Go 1.9 there is a model of its text alone'),
  });
  expect((await replayFile(busy, { model: '1.25' })).why).toContain('judged by the model of Go 1.25');
});
