/** Runs the Go program beside this file, which prints what Go's own reader makes of a trace. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ORACLE } from './root.ts';

/** The release whose toolchain builds the oracle; its reader is the newest there is. */
const GO = '1.26.8';

/** How a listing ended. */
export interface Ending {
  readonly events: number;
  /** Go's own words; undefined when all was read. */
  readonly error: string | undefined;
}

export class GoReader {
  readonly #binary: string;
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
    this.#binary = join(dir, 'oracle');
  }

  /** Builds it into a temporary folder; the reader's module comes through the ordinary Go client. */
  static async build(): Promise<GoReader> {
    const reader = new GoReader(await mkdtemp(join(tmpdir(), 'gotwin-oracle-')));
    const env = { GOTOOLCHAIN: `go${GO}`, GO111MODULE: 'on', GOFLAGS: '-mod=readonly', GODEBUG: '' };
    await execa('go', ['build', '-buildvcs=false', '-o', reader.#binary, '.'], { cwd: ORACLE, env });
    return reader;
  }

  async remove(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }

  list(path: string): GoListing {
    return new GoListing(this.#binary, path);
  }
}

/** One trace's events as Go's reader gives them. */
export class GoListing {
  /** Frames by hash, of every stack that a line named. */
  readonly frames = new Map<string, string>();
  readonly #binary: string;
  readonly #path: string;
  #ending: Ending | undefined;

  constructor(binary: string, path: string) {
    this.#binary = binary;
    this.#path = path;
  }

  /** Known when all lines were read. */
  get ending(): Ending {
    if (this.#ending === undefined) throw new Error(`the oracle was cut off while it read ${this.#path}`);
    return this.#ending;
  }

  /** Every event, in pieces. */
  async *lines(): AsyncGenerator<string[], void, void> {
    const child = execa(this.#binary, [this.#path], { buffer: false, stdin: 'ignore' });
    let rest = '';
    try {
      for await (const chunk of child.stdout) {
        const pieces = (rest + (chunk as Buffer).toString('latin1')).split('\n');
        rest = pieces.pop() ?? '';
        const events = pieces.filter((line) => this.#isEvent(line));
        if (events.length > 0) yield events;
      }
      await child;
    } finally {
      child.kill();
      await child.catch(() => undefined);
    }
  }

  /** Keeps what is no event: stacks, and how it ended. */
  #isEvent(line: string): boolean {
    const sign = line.charCodeAt(0);
    if (sign >= 0x30 && sign <= 0x39) return true;
    // A negative time.
    if (sign === 0x2d) return true;
    const [mark = '', first = '', ...more] = line.split(' ');
    if (mark === '=') this.frames.set(first, more.join(' '));
    else this.#ending = { events: Number(first), error: mark === '!' ? more.join(' ') : undefined };
    return false;
  }
}
