import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resultDocumentSchema, shrinkDocumentSchema } from '../cli/result-document.ts';
import { gotwin } from '../cli/spawned.ts';
import { record } from '../collector/index.ts';
import { parseWire, writeWire } from '../replay/decode/index.ts';
import { NEWEST, Recorder } from '../replay/decode/testdata/record.ts';
import { MUTANTS } from '../replay/mutants.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-shrink-'));
const recorder = new Recorder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  recorder.remove();
});

let bytes: Uint8Array;
beforeAll(async () => {
  // How long a round takes is the machine's business.
  for (let rounds = 30; ; rounds *= 2) {
    bytes = await readFile(await recorder.record(NEWEST, rounds, 'traceadvanceperiod=40000000'));
    if (parseWire(bytes).generations.length >= 5) return;
  }
});

/** Signatures of all that is wrong with a file. */
async function signaturesIn(file: string): Promise<string[]> {
  const { stdout } = await gotwin(['replay', file, '--json']);
  const { recordings } = resultDocumentSchema.parse(JSON.parse(stdout));
  return recordings[0]!.divergences.map(({ signature }) => signature);
}

/** Each is made in the middle of the trace, so what comes after it can go. */
const INSIDE = MUTANTS.filter(({ rules }) => !rules[0]?.startsWith('format/')).slice(0, 3);

describe('a trace is cut to generations that show the same, and nothing else', () => {
  test.each(INSIDE)('$name', async ({ name, edit }) => {
    const wire = parseWire(bytes);
    edit(wire);
    const file = join(folder, `${name.replaceAll(/\W/g, '-')}.trace`);
    const small = `${file}.small`;
    writeFileSync(file, writeWire(wire));
    const before = await signaturesIn(file);

    const { code, stdout, stderr } = await gotwin(['shrink', file, '-o', small, '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { signature, generations, bytes: sizes } = shrinkDocumentSchema.parse(JSON.parse(stdout));
    expect(generations?.kept).toBeLessThan(generations?.of ?? 0);
    expect(sizes.kept).toBeLessThan(sizes.of);
    const after = await signaturesIn(small);
    expect(after).toContain(signature);
    expect(before).toEqual(expect.arrayContaining(after));
  });
});

test('of a recording the trace is kept, what was cut away is said, and the original stays', async () => {
  const wire = parseWire(bytes);
  INSIDE[0]!.edit(wire);
  const trace = join(folder, 'whole.trace');
  writeFileSync(trace, writeWire(wire));
  const { path } = await record({ target: trace, goVersion: '', outFile: join(folder, 'whole.gotwin') });
  const original = await readFile(path);

  expect((await gotwin(['shrink', path])).code).toBe(0);
  expect(await readFile(path)).toEqual(original);
  const { stdout } = await gotwin(['replay', join(folder, 'whole-small.gotwin'), '--json']);
  const { recordings } = resultDocumentSchema.parse(JSON.parse(stdout));
  expect(await signaturesIn(path)).toContain(recordings[0]?.divergences[0]?.signature);
  expect(recordings[0]?.lost.notes.join()).toContain('cut away by gotwin shrink');
  // Evidence is not replaced.
  expect((await gotwin(['shrink', path])).code).toBe(2);
});

test('what conforms has nothing that could be kept', async () => {
  const trace = join(folder, 'sound.trace');
  writeFileSync(trace, bytes);
  const { code, stderr } = await gotwin(['shrink', trace]);
  expect(code).toBe(2);
  expect(stderr).toContain('there is no finding in');
});
