/** For tests: the real command line in a process of its own, as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { assetPath } from '../go-fixtures/index.ts';

const MAIN = assetPath('dist/bin/main.js');
/** Every process that descends from a call carries this in its environment. */
const MARK = 'GOTWIN_TEST_CALL';

export interface Ended {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** On top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command: `unshare -m …`. */
  readonly under?: readonly string[];
}

/** A call that runs. */
export class Spawned {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #mark = randomUUID();
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], { cwd, env, under = [] }: SpawnOptions = {}) {
    const [file, ...words] = [...under, process.execPath, MAIN, ...args];
    const all = { ...process.env, CI: '', ...env, [MARK]: this.#mark };
    this.#child = spawn(file!, words, { cwd, env: all, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) =>
        resolve({ code: code ?? -1, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  /** Resolves when stderr has this; rejects when the call ends without it. */
  says(text: string | RegExp): Promise<void> {
    return this.#waitFor(text, () => this.#stderr);
  }

  /** The same of stdout. */
  prints(text: string | RegExp): Promise<void> {
    return this.#waitFor(text, () => this.#stdout);
  }

  async #waitFor(text: string | RegExp, said: () => string): Promise<void> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (said().search(text) < 0) {
      if (over) throw new Error(`ended without ${text}: ${this.#stdout}${this.#stderr}`);
      await sleep(5);
    }
  }

  interrupt(signal: NodeJS.Signals = 'SIGINT'): void {
    this.#child.kill(signal);
  }

  /** Command lines of the processes that descend from this call and are still there. */
  strays(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const environment = contentOf(`/proc/${pid}/environ`);
        if (!environment.includes(`${MARK}=${this.#mark}`)) return [];
        return [contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')];
      });
  }
}

export function gotwin(args: readonly string[], options?: SpawnOptions): Promise<Ended> {
  return new Spawned(args, options).ended;
}

/** Empty for what has gone meanwhile, or is not ours to read. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Lines that look like a stack trace of ours. */
export function stackLines({ stdout, stderr }: Ended): string[] {
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /^\s+at .*[(/].*:\d+:\d+\)?$|node:internal/.test(line));
}
