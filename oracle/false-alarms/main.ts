/**
 * `npm run false-alarms`: sound programs on real Go, and what the judge objects to. Every objection is a false alarm
 * until the release's source says that Go did wrong. Recordings are kept; `--record` only makes them.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { findArchitecture, findEmulator, goArch } from '../../collector/index.ts';
import { replayFile } from '../../replay/index.ts';
import { Programs, RELEASES } from '../corpora/programs.ts';
import { ROOT } from '../root.ts';
import { Cache } from './cache.ts';
import {
  fixtureSources,
  programSource,
  type Source,
  spread,
  testPrograms,
  tracedSources,
} from './sources.ts';
import { objectionsText, Tally } from './tally.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    releases: { type: 'string', default: RELEASES.join() },
    arch: { type: 'string', default: goArch() },
    /** Programs of GOROOT/test on each release and architecture. */
    programs: { type: 'string', default: '70' },
    /** Where they are; the tree of the Go on PATH if not given. A toolchain of the module proxy has none. */
    tests: { type: 'string' },
    cache: { type: 'string', default: join(ROOT, '.gotwin', 'false-alarms') },
    /** Only record what is not there yet. */
    record: { type: 'boolean', default: false },
    /** Only judge what is there, all of it. */
    cached: { type: 'boolean', default: false },
  },
});

const cache = new Cache(values.cache);
const tally = new Tally();
let unrecorded = 0;

for (const path of positionals) await judge(path, path);
if (positionals.length === 0 && values.cached) await kept();
else if (positionals.length === 0) await corpus();
print();
process.exitCode = tally.objections > 0 ? 1 : 0;

async function kept(): Promise<void> {
  for (const { path, name } of await cache.all()) await judge(path, name);
}

async function corpus(): Promise<void> {
  const programs = await Programs.create();
  try {
    for await (const source of sources(programs)) await runOne(source);
  } finally {
    await programs.remove();
  }
}

/** A little of every release at first, so that what is there early is of all of them. */
async function* sources(programs: Programs): AsyncGenerator<Source, void> {
  const folder = values.tests ?? join((await execa('go', ['env', 'GOROOT'])).stdout, 'test');
  const tests = await testPrograms(folder);
  if (tests.length === 0) console.log(`left out: ${folder} holds no programs; --tests says where Go's are`);
  const lists: Source[][] = [];
  for (const arch of values.arch.split(',')) {
    if (!runs(arch)) continue;
    for (const [i, go] of values.releases.split(',').entries()) {
      const wanted = spread(tests, Number(values.programs), i);
      lists.push([
        ...fixtureSources(go, arch),
        ...(await tracedSources(go, arch, programs)),
        ...wanted.map((program) => programSource(program, folder, go, arch)),
      ]);
    }
  }
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let i = 0; i < longest; i++) for (const list of lists) if (list[i] !== undefined) yield list[i]!;
}

function runs(arch: string): boolean {
  const found = findArchitecture(arch);
  if (found.nativeOn.includes(goArch()) || findEmulator(found) !== undefined) return true;
  console.log(`left out: ${arch}, which this machine does not run`);
  return false;
}

async function runOne(source: Source): Promise<void> {
  const { path, failed } = await cache.recorded(source);
  const name = `${source.name} on go${source.go} ${source.arch}`;
  if (failed !== undefined) {
    unrecorded++;
    console.log(`not recorded: ${name}: ${failed.split('\n')[0]}`);
  } else if (!values.record) await judge(path, name);
  else console.log(`recorded: ${name}`);
}

async function judge(path: string, name: string): Promise<void> {
  const replay = await replayFile(path, { drawn: false });
  const [program = '', platform = ''] = name.split(' on ');
  tally.add(program, replay);
  tally.platforms.add(platform || replay.go);
  for (const { observed } of replay.suspicions) console.log(`suspicious: ${name}: ${observed}; ${path}`);
  // A program that crashed leaves a trace that ends in the middle, which accuses nobody.
  if (replay.verdict !== 'diverges' && replay.verdict !== 'malformed') return;
  console.log(`${replay.verdict}: ${name}, ${replay.events} events`);
  for (const line of objectionsText(path, replay.divergences)) console.log(line);
}

function print(): void {
  if (values.record) return;
  for (const line of tally.rules()) console.log(line);
  const verdicts = [...tally.verdicts].map(([verdict, n]) => `${n} ${verdict}`).join(', ');
  console.log(
    `${tally.recordings} recordings of ${tally.programs.size} programs, ${tally.events.toLocaleString('en-US')} events ` +
      `(${[...tally.platforms].sort().join(', ')}): ${verdicts}; ${unrecorded} could not be built or run; ` +
      `${tally.objections} objections, ${tally.suspicions} suspicions`,
  );
}
