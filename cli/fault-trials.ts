/** What came of each seeded fault, beside the same program without it. */
import type { Fault } from '../collector/index.ts';
import type { Replay } from '../replay/result.ts';
import { columns, count, seconds } from './columns.ts';
import { EXIT } from './exit.ts';
import { type Paint, printable } from './paint.ts';
import { archText, verdictText } from './verdict-text.ts';

/** A program with a fault, recorded and judged, and its control. */
export interface Trial {
  readonly fault: Fault;
  readonly replay: Replay;
  /** The runtime's own last words, from its text; empty where it had none. */
  readonly said: string;
  /** Milliseconds from the program's start to its end. */
  readonly durationMs: number;
  /** The same fixture, release and architecture; undefined where that could not be run. */
  readonly control: Replay | undefined;
}

export interface Found {
  readonly rule: string;
  /** Records of the probe until then. */
  readonly records: number;
  /** Whether it is a rule by which this fault is to be found. */
  readonly expected: boolean;
}

/** What Go itself made of it, in its own words where it has any; empty where the program just ended. */
export function noticedByGo({ replay, said }: Trial): string {
  // SIGQUIT came from the collector, which wants to see the stacks of a program that hangs.
  if (replay.exit.startsWith('time limit'))
    return said === '' || said === 'SIGQUIT' ? 'hangs' : `${said}, then hangs`;
  if (replay.exit === 'exit 0') return '';
  return said === '' ? replay.exit : said;
}

/** How the runtime begins the line that says why it ends the program; other text may stand before it. */
const LAST_WORDS = /^(?:fatal error: (.+)|(SIG[A-Z]+): .+)$/m;

export function lastWordsIn(text: string): string {
  const [, fatal, signal] = LAST_WORDS.exec(text) ?? [];
  return fatal ?? signal ?? '';
}

/** The most telling rule by which it was to be found, or else the first that was broken at all. */
export function foundByUs({ fault, replay }: Trial): Found | undefined {
  const found = replay.divergences
    .filter((each) => each.class === 'diverges' && each.layers.includes('probe'))
    .map(({ rule, at }) => ({ rule, records: at.index, expected: fault.finds.includes(rule) }))
    .sort((a, b) => a.records - b.records);
  const telling = fault.finds.map((rule) => found.find((each) => each.rule === rule));
  return telling.find((each) => each !== undefined) ?? found[0];
}

/** Every fault must be found by its rule, and nothing in a program without one. */
export function exitOfTrials(trials: readonly Trial[], problems: number): number {
  const missed = trials.some((trial) => foundByUs(trial)?.expected !== true);
  const accused = trials.some(({ control }) => control !== undefined && isAccused(control));
  if (missed || accused) return EXIT.diverges;
  if (problems > 0) return EXIT.usage;
  return trials.every(({ control }) => control?.verdict === 'conforms') ? EXIT.conforms : EXIT.inconclusive;
}

function isAccused({ verdict }: Replay): boolean {
  return verdict === 'diverges' || verdict === 'malformed';
}

const HEAD = ['fault', 'go', 'arch', 'did Go notice?', 'after', 'did we?', 'records until then', 'control'];

export function trialTable(trials: readonly Trial[], paint: Paint): string[] {
  const rows = trials.map((trial) => {
    const { fault, replay, durationMs, control } = trial;
    const noticed = noticedByGo(trial);
    const found = foundByUs(trial);
    return [
      fault.name,
      replay.go,
      archText(replay),
      noticed === '' ? 'no' : printable(noticed),
      noticed === '' ? '-' : seconds(durationMs),
      ruleText(found, paint),
      found === undefined ? '-' : count(found.records),
      control === undefined ? '-' : verdictText(control.verdict, paint),
    ];
  });
  return columns([HEAD.map((title) => paint.dim(title)), ...rows], [4, 6]);
}

function ruleText(found: Found | undefined, paint: Paint): string {
  if (found === undefined) return paint.bad('no');
  return found.expected ? paint.good(found.rule) : paint.bad(`${found.rule} (another rule)`);
}
