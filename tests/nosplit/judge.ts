/** Judges programs for one way to build: fixtures and packages by the go command, random ones by the quickest way. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  collectGo19,
  collectNosplit,
  goOs,
  minorOf,
  type ProgramTarget,
  resolveTarget,
} from '../../collector/index.ts';
import { judgeBuild, judgeGo19Build, type NosplitResult } from '../../replay/index.ts';
import { Linker, type Setting } from './link.ts';

export interface Judge {
  /** One result for each program of a target. */
  target(target: ProgramTarget): Promise<NosplitResult[]>;
  /** A program of one file. */
  source(source: string): Promise<NosplitResult>;
}

/** Flags of `go build` for a setting. */
export function flagsOf({ race, unoptimised }: Setting): string[] {
  return [...(race ? ['-race'] : []), ...(unoptimised ? ['-gcflags=all=-N -l'] : [])];
}

/** `dir` is an empty folder. */
export function openJudge(setting: Setting, dir: string): Judge {
  mkdirSync(dir, { recursive: true });
  return minorOf(setting.toolchain.version) === '1.9' ? judge19(setting, dir) : judgeNow(setting, dir);
}

function factsOf(setting: Setting) {
  const { toolchain, goarch, race } = setting;
  return { go: toolchain.version, goarch, goos: goOs(), race, flags: flagsOf(setting) };
}

function judgeNow(setting: Setting, dir: string): Judge {
  const facts = factsOf(setting);
  let linker: Promise<Linker> | undefined;
  return {
    async target(target) {
      const results: NosplitResult[] = [];
      for await (const evidence of collectNosplit({ ...setting, flags: facts.flags, target, workDir: dir }))
        results.push(judgeBuild(evidence, facts).result);
      return results;
    },
    async source(source) {
      linker ??= Linker.open(setting, join(dir, 'random'));
      return judgeBuild(await (await linker).link(source), facts).result;
    },
  };
}

/** Go 1.9 is told to compile no more than it must: the packages below a random program stay optimised. */
function judge19(setting: Setting, dir: string): Judge {
  const judge = async (target: ProgramTarget, flags: string[]) => {
    const workDir = mkdtempSync(join(dir, 'link-'));
    const evidence = await collectGo19({ ...setting, target, flags, workDir });
    rmSync(workDir, { recursive: true, force: true });
    return judgeGo19Build(evidence, { ...factsOf(setting), flags }).result;
  };
  return {
    target: async (target) => [await judge(target, flagsOf(setting))],
    async source(source) {
      const folder = join(dir, 'random');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'main.go'), source);
      const target = (await resolveTarget(folder)) as ProgramTarget;
      return await judge(target, setting.unoptimised ? ['-gcflags=-N -l'] : []);
    },
  };
}
