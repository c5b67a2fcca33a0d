/** The figures as text: a Markdown table, which is readable as it stands. */
import type { JudgingMeasured, Measured, WorkersMeasured } from './measure.ts';
import type { Spread } from './ratios.ts';

/** Columns as wide as their widest cell; all but the first and the last aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const left = (i: number) => i === 0 || i === head.length - 1;
  const line = (cells: readonly string[]) => {
    const padded = widths.map((width, i) =>
      left(i) ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, i) => (left(i) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
const seconds = ({ median }: Spread) => median.toFixed(2);
/** `1.48 (1.39 to 1.65)` */
export const ratioText = ({ median, min, max }: Spread) =>
  `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;

const HEAD = [
  'trace',
  'MB',
  'generations',
  'longest, MB',
  'events',
  'user CPU: ours, s',
  "Go's, s",
  "Go's / ours",
  'peak memory: ours, MB',
  "Go's, MB",
  'goals',
];

export function readersTable(rows: readonly Measured[]): string {
  return table(
    HEAD,
    rows.map((row) => readersRow(row, rows)),
  );
}

function readersRow(row: Measured, rows: readonly Measured[]): string[] {
  const { bytes, generations, longest, spec } = row.trace;
  return [
    spec.name,
    megabytes(bytes),
    String(generations),
    megabytes(longest),
    row.events.toLocaleString('en-US'),
    seconds(row.ourUser),
    seconds(row.theirUser),
    ratioText(row.user),
    megabytes(row.ourPeak.median),
    megabytes(row.theirPeak.median),
    goals(row, rows)
      .map(({ text, met }) => `${text}: ${met ? 'met' : 'MISSED'}`)
      .join('; '),
  ];
}

export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

/** More memory than this many times would not be for the longest generation alone. */
const SAME_MEMORY = 1.25;

/** By the medians; the spread is there to be looked at. */
export function goals(
  { trace: { spec, longest }, user, ourPeak, theirPeak }: Measured,
  rows: readonly Measured[],
): Goal[] {
  const found: Goal[] = [];
  if (spec.goal !== undefined) found.push({ text: `CPU ${spec.goal}`, met: user.median >= spec.goal });
  if (spec.extraMemory !== undefined) {
    const most = theirPeak.median + spec.extraMemory;
    found.push({ text: `memory +${megabytes(spec.extraMemory)}`, met: ourPeak.median <= most });
  }
  const short = rows.find(({ trace }) => trace.spec.name === spec.memoryOf);
  if (short !== undefined) {
    // A machine that was busy while it recorded made generations of uneven length.
    const asLong = Math.max(1, longest / short.trace.longest);
    const met = ourPeak.median <= short.ourPeak.median * asLong * SAME_MEMORY;
    found.push({ text: `memory as ${spec.memoryOf}`, met });
  }
  return found;
}

/** Two workers should read 1.6 times as fast as one where there are generations enough. */
const WORKERS_GOAL = 1.6;

export function workersTable(rows: readonly WorkersMeasured[]): string {
  const head = [
    'trace',
    'workers',
    'throughput of reading',
    'of processes',
    'wall: one, s',
    'several, s',
    'goal',
  ];
  return table(
    head,
    rows.map(({ trace, workers, oneWall, manyWall, reading, processes }) => [
      trace.spec.name,
      String(workers),
      ratioText(reading),
      ratioText(processes),
      seconds(oneWall),
      seconds(manyWall),
      trace.spec.name !== 'generations' || workers !== 2
        ? ''
        : `${WORKERS_GOAL}: ${reading.median >= WORKERS_GOAL ? 'met' : 'MISSED'}`,
    ]),
  );
}

/** A replay should cost less than twice the reading where a trace is long enough for its start not to count. */
const JUDGING_GOAL = 2;
const JUDGED: ReadonlySet<string> = new Set(['medium', 'generations']);

export function judgingTable(rows: readonly JudgingMeasured[]): string {
  return table(
    ['trace', 'events', 'user CPU: events, s', 'replay, s', 'replay / events', 'goal'],
    rows.map(({ trace: { spec }, events, reading, judging, times }) => [
      spec.name,
      events.toLocaleString('en-US'),
      seconds(reading),
      seconds(judging),
      ratioText(times),
      JUDGED.has(spec.name) ? `below ${JUDGING_GOAL}: ${times.median < JUDGING_GOAL ? 'met' : 'MISSED'}` : '',
    ]),
  );
}
