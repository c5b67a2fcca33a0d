/**
 * The checks of `npm test` that are not tests: each is one command over the whole repository, and counts as one.
 */
import { dirname, join } from 'node:path';
import { ensureBuild, filesBelow, ROOT, runBin } from './build.mjs';
import { run, which } from './processes.mjs';
import { tail } from './say.mjs';

/** What a check found: nothing when it passed. */
/** @typedef {{ name: string, run: () => Promise<string | undefined>, needs?: 'go' }} Check */

const minute = 60_000;

/** @type {readonly Check[]} */
export const CHECKS = [
  {
    name: 'build (tsc)',
    run: async () => ((await ensureBuild()) ? undefined : 'tsc found the errors above'),
  },
  { name: 'types of the bootstrap', run: () => bin('tsc', ['-p', 'bootstrap']) },
  { name: 'format and lint (biome)', run: () => bin('biome', ['check', '--error-on-warnings', '.']) },
  { name: 'unused code and dependencies (knip)', run: () => bin('knip', ['--no-progress']) },
  { name: 'package (publint)', run: () => bin('publint', ['--strict']) },
  { name: 'gofmt', run: gofmt, needs: 'go' },
  { name: 'go vet', run: goVet, needs: 'go' },
];

/** @param {string} name @param {string[]} args */
async function bin(name, args) {
  return complaint(await runBin(name, args, { quiet: true, timeoutMs: 5 * minute }));
}

/** @param {import('./processes.mjs').Outcome} outcome */
function complaint({ code, output }) {
  return code === 0 ? undefined : `exit code ${code}\n${tail(output, 40)}`;
}

/** @returns {string[]} every Go file that is ours */
const goFiles = () =>
  ['go-fixtures', 'collector', 'replay', 'tests', 'bench', 'oracle'].flatMap((top) => filesBelow(top, '.go'));

async function gofmt() {
  const { stdout } = await run('go', ['env', 'GOROOT'], { cwd: ROOT, quiet: true });
  const program = which('gofmt') ?? join(stdout.trim(), 'bin', 'gofmt');
  const outcome = await run(program, ['-l', ...goFiles()], { cwd: ROOT, quiet: true });
  if (outcome.code === 0 && outcome.stdout.trim() !== '') return `not formatted:\n${tail(outcome.stdout)}`;
  return complaint(outcome);
}

/** Vets every module; Go files outside of a module are pieces that the collector adds to programs. */
async function goVet() {
  const tops = ['go-fixtures', 'collector', 'replay', 'tests', 'bench', 'oracle'];
  const modules = tops.flatMap((top) => filesBelow(top, 'go.mod')).map((file) => dirname(file));
  const complaints = [];
  for (const module of modules) {
    const outcome = await run('go', ['vet', './...'], {
      cwd: join(ROOT, module),
      quiet: true,
      timeoutMs: 5 * minute,
    });
    const found = complaint(outcome);
    if (found !== undefined) complaints.push(`${module}: ${found}`);
  }
  return complaints.length === 0 ? undefined : complaints.join('\n');
}
