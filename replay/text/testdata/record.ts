/** Real runs for the tests: the program `sample`, built by a release of Go and run under GODEBUG. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const folder = fileURLToPath(new URL('./sample', import.meta.url));

export interface Run {
  readonly text: string;
  /** Path of the execution trace of the same run. */
  readonly trace: string;
}

/** A folder for one test file's binaries and traces. */
export class Runs {
  readonly #dir: Promise<string> = mkdtemp(join(tmpdir(), 'gotwin-text-'));
  #count = 0;

  async build(go: string): Promise<string> {
    const binary = join(await this.#dir, `sample-${go}`);
    const env = { GOTOOLCHAIN: `go${go}`, GO111MODULE: 'on', GOFLAGS: '-mod=mod', GODEBUG: '' };
    await execa('go', ['build', '-o', binary, '.'], { cwd: folder, env });
    const { stdout } = await execa('go', ['version', binary]);
    if (!stdout.endsWith(`go${go}`)) throw new Error(`wanted go${go}, got ${stdout}`);
    return binary;
  }

  async run(binary: string, ...args: readonly string[]): Promise<Run> {
    const base = join(await this.#dir, `${this.#count++}`);
    const env = { GOMAXPROCS: '2', GODEBUG: 'schedtrace=5,scheddetail=1,gctrace=1' };
    await execa(binary, [`-trace=${base}.trace`, ...args], { env, stderr: { file: `${base}.txt` } });
    return { text: await readFile(`${base}.txt`, 'utf8'), trace: `${base}.trace` };
  }

  async remove(): Promise<void> {
    await rm(await this.#dir, { recursive: true, force: true });
  }
}
