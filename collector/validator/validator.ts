/**
 * Go's own reader and validator of traces, asked about many traces by one
 * process. The validator is what Go's tests use and is internal to the standard
 * library, so `go build -overlay` is told that main.go stands there. Nothing of the
 * toolchain is changed, nothing of it is copied.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { assetPath } from '../../go-fixtures/index.ts';
import { buildOwn, outsideModuleCache } from '../build/go-command.ts';
import type { Toolchain } from '../toolchain/find.ts';
import { installToolchain, type ToolchainOptions } from '../toolchain/install.ts';

/** The newest reader reads every format; its validator knows how they differ. */
const RELEASE = '1.26';
/** Where main.go is said to stand, below GOROOT/src. */
const PACKAGE = 'internal/trace/gotwinvalidator';

/** What Go says of one trace; both texts are empty where it has nothing against it. */
export interface GoAnswer {
  readonly events: number;
  readonly reader: string;
  readonly validator: string;
}

export class Validator {
  /** The release whose reader and validator answer. */
  readonly version: string;
  readonly #dir: string;
  readonly #child: ReturnType<typeof spawn>;
  readonly #answers: AsyncIterator<string>;

  private constructor(version: string, dir: string) {
    this.version = version;
    this.#dir = dir;
    this.#child = spawn(join(dir, 'validator'));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Builds and starts it. Throws ToolchainError and BuildError; `close` ends it. */
  static async start(options: ToolchainOptions = {}): Promise<Validator> {
    const toolchain = await installToolchain(RELEASE, options);
    const dir = await mkdtemp(join(tmpdir(), 'gotwin-validator-'));
    try {
      await build(toolchain, dir, options.signal);
      return new Validator(toolchain.version, dir);
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Asked one after the other: the answers come in the order of the questions. */
  async ask(trace: Uint8Array): Promise<GoAnswer> {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(trace.length);
    this.#child.stdin.write(size);
    this.#child.stdin.write(trace);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("Go's validator ended before it answered");
    return JSON.parse(value) as GoAnswer;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#child;
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function build(found: Toolchain, dir: string, signal: AbortSignal | undefined): Promise<void> {
  const toolchain = await outsideModuleCache(found, dir);
  const overlay = join(dir, 'overlay.json');
  const main = join(toolchain.goroot, 'src', PACKAGE, 'main.go');
  await writeFile(overlay, JSON.stringify({ Replace: { [main]: assetPath('collector/validator/main.go') } }));
  const args = ['-overlay', overlay, '-o', join(dir, 'validator'), PACKAGE];
  await buildOwn(toolchain, { name: 'Go’s validator', args, cwd: dir }, signal);
}

const spawn = (binary: string) => execa(binary, { buffer: false, reject: false, stderr: 'inherit' });
