import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeBundles, reproduce } from './bundles.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-bundles-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('gotwin repro shows a finding again without Go, HOME or PATH, byte for byte (npm run bundles does twenty)', async () => {
  const bundles = await makeBundles(2, folder);
  expect(bundles).toHaveLength(2);
  for (const path of bundles) expect((await reproduce(path, folder)).problems).toEqual([]);
  // Eight calls of the command line, on a machine that may be busy.
}, 120_000);
