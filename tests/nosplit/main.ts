/**
 * `npm run nosplit-corpus`: the model's verdict and text against the linker's, and the
 * two feeds against each other, over fixtures, Go's own programs and random ones.
 * Prints how many cases there were, how many differed, and how to see each again.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installToolchain, type ProgramTarget, resolveTarget } from '../../collector/index.ts';
import { findFixture } from '../../go-fixtures/index.ts';
import type { NosplitResult } from '../../replay/index.ts';
import { generateProgram } from './generate.ts';
import { flagsOf, openJudge } from './judge.ts';

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: '1.26' },
    arch: { type: 'string', default: 'amd64' },
    race: { type: 'boolean', default: false },
    /** Random programs; each is built twice, the second time with -N -l. */
    programs: { type: 'string', default: '300' },
    /** Cases in each of them. */
    cases: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    /** Packages to check besides: fixtures, their cases, import paths of Go's own; a path ending in `.test` is a test. */
    packages: { type: 'string', default: 'hello' },
    /** The cases of the fixture nosplit, too. */
    fixture: { type: 'boolean', default: false },
    /** Leave out the second build. */
    optimised: { type: 'boolean', default: false },
  },
});

const SHOWN = 10;

class Tally {
  cases = 0;
  differing = 0;
  overflows = 0;
  undetermined = 0;
  functions = 0;
  disagreeing = 0;
  modelMs = 0;

  /** Counts a result, and shows what is wrong with it. */
  add(what: string, result: NosplitResult): void {
    this.count(result);
    const { equal, feeds, model, linker } = result;
    if ((equal && feeds.equal && feeds.differ.length === 0) || this.differing > SHOWN) return;
    console.log(`DIFFERS ${what}: model ${equal}, from object files alone ${feeds.equal}`);
    for (const each of feeds.differ.slice(0, SHOWN))
      console.log(`  ${each.function}\n    linker:   ${each.linker}\n    compiler: ${each.compiler}`);
    if (!equal) console.log(`linker:\n${linker.text}model:\n${model.text}`);
  }

  count({ equal, feeds, model }: NosplitResult): void {
    this.cases++;
    this.overflows += model.verdict === 'overflow' ? 1 : 0;
    this.undetermined += model.answers > 1 ? 1 : 0;
    this.functions += feeds.functions;
    this.disagreeing += feeds.differ.length;
    this.modelMs = Math.max(this.modelMs, model.ms);
    if (!equal || !feeds.equal) this.differing++;
  }

  print(what: string, seconds: number): void {
    console.log(
      `${what}: ${this.cases} cases (${this.overflows} too deep, ${this.undetermined} where the linker's answer is not determined), ` +
        `${this.differing} differing; ${this.functions} functions in both feeds, ${this.disagreeing} disagreeing; ` +
        `model at most ${this.modelMs} ms; ${seconds.toFixed(0)} s`,
    );
  }
}

const total = new Tally();
const scratch = mkdtempSync(join(tmpdir(), 'gotwin-nosplit-corpus-'));
try {
  for (const release of values.go.split(','))
    for (const goarch of values.arch.split(',')) await check(release, goarch);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
total.print('in all', performance.now() / 1000);
process.exitCode = total.differing > 0 || total.disagreeing > 0 ? 1 : 0;

async function check(release: string, goarch: string): Promise<void> {
  const toolchain = await installToolchain(release, { toLink: true });
  for (const unoptimised of values.optimised ? [false] : [false, true]) {
    const setting = { toolchain, goarch, unoptimised, race: values.race };
    const name = [toolchain.version, goarch, ...flagsOf(setting)].join(' ');
    const started = performance.now();
    const tally = new Tally();
    const add = (what: string, result: NosplitResult) => {
      tally.add(what, result);
      total.count(result);
    };
    const judge = openJudge(setting, join(scratch, name.replace(/\W+/g, '-')));
    for (const pkg of packages())
      for (const result of await judge.target(await targetOf(pkg))) add(`${pkg} ${name}`, result);
    const first = Number(values.seed);
    for (let seed = first; seed < first + Number(values.programs); seed++) {
      const result = await judge.source(generateProgram(seed, Number(values.cases), values.race ? 2 : 1));
      const again = `--go ${release} --arch ${goarch} --seed ${seed} --cases ${values.cases} --programs 1${values.race ? ' --race' : ''}`;
      add(`seed ${seed} ${name} (npm run nosplit-corpus -- ${again})`, result);
    }
    tally.print(`${name}, seeds ${values.seed} on`, (performance.now() - started) / 1000);
  }
}

function packages(): string[] {
  const { dir } = findFixture('nosplit')!;
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const cases = values.fixture ? folders.map(({ name }) => `nosplit/${name}`) : [];
  return [...values.packages.split(',').filter((pkg) => pkg !== ''), ...cases];
}

async function targetOf(pkg: string): Promise<ProgramTarget> {
  const test = pkg.endsWith('.test');
  const target = await resolveTarget(pkg.replace(/\.test$/, ''), { test, cwd: scratch });
  if (!('pattern' in target)) throw new Error(`${pkg} is no program`);
  return target;
}
