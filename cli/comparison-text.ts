/** Two sets of runs beside each other, as a person reads it. */
import {
  type Comparison,
  type FindingChange,
  type JourneyChange,
  type Odds,
  type ReachChange,
  type Share,
  type ShareChange,
  type Spread,
  separation,
} from '../differ/index.ts';
import { columns, plural } from './columns.ts';
import { type Paint, printable } from './paint.ts';

/** Rows of each kind that are shown; the JSON has all. */
const MOST = 20;
/** Lines of one journey. */
const MOST_STEPS = 40;
/** Latencies that are shown where none moved. */
const COMMONEST = 5;

/** What is more likely than this by chance alone is hardly worth a look. */
const SURE = 0.05;

/** `a` and `b` are what was given for the two sides. */
export function comparisonLines(
  comparison: Comparison,
  [a, b]: readonly [string, string],
  paint: Paint,
): string[] {
  const sections = [
    [`A: ${printable(a)}`, `B: ${printable(b)}`],
    [...programLines(comparison, paint), ...tooFew(comparison, paint)],
    findingLines(comparison, paint),
    reachLines(comparison, paint),
    shareLines(comparison, paint),
    latencyLines(comparison, paint),
    journeyLines(comparison, paint),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i > 0 ? ['', ...lines] : lines));
}

function programLines({ programs, alone, copies }: Comparison, paint: Paint): string[] {
  const only = (side: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : [paint.warn(`only in ${side}, not compared: ${names.map(printable).join(', ')}`)];
  return [
    ...programs.map(
      ({ program, a, b }) => `${printable(program)}: ${plural(a, 'run')} in A, ${plural(b, 'run')} in B`,
    ),
    ...(copies.a + copies.b > 0
      ? [
          paint.warn(
            `${plural(copies.a + copies.b, 'recording')} of a run that another one holds, too: left out`,
          ),
        ]
      : []),
    ...only('A', alone.a),
    ...only('B', alone.b),
    ...(programs.length === 0 ? ['A and B have no program in common: nothing was compared'] : []),
  ];
}

/** With so few runs no difference can be told from chance. */
function tooFew({ programs }: Comparison, paint: Paint): string[] {
  const few = programs.filter(({ a, b }) => separation(a, b) > SURE);
  if (few.length === 0) return [];
  const names =
    few.length < programs.length ? ` of ${few.map(({ program }) => printable(program)).join(', ')}` : '';
  return [
    paint.warn(
      `So few runs${names} do not tell a difference from chance, however large it is (p never below ${SURE}):`,
    ),
    paint.warn('four or more on each side may (`gotwin check --count 5`).'),
  ];
}

function findingLines({ programs, findings }: Comparison, paint: Paint): string[] {
  if (findings.length === 0) return programs.length === 0 ? [] : ['No finding on either side.'];
  const word = ({ change }: FindingChange) =>
    change === 'new' ? paint.bad(change) : change === 'gone' ? paint.good(change) : change;
  const rows = findings.map((each) => [
    word(each),
    printable(each.program),
    each.signature,
    ...oddsOf(each.a, each.b),
    chance(each.p),
    printable(each.text),
  ]);
  return table('Findings', ['', 'program', 'signature', 'A', 'B', 'p', 'rule'], rows, paint);
}

function reachLines({ reach, asked }: Comparison, paint: Paint): string[] {
  const rows = reach.map((each) => [
    printable(each.program),
    nameOf(each),
    ...oddsOf(each.a, each.b),
    chance(each.p),
    printable(each.text),
  ]);
  const title = `Reached on one side only, of ${plural(asked, 'row and reason')} compared`.replace(
    'row and reasons',
    'rows and reasons',
  );
  return table(title, ['program', 'row', 'A', 'B', 'p', 'what it is'], rows, paint);
}

function shareLines({ shares }: Comparison, paint: Paint): string[] {
  const rows = shares.map((each) => [
    printable(each.program),
    nameOf(each),
    share(each.a),
    share(each.b),
    times(each),
    chance(each.p),
  ]);
  return table(
    'More or less frequent, in a thousand events or records',
    ['program', 'row', 'A', 'B', 'B to A', 'p'],
    rows,
    paint,
  );
}

/** Those that moved, or where none did, the commonest: that nothing moved is worth a look, too. */
function latencyLines({ latencies }: Comparison, paint: Paint): string[] {
  const moved = latencies.filter((each) => each.moved);
  const commonest = [...latencies].sort((x, y) => y.a.count + y.b.count - x.a.count - x.b.count);
  const rows = (moved.length > 0 ? moved : commonest.slice(0, COMMONEST)).map((each) => [
    printable(each.program),
    printable(each.what),
    quantiles(each.a),
    quantiles(each.b),
    times(each),
    each.moved ? chance(each.p) : '-',
  ]);
  const title = `How long it took: half, 90%, 99% within, and the longest${moved.length > 0 ? '' : ' (nothing moved)'}`;
  return table(title, ['program', 'what', 'A', 'B', 'B to A', 'p'], rows, paint);
}

function quantiles({ median, p90, p99, most }: Spread): string {
  return [median, p90, p99, most].map(duration).join(', ');
}

function duration(ns: number): string {
  const [unit, name] = DURATIONS.find(([least]) => ns >= least) ?? [1, 'ns'];
  return `${Number((ns / unit).toPrecision(2))} ${name}`;
}

const DURATIONS: readonly [number, string][] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
];

function journeyLines({ journeys }: Comparison, paint: Paint): string[] {
  if (journeys.length === 0) return [];
  const more = journeys.length - MOST;
  return [
    paint.bold('Goroutines that go another way: what most of A do (-), what most of B do (+)'),
    ...journeys.slice(0, MOST).flatMap((each) => journeyText(each, paint)),
    ...(more > 0 ? [`and ${more} more: --json has them`] : []),
  ];
}

function journeyText({ program, site, a, b, lines }: JourneyChange, paint: Paint): string[] {
  const colour = (line: string) =>
    line.startsWith('+') ? paint.good(line) : line.startsWith('-') ? paint.bad(line) : line;
  const more = lines.length - MOST_STEPS;
  return [
    `${printable(program)}: ${printable(site)} (${oddsOf(a, b).join(' in A, ')} in B)`,
    ...lines.slice(0, MOST_STEPS).map((line) => `  ${colour(printable(line))}`),
    ...(more > 0 ? [`  and ${plural(more, 'more line')}`] : []),
  ];
}

function table(title: string, head: readonly string[], rows: readonly string[][], paint: Paint): string[] {
  if (rows.length === 0) return [];
  const more = rows.length - MOST;
  return [
    paint.bold(title),
    ...columns([head.map((each) => paint.dim(each)), ...rows.slice(0, MOST)]),
    ...(more > 0 ? [`and ${more} more: --json has them`] : []),
  ];
}

function nameOf({ row, facet }: ReachChange | ShareChange): string {
  return facet === undefined ? row : `${row} (${printable(facet)})`;
}

const oddsOf = (a: Odds, b: Odds): [string, string] => [`${a.seen} of ${a.of}`, `${b.seen} of ${b.of}`];

function share({ least, median, most }: Share): string {
  return least === most ? figure(median) : `${figure(median)} (${figure(least)} to ${figure(most)})`;
}

const times = ({ ratio }: { ratio: number }) => `${figure(ratio)}×`;

/** Three digits that count. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

function chance(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3).replace(/\.?0+$/, '');
}
