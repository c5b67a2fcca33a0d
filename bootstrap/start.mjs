/**
 * `npm start`: the main job on a machine that need have nothing but Node.
 * Arguments after `npm start --` are passed on to `gotwin check`.
 */
import { requireNode } from './machine.mjs';

requireNode();
const { ensureBuild, ensurePackages, ROOT } = await import('./build.mjs');
const { ensureGo } = await import('./go.mjs');
const { run } = await import('./processes.mjs');
const { say, sayWhatIsMissing } = await import('./say.mjs');
const { ensureArchitectures } = await import('./system.mjs');

/** The exit code for usage and environment, as in the command line's own. */
const ENVIRONMENT = 2;

async function main() {
  if (!(await ensurePackages()) || !(await ensureBuild()) || !(await ensureGo())) {
    sayWhatIsMissing();
    return ENVIRONMENT;
  }
  const architectures = await ensureArchitectures();
  const job = ['check', 'netguy', 'netecho', '--go', '1.26,1.22', '--arch', architectures.join(',')];
  const args = [...job, '--report', 'gotwin-report', ...process.argv.slice(2)];
  say(`gotwin ${args.join(' ')}`);
  const { code } = await run(process.execPath, ['dist/bin/main.js', ...args], { cwd: ROOT });
  sayWhatIsMissing();
  return code;
}

process.exitCode = await main();
