import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gotwin } from '../cli/spawned.ts';
import { V1Writer } from '../replay/decode/v1/testdata/write.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-older-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'go1.16.trace');
const trace = new V1Writer(11)
  .batch(0, 1000)
  .event('GoCreate', [1, 0, 0])
  .event('ProcStart', [7])
  .event('GoStart', [1, 1])
  .event('Gomaxprocs', [2, 0])
  .event('GoBlockSelect', [0]);
writeFileSync(file, trace.frequency(250_000_000).bytes());

test('a trace of before Go 1.22 is listed as text, as JSON and as counts', async () => {
  const text = await gotwin(['events', file]);
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toMatch(/ {2}M7 P0 G1 +GoBlock reason_string="select" stack=0\n/);
  const json = await gotwin(['events', file, '--format', 'json', '--limit', '1']);
  expect(JSON.parse(json.stdout)).toMatchObject({ name: 'ProcStatus', m: 7, p: 0, g: -1 });
  const counts = await gotwin(['events', file, '--format', 'none']);
  expect(counts.stdout).toContain('3 events in 1 generation');
});

test('its wire text is refused with what to do instead, and its replay says why there is no verdict', async () => {
  const wire = await gotwin(['events', file, '--format', 'wire']);
  expect(wire).toMatchObject({ code: 2, stdout: '' });
  expect(wire.stderr).toMatch(/format go 1\.11: .*no wire text.*\n.*--format text/);
  const replay = await gotwin(['replay', file]);
  expect(replay.code).toBe(3);
  expect(replay.stdout).toMatch(/unobservable\n.*no model of the runtime before Go 1\.22/);
});
