import { basename } from 'node:path';
import {
  type FileTarget,
  findArchitecture,
  findRunner,
  goArch,
  installToolchain,
  isTree,
  KNOWN_GOOD,
  listToolchains,
  openTree,
  type ProgramTarget,
  resolveTarget,
  type Target,
  type Toolchain,
  treeText,
} from '../collector/index.ts';
import type { Call } from './command.ts';
import type { OptionValues } from './options.ts';
import { type Problem, problemOf, UsageError } from './problem.ts';
import type { Step } from './progress.ts';

/** One run: a program, a toolchain, an architecture. */
export interface Cell {
  readonly target: ProgramTarget;
  readonly toolchain: Toolchain;
  readonly arch: string;
  /** From 1 on. */
  readonly run: number;
  /** File name of the recording. */
  readonly file: string;
}

/** What the main job runs when it is not told. */
const MAIN_JOB = { targets: ['netguy', 'netecho'], go: ['1.26', '1.22'], arch: ['amd64', 'arm64'] };

/** What a call asks for, before anything is known about this machine. */
export interface Wish {
  readonly targets: readonly Target[];
  readonly go: readonly string[];
  /** A Go tree of the user's own, in place of releases. */
  readonly goroot?: string;
  readonly arch: readonly string[];
  /** Releases and architectures of the main job that nobody named may be left out; named ones may not. */
  readonly optional: { readonly go: boolean; readonly arch: boolean };
  readonly count: number;
  /** A fault in the runtime of every program. */
  readonly fault?: string;
}

export async function wishOf({ operands, options }: Call): Promise<Wish> {
  const main = operands.length === 0 && options.test !== true;
  const names = main ? MAIN_JOB.targets : operands.length === 0 ? ['.'] : operands;
  const targets: Target[] = [];
  for (const name of names) targets.push(await resolveTarget(name, { test: options.test === true }));
  if (options.fault !== undefined && targets.some(isFile)) {
    throw new UsageError(
      'fault-of-a-file',
      '--fault is for programs that are built and run',
      'Give a fixture or a Go package, or leave --fault out.',
    );
  }
  return {
    targets,
    go: await releasesOf(options, main),
    ...(options.goroot === undefined ? {} : { goroot: options.goroot }),
    arch: options.arch ?? (main ? MAIN_JOB.arch : [goArch()]),
    optional: { go: main && options.go === undefined, arch: main && options.arch === undefined },
    count: options.count ?? 1,
    ...(options.fault === undefined ? {} : { fault: options.fault }),
  };
}

async function releasesOf({ go, goroot }: OptionValues, main: boolean): Promise<readonly string[]> {
  if (goroot !== undefined) return [];
  return go ?? (main ? MAIN_JOB.go : [await newestRelease()]);
}

/** The newest release that is installed and that Gotwin knows, or the newest that it knows. */
export async function newestRelease(): Promise<string> {
  const known = Object.keys(KNOWN_GOOD);
  const installed = (await listToolchains()).map(({ version }) => minorIn(version));
  return installed.find((minor) => known.includes(minor)) ?? known.at(-1)!;
}

function minorIn(version: string): string {
  return /^go(1\.\d+)(\.\d+)?$/.exec(version)?.[1] ?? '';
}

/** What can be run of a wish, and what had to be left out of it. */
export interface Ground {
  readonly toolchains: Toolchain[];
  readonly architectures: string[];
  readonly leftOut: { what: string; problem: Problem }[];
}

/** Steps that find out about each release and architecture, so that a wrong one is known before anything runs. */
export function groundSteps(wish: Wish, ground: Ground, signal: AbortSignal): Step[] {
  const go = wish.go.map((version) => ({
    title: `Go ${version}`,
    work: async (note: (text: string) => void) => {
      const toolchain = await installToolchain(version, { signal, onProgress: note });
      if (!ground.toolchains.some((known) => known.goroot === toolchain.goroot))
        ground.toolchains.push(toolchain);
      return toolchain.version;
    },
  }));
  const trees = (wish.goroot === undefined ? [] : [wish.goroot]).map((goroot) => ({
    title: `Go in ${goroot}`,
    work: async () => {
      const tree = await openTree(goroot, signal);
      ground.toolchains.push(tree);
      return treeText(tree);
    },
  }));
  const arch = wish.arch.map((name) => ({
    title: name,
    work: async () => {
      findArchitecture(name);
      const { emulated, emulatorVersion } = await findRunner(name);
      ground.architectures.push(name);
      return emulated ? `emulated by ${emulatorVersion}` : 'native';
    },
  }));
  return [
    ...trees,
    ...go.map((step) => (wish.optional.go ? lenient(step, ground, signal) : step)),
    ...arch.map((step) => (wish.optional.arch ? lenient(step, ground, signal) : step)),
  ];
}

function lenient({ title, work }: Step, ground: Ground, signal: AbortSignal): Step {
  return {
    title,
    work: async (note) => {
      try {
        return await work(note);
      } catch (error) {
        const problem = problemOf(error, signal);
        if (signal.aborted || problem.code === 'internal') throw error;
        ground.leftOut.push({ what: title, problem });
        return `left out: ${problem.message}`;
      }
    },
  };
}

/** Every run of a wish on that ground, in the order in which a person would list them. */
export function cellsOf(wish: Wish, ground: Ground): Cell[] {
  const cells: Cell[] = [];
  const programs = wish.targets.filter(isProgram);
  const seeded = wish.fault === undefined ? [] : [wish.fault];
  for (const target of programs) {
    const name = nameOf(target, programs);
    for (const toolchain of ground.toolchains) {
      for (const arch of ground.architectures) {
        for (let run = 1; run <= wish.count; run++) {
          const suffix = wish.count > 1 ? [String(run)] : [];
          const file = recordingName([name, ...seeded, ...goName(toolchain), arch, ...suffix]);
          cells.push({ target, toolchain, arch, run, file });
        }
      }
    }
  }
  return cells;
}

export function isProgram(target: Target): target is ProgramTarget {
  return target.kind !== 'trace' && target.kind !== 'recording';
}

export function isFile(target: Target): target is FileTarget {
  return !isProgram(target);
}

/** Name of a target's recordings; a number keeps those of `./a/server` and `./b/server` apart. */
function nameOf(target: ProgramTarget, all: readonly ProgramTarget[]): string {
  const name = fileName(target);
  const namesakes = all.filter((other) => fileName(other) === name);
  return namesakes.length > 1 ? `${name}.${namesakes.indexOf(target) + 1}` : name;
}

/** A tree of the user's own is not the release whose name it has. */
function goName(toolchain: Toolchain): string[] {
  return isTree(toolchain)
    ? [/go1\.[\w.-]+/.exec(toolchain.version)?.[0] ?? 'go', 'tree']
    : [toolchain.version];
}

/** Of a run, from what tells it from the others. */
export function recordingName(parts: readonly string[]): string {
  return `${parts.join('-')}.gotwin`;
}

/** A package and its tests are two programs, whose recordings must not take each other's place. */
export function fileName(target: ProgramTarget): string {
  return target.kind === 'test' ? `${safe(target.name)}-test` : safe(target.name);
}

/** A file name that needs no quotes in any shell. */
export function safe(name: string): string {
  return (
    basename(name)
      .replace(/[^\w.-]/g, '_')
      .replace(/^[.-]+/, '') || 'program'
  );
}
