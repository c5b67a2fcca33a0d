import { type Paint, paintFor } from './paint.ts';

/** A stream that text is written to, and whether anybody still reads it. */
export class Sink {
  readonly #stream: NodeJS.WriteStream;
  #closed = false;
  /** Writers that wait for the stream to take more. */
  #waiting: (() => void)[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `| head` has what it wanted: that is its business, not an error of ours.
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') this.failure = error;
      this.#closed = true;
      this.#wake();
    });
    stream.on('drain', () => this.#wake());
    stream.on('close', () => this.#wake());
  }

  /** What the stream failed with, other than a reader that left: a full disk behind `> file`. */
  failure: NodeJS.ErrnoException | undefined;

  /** True when nothing that is written arrives any more. */
  get closed(): boolean {
    return this.#closed;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get stream(): NodeJS.WriteStream {
    return this.#stream;
  }

  /** Resolves when the stream can take more, so that memory does not follow the output. */
  async write(text: string): Promise<void> {
    if (this.#closed || this.#stream.write(text)) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  line(text = ''): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** Resolves when all that was written has left the process, or cannot. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      this.#stream.write('', () => resolve());
    });
  }
}

/** The two streams of a call and how to write on them. */
export interface Terminal {
  readonly out: Sink;
  readonly err: Sink;
  /** Colours for `out`. */
  readonly paint: Paint;
  /** Colours for `err`. */
  readonly paintErr: Paint;
  readonly env: NodeJS.ProcessEnv;
}

export function terminalFor(out: Sink, err: Sink, colour: boolean, env: NodeJS.ProcessEnv): Terminal {
  return {
    out,
    err,
    paint: paintFor(out.isTerminal, colour, env),
    paintErr: paintFor(err.isTerminal, colour, env),
    env,
  };
}
