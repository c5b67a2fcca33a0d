/**
 * The entry `os/samples`: what the system said of the program's threads, memory and end, a line each time.
 * Words and numbers, so that a person can read it too; the table below is what the documentation is made of.
 */

/** Raised when a line gets another meaning; who reads an older one goes by its number. */
export const OS_FORMAT = 1;
/** The entry takes no more bytes; a line that says so is its last. */
export const OS_MAX_BYTES = 8 << 20;
/** Longer lines are not ours: a sample names each thread at most once as come and once as gone. */
const MAX_LINE = 1 << 20;
/** What doubles make of a clock's ns once the machine runs for years; between two lines there is more. */
const ROUNDED_NS = 1000;
/** No Linux gives out a larger id (PID_MAX_LIMIT). */
const MAX_TID = 1 << 22;

/** Every line, as `docs/recording.md` describes it. Times are CLOCK_MONOTONIC in ns, the clock of Go's nanotime. */
export const OS_LINES = [
  {
    line: 'gotwin-os FORMAT PID INTERVAL START TRACED',
    meaning:
      'the first line: the process, milliseconds between samples, the time before it was started, and whether Gotwin switched the trace on in this very process (`added`) or the program wrote one of its own (`own`)',
  },
  {
    line: 'at FROM TOOK BEFORE AFTER RSS PEAK USER SYSTEM [+TID | -TID]…',
    meaning:
      'a sample: when it began and how many ns it took; the number of threads before and after they were listed; resident memory and its peak in KiB; processor time in ms; the threads that came and went since the sample before',
  },
  {
    line: 'hang TIME [TID:STATE]…',
    meaning: "the time was up: each thread's state, before the first signal was sent",
  },
  { line: 'full TIME', meaning: `there was no room for more than ${OS_MAX_BYTES >> 20} MiB` },
  { line: 'exit TIME CODE SIGNAL', meaning: 'the end, once it was seen; `-` where there is none of the two' },
] as const;

export interface OsSample {
  /** Between these two times, in ns, everything below was read. */
  readonly from: number;
  readonly to: number;
  /** The kernel's count of threads before and after they were listed. */
  readonly before: number;
  readonly after: number;
  readonly rssKiB: number;
  readonly peakKiB: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly came: readonly number[];
  readonly went: readonly number[];
}

export interface OsHead {
  readonly pid: number;
  readonly intervalMs: number;
  readonly startNs: number;
  /** Whether the trace in the recording was switched on in this process by Gotwin. */
  readonly isTraced: boolean;
}

export type OsLine =
  | { readonly kind: 'head'; readonly head: OsHead }
  | { readonly kind: 'sample'; readonly sample: OsSample }
  | { readonly kind: 'hang'; readonly timeNs: number; readonly states: readonly string[] }
  | { readonly kind: 'full'; readonly timeNs: number }
  | { readonly kind: 'exit'; readonly timeNs: number };

export function headLine({
  pid,
  intervalMs,
  startNs,
  isTraced,
}: Omit<OsHead, 'startNs'> & { startNs: bigint }) {
  return `gotwin-os ${OS_FORMAT} ${pid} ${intervalMs} ${startNs} ${isTraced ? 'added' : 'own'}\n`;
}

/** The lines of an entry, as far as they are sound: it ends where one is not, and `damage` is told. */
export async function* osLines(
  chunks: AsyncIterable<Uint8Array>,
  damage: (what: string) => void,
): AsyncGenerator<OsLine, void, void> {
  let rest = '';
  let size = 0;
  let lines = 0;
  let now = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    const parts = `${rest}${Buffer.from(chunk).toString('latin1')}`.split('\n');
    rest = parts.pop() ?? '';
    if (size > OS_MAX_BYTES + MAX_LINE || rest.length > MAX_LINE)
      return damage('it is larger than it may be');
    for (const part of parts) {
      const line = parseLine(part, lines++ === 0);
      if (line === undefined) return damage(`line ${lines} is none of ours`);
      const [begin, end] = timesOf(line);
      if (begin < now - ROUNDED_NS) return damage(`line ${lines} goes back in time`);
      now = end;
      yield line;
    }
  }
  // A collector that was killed in the middle of a line leaves its beginning.
}

/** When what a line tells began and ended. */
function timesOf(line: OsLine): readonly [number, number] {
  if (line.kind === 'sample') return [line.sample.from, line.sample.to];
  const time = line.kind === 'head' ? line.head.startNs : line.timeNs;
  return [time, time];
}

function parseLine(text: string, isFirst: boolean): OsLine | undefined {
  const [word, ...rest] = text.split(' ');
  if (isFirst) return word === 'gotwin-os' ? parseHead(rest) : undefined;
  if (word === 'at') return parseSample(rest);
  const timeNs = numberOf(rest[0]);
  if (timeNs === undefined) return undefined;
  if (word === 'hang')
    return { kind: 'hang', timeNs, states: rest.slice(1).map((each) => each.split(':')[1] ?? '') };
  if (word === 'full' || word === 'exit') return { kind: word, timeNs };
  return undefined;
}

function parseHead([format, ...rest]: readonly string[]): OsLine | undefined {
  const [pid, intervalMs, startNs] = rest.slice(0, 3).map(numberOf);
  if (format !== String(OS_FORMAT) || pid === undefined || intervalMs === undefined || startNs === undefined)
    return undefined;
  return { kind: 'head', head: { pid, intervalMs, startNs, isTraced: rest[3] === 'added' } };
}

function parseSample(words: readonly string[]): OsLine | undefined {
  const figures = words.slice(0, 8).map(numberOf);
  if (figures.length < 8 || figures.includes(undefined)) return undefined;
  // A clock may have more digits than a double; what is counted has not.
  if (figures.slice(1).some((figure) => !Number.isSafeInteger(figure))) return undefined;
  const [from, took, before, after, rssKiB, peakKiB, userMs, systemMs] = figures as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const came: number[] = [];
  const went: number[] = [];
  for (const word of words.slice(8)) {
    const tid = numberOf(word.slice(1));
    if (tid === undefined || tid > MAX_TID || (word[0] !== '+' && word[0] !== '-')) return undefined;
    (word[0] === '+' ? came : went).push(tid);
  }
  if (before > MAX_TID || after > MAX_TID) return undefined;
  const sample = { from, to: from + took, before, after, rssKiB, peakKiB, userMs, systemMs, came, went };
  return { kind: 'sample', sample };
}

/** A double holds a monotonic clock's nanoseconds exactly for 104 days after the machine was started; after that nearly. */
function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,18}$/.test(text) ? Number(text) : undefined;
}
