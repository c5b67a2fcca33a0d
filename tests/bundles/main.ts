/** `npm run bundles`: `gotwin repro` on 20 bundles, or on those given, here and without Go, HOME or PATH. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBundles, reproduce } from './bundles.ts';

const COUNT = 20;

const given = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'gotwin-bundles-'));
let failed = 0;
try {
  const bundles = given.length > 0 ? given : await makeBundles(COUNT, folder);
  for (const path of bundles) {
    const { signatures, problems } = await reproduce(path, folder);
    console.log(`${path}: ${problems.length === 0 ? 'the same' : 'NOT the same'}: ${signatures.join(', ')}`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) failed++;
  }
  console.log(`${bundles.length - failed} of ${bundles.length} the same without Go, byte for byte`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
