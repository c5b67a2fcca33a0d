/** The builds that a call of `gotwin nosplit` asks for, and what comes of each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  collectGo19,
  collectNosplit,
  type FailedProgram,
  goArch,
  goOs,
  installToolchain,
  mainPackages,
  minorOf,
  type NosplitBuild,
  type ProgramTarget,
  resolveTarget,
  type SeededFault,
  type Toolchain,
} from '../collector/index.ts';
import { type JudgedBuild, judgeBuild, judgeGo19Build } from '../replay/index.ts';
import { isFile, newestRelease } from './cells.ts';
import { plural } from './columns.ts';
import type { Call } from './command.ts';
import { UsageError } from './problem.ts';
import type { Step } from './progress.ts';

/** What stands for every program of Go's own. */
const STD = { name: 'std', patterns: ['std', 'cmd'] };

/** The release whose linker walks and tells in another way. */
const OLD_LINKER = '1.9';

/** As `go build` takes it: for all packages, the standard library's too. */
const UNOPTIMISED = 'all=-N -l';

/** One build: a program or several, a release, an architecture, flags. */
interface Wanted {
  readonly target: ProgramTarget;
  readonly release: string;
  readonly arch: string;
  readonly flags: readonly string[];
  readonly fault?: SeededFault | undefined;
}

/** What came of the builds, each program in the order in which it was linked. */
export interface FoundBuilds {
  readonly judged: JudgedBuild[];
  /** Of several programs, those of which there is nothing to know. */
  readonly failed: (FailedProgram & { readonly build: string })[];
}

/** A step for each build; what is found is added to `found`, build by build. */
export async function nosplitSteps(call: Call, found: FoundBuilds): Promise<Step[]> {
  return (await wantedBuilds(call)).map((wanted) => ({
    title: ['nosplit', wanted.target.name, wanted.release, wanted.arch, ...wanted.flags].join(' '),
    work: async (note) => {
      const toolchain = await installToolchain(wanted.release, {
        signal: call.signal,
        onProgress: note,
        toLink: true,
      });
      note('building');
      const before = [found.judged.length, found.failed.length] as const;
      await judgeWanted(wanted, toolchain, call.signal, found);
      return outcomeOf(found.judged.slice(before[0]), found.failed.length - before[1]);
    },
  }));
}

async function wantedBuilds({ operands, options }: Call): Promise<Wanted[]> {
  const target = await targetOf(operands[0]!, options.test === true);
  const given = flagsOf(options);
  const variants = [given, ...(options.unoptimised ? [[...given, `-gcflags=${UNOPTIMISED}`]] : [])];
  if (options.unoptimised && options.gcflags !== undefined) {
    throw new UsageError(
      'two-gcflags',
      '--unoptimised and --gcflags both say how to compile',
      'Leave one of them out.',
    );
  }
  const fault = options.fault === undefined ? undefined : { name: options.fault };
  if (fault !== undefined && options.overlay !== undefined) {
    throw new UsageError(
      'two-overlays',
      '--fault and --overlay both put files in the place of others',
      'Leave one of them out.',
    );
  }
  const releases = options.go ?? [await newestRelease()];
  const arches = options.arch ?? [goArch()];
  return releases.flatMap((release) =>
    arches.flatMap((arch) => variants.map((flags) => ({ target, release, arch, flags, fault }))),
  );
}

async function targetOf(name: string, test: boolean): Promise<ProgramTarget> {
  if (name === STD.name)
    return { kind: 'package', target: name, name, dir: tmpdir(), pattern: name, cwd: tmpdir() };
  const target = await resolveTarget(name, { test });
  if (!isFile(target)) return target;
  throw new UsageError(
    'no-package',
    `${name} is a recording or a trace`,
    'Give a Go package main, or a fixture.',
  );
}

function flagsOf({ gcflags, race, overlay }: Call['options']): string[] {
  return [
    ...(race ? ['-race'] : []),
    ...(gcflags === undefined ? [] : [`-gcflags=${gcflags}`]),
    ...(overlay === undefined ? [] : [`-overlay=${resolve(overlay)}`]),
  ];
}

async function judgeWanted(
  { target, arch, flags, fault }: Wanted,
  toolchain: Toolchain,
  signal: AbortSignal,
  { judged, failed }: FoundBuilds,
): Promise<void> {
  const workDir = await mkdtemp(join(tmpdir(), 'gotwin-nosplit-'));
  const said = fault === undefined ? flags : [...flags, `with ${fault.name}`];
  const race = flags.includes('-race');
  const facts = { goarch: arch, goos: goOs(), race, go: toolchain.version, flags: said };
  try {
    const name = [toolchain.version, arch, ...said].join(' ');
    const build = await buildOf(
      { target, toolchain, goarch: arch, flags, fault, workDir, signal },
      (program) => failed.push({ ...program, build: name }),
    );
    if (minorOf(toolchain.version) === OLD_LINKER)
      judged.push(judgeGo19Build(await collectGo19(build), facts));
    else for await (const evidence of collectNosplit(build)) judged.push(judgeBuild(evidence, facts));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** All of Go's programs are built without cgo, so that it is Go's linker alone that links them. */
async function buildOf(
  build: NosplitBuild,
  onFailed: (failed: FailedProgram) => void,
): Promise<NosplitBuild> {
  if (build.target.name !== STD.name) return build;
  const all = { ...build, patterns: STD.patterns, env: { CGO_ENABLED: '0' }, onFailed };
  return { ...all, patterns: await mainPackages(all) };
}

function outcomeOf(found: readonly JudgedBuild[], failed: number): string {
  const agree = found.filter(({ result }) => result.equal).length;
  if (found.length + failed > 1)
    return (
      `model and linker agree on ${agree} of ${plural(found.length, 'program')}` +
      (failed > 0 ? `; ${plural(failed, 'package')} did not build` : '')
    );
  const { model, equal } = found[0]!.result;
  return `${model.verdict}, model and linker ${equal ? 'agree' : 'do not agree'}`;
}
