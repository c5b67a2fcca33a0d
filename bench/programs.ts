/** Go programs of this folder, built by the `go` of this machine or by another release. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** Found from below dist too, where no Go source is. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
export const BENCH = join(ROOT, 'bench');
/** Traces and binaries, kept from run to run. */
export const CACHE = join(BENCH, '.cache');

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : findRoot(dirname(folder));
}

export interface Programs {
  readonly peer: string;
  readonly launch: string;
  readonly workloads: Readonly<Record<string, string>>;
  /** As `go version` says it, of the release that builds the workloads: `go1.26.8`. */
  readonly go: string;
  /** Changes when what a workload does may have changed. */
  readonly fingerprint: string;
}

/** Builds everything; `release` (`1.25.4`) makes that one build the workloads, and so write the traces. */
export async function buildPrograms(release?: string): Promise<Programs> {
  const env = release === undefined ? {} : { GOTOOLCHAIN: `go${release}` };
  const workload = join(BENCH, 'workload');
  const { stdout: go } = await execa('go', ['env', 'GOVERSION'], { cwd: workload, env });
  const bin = join(CACHE, 'bin', go);
  mkdirSync(bin, { recursive: true });
  const build = async (folder: string, name: string, settings: Record<string, string> = {}) => {
    const [from, to] = [join(BENCH, folder), join(bin, name)];
    await execa('go', ['build', '-o', to, '.'], { cwd: from, env: settings });
    return to;
  };
  const workloads: Record<string, string> = {};
  for (const name of ['mixed', 'threads', 'goroutines']) {
    workloads[name] = await build(join('workload', name), name, env);
  }
  const [peer, launch] = [await build('peer', 'peer'), await build('launch', 'launch')];
  return { peer, launch, workloads, go, fingerprint: hashOf([workload]) };
}

/** The version of Go's reader, as the peer's go.mod pins it. */
export function readerVersion(): string {
  const mod = readFileSync(join(BENCH, 'peer', 'go.mod'), 'utf8');
  return /golang\.org\/x\/exp (\S+)/.exec(mod)?.[1] ?? 'unknown';
}

function hashOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => /\.go$|go\.mod$/.test(one)).sort())
      hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

/** What a process used, and what it said. */
export interface Usage {
  readonly code: number;
  /** Seconds. */
  readonly user: number;
  readonly system: number;
  readonly wall: number;
  /** Bytes of memory. */
  readonly peak: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program by itself to its end, and says what the whole process used. */
export async function launch(
  programs: Pick<Programs, 'launch'>,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Usage> {
  const { stdout } = await execa(programs.launch, command, { env });
  const usage: Usage = JSON.parse(stdout);
  if (usage.code === 0) return usage;
  throw new Error(`${command.join(' ')} ended with exit code ${usage.code}:\n${usage.stderr}`);
}
