import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFault, goArch, record } from '../collector/index.ts';
import { reproDocumentSchema } from './result-document.ts';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-repro-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of this fault no single run stays without its finding: every thread that ends is leaked. */
const FAULT = 'freem-leak';

test('a finding is shown whole from its recording, and comes again when the program is run again', async (context) => {
  const { fault } = findFault({ name: FAULT });
  if (!fault.tried.arch.includes(goArch())) context.skip('the fault was never tried on this architecture');
  const { path } = await record({
    target: fault.fixture,
    goVersion: '1.26',
    args: ['-d', '200ms'],
    layers: ['probe', 'text'],
    probe: { mode: 'linear', window: 1 << 20 },
    outFile: join(folder, 'leak.gotwin'),
    fault: { name: FAULT },
  });

  const shown = await gotwin(['repro', path]);
  expect(shown.code).toBe(1);
  expect(shown.stdout).toContain('Events that lead to it');
  expect(await gotwin(['repro', path], { env: { PATH: '', HOME: folder } })).toEqual(shown);

  const kept = join(folder, 'kept');
  const { code, stdout } = await gotwin(['repro', path, '--rerun', '1', '-o', kept, '--json', '-q']);
  const { recordings, reruns } = reproDocumentSchema.parse(JSON.parse(stdout));
  expect(code).toBe(1);
  expect(reruns).toMatchObject({ seen: 1, of: 1 });
  const signatures = new Set(recordings[0]?.divergences.map(({ signature }) => signature));
  expect(reruns?.signatures).toEqual([...signatures].map((signature) => ({ signature, seen: 1 })));
  // The same sources, runtime and flags: the same binary, byte for byte.
  expect(reruns?.runs[0]).toMatchObject({ sameBinary: true, verdict: 'diverges' });
  expect(readdirSync(kept)).toEqual(['leak-again-1.gotwin']);
});
