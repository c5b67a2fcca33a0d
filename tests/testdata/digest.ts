/** Everything that the library says of every event of a trace, as a few numbers: for Node and for browsers. */
import type * as Library from '../../replay/trace/index.ts';

export interface Digest {
  readonly version: number;
  readonly base: string;
  readonly generations: number;
  readonly events: number;
  readonly damages: number;
  /** The hash after every so many events, so that a difference has a place. */
  readonly marks: readonly string[];
  /** A line an event, the first ones: they show what is compared. */
  readonly first: readonly string[];
}

type Reader = Pick<typeof Library, 'EventCursor' | 'openTrace' | 'Orderer'>;

const MARK = 5000;
const SHOWN = 3;

/** Of the events in the order of the file, and then in that of the history. */
export async function digestOf(library: Reader, input: Library.TraceInput): Promise<Digest> {
  const trace = await library.openTrace(input);
  const orderer = new library.Orderer();
  const hash = new Hash();
  let generations = 0;
  for await (const generation of trace) {
    generations++;
    for (const events of [generation, orderer.order(generation)]) {
      const event = new library.EventCursor().over(events);
      while (event.next()) hash.add(lineOf(event));
    }
  }
  const { version, base, damages } = trace;
  const { marks, first, lines } = hash.end();
  return { version, base: String(base), generations, events: lines, damages: damages.length, marks, first };
}

function lineOf(event: Library.EventCursor): string {
  const { name, time, writtenTime, m, p, g, offset } = event;
  const stack = event.stack().map(({ pc, func, file, line }) => `${pc} ${func} ${file}:${line}`);
  return [name, time, writtenTime, m, p, g, offset, event.argsText(), ...stack].join(' ');
}

/** FNV-1a over UTF-16, twice, from two seeds. */
class Hash {
  #a = 0x811c9dc5;
  #b = 0x1b873593;
  readonly #marks: string[] = [];
  readonly #first: string[] = [];
  #lines = 0;

  add(line: string): void {
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i);
      this.#a = Math.imul(this.#a ^ unit, 0x01000193);
      this.#b = Math.imul(this.#b ^ unit, 0x01000193);
    }
    if (this.#lines < SHOWN) this.#first.push(line);
    if (++this.#lines % MARK === 0) this.#mark();
  }

  end(): { marks: string[]; first: string[]; lines: number } {
    this.#mark();
    return { marks: this.#marks, first: this.#first, lines: this.#lines };
  }

  #mark(): void {
    this.#marks.push(`${this.#lines}: ${this.#a >>> 0} ${this.#b >>> 0}`);
  }
}
