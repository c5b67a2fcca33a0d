/** From everything a replay found to one verdict and the sentence that says why. */
import type { Manifest } from '../collector/index.ts';
import { premisesOf } from './premises.ts';
import type { Coverage, Divergence, Replay, Verdict } from './result.ts';

export interface Found {
  readonly events: number;
  /** Records of the runtime's own probes. */
  readonly records: number;
  /** Snapshots and collections of the runtime's text, where nothing else is judged. */
  readonly printed?: number | undefined;
  /** The release whose model judged, where it is not that of the toolchain. */
  readonly model?: string | undefined;
  /** False where there is no model of the release: then nothing was judged. */
  readonly modelled: boolean;
  readonly divergences: readonly Divergence[];
  readonly lost: Replay['lost'];
  readonly coverage: Coverage;
  readonly manifest: Manifest | undefined;
  /** The runtime's own words where it ended the program. */
  readonly died?: string | undefined;
}

type Judged = readonly [Verdict, string];

/** The first of these that has something to say decides; `conforms` is what remains. */
const QUESTIONS: readonly ((found: Found) => Judged | undefined)[] = [
  damaged,
  diverged,
  unmodelled,
  ended,
  emptyHanded,
  promisesKept,
];

export function verdictOf(found: Found): Judged {
  for (const question of QUESTIONS) {
    const judged = question(found);
    if (judged !== undefined) return [judged[0], `${judged[1]}${circumstances(found)}`];
  }
  const why = `${shownText(found)}, every one allowed by a row of the model${variantText(found)}`;
  return ['conforms', `${why}${circumstances(found)}`];
}

function circumstances(found: Found): string {
  const other = found.model === undefined ? '' : `; judged by the model of Go ${found.model}`;
  return `${other}${ownTree(found)}${seeded(found)}`;
}

/** The last release that does not interrupt a loop that calls nothing. */
const COOPERATIVE = 13;

/** A program whose loop nothing interrupts cannot end: then the hang is what the model says. */
function hangsAsModelled({ manifest, model }: Found): boolean {
  if (manifest?.exit.reason !== 'time-limit' || !manifest.program.premises?.includes('calls-nothing'))
    return false;
  if (!isInterrupted(manifest)) return true;
  return Number(/1\.(\d+)/.exec(model ?? manifest.toolchain.version)?.[1]) <= COOPERATIVE;
}

const isInterrupted = (manifest: Manifest | undefined): boolean =>
  manifest === undefined || premisesOf(manifest).includes('interrupts');

/** Of a program that shows a change of the runtime by its own promise: on which side of the change it is. */
const VARIANTS: readonly { premise: string; row: string; atLeast: number; text: string }[] = [
  {
    premise: 'never-unlocks',
    row: 'text/threads-stay',
    atLeast: 1,
    text: 'as before Go 1.10: its threads stay when what is locked to them ends',
  },
  {
    premise: 'never-unlocks',
    row: 'text/thread-exit',
    atLeast: 1,
    text: 'as since Go 1.10: what ends locked to a thread takes the thread with it',
  },
  {
    premise: 'calls-nothing',
    // More collections than may end before the loop runs; before Go 1.14 the model objects to so many.
    row: 'text/gc-number',
    atLeast: 4,
    text: 'as since Go 1.14: its loop, which calls nothing, is interrupted',
  },
];

function variantText(found: Found): string {
  if (hangsAsModelled(found)) {
    const why = isInterrupted(found.manifest) ? 'as before Go 1.14' : 'as with asyncpreemptoff=1';
    return `; ${why}: nothing interrupts its loop, so it hangs`;
  }
  const { premises = [] } = found.manifest?.program ?? {};
  const shown = VARIANTS.find(
    ({ premise, row, atLeast }) =>
      premises.includes(premise) &&
      found.coverage.rows.some((each) => each.row === row && each.observable && each.count >= atLeast),
  );
  return shown === undefined ? '' : `; ${shown.text}`;
}

/** Nor hold against a release what its user changed. */
function ownTree({ manifest }: Found): string {
  const tree = manifest?.toolchain.tree;
  if (tree === undefined) return '';
  const { release, changed } = tree;
  if (release === '') return "; it was built with a Go tree of the user's own";
  if (changed.length === 0) return `; it was built with a copy of ${release}`;
  const files = changed.length > 3 ? count(changed.length, 'file') : changed.join(', ');
  return `; it was built with a copy of ${release} whose runtime is changed (${files})`;
}

/** Whoever reads the verdict must not hold against Go what was put into it. */
function seeded({ manifest }: Found): string {
  const name = manifest?.fault?.name;
  return name === undefined ? '' : `; its runtime carries the seeded fault ${name}`;
}

/** `1,000 events`, `1,000 events and 3,000 records of probes`. */
function shownText({ events, records, printed = 0 }: Found): string {
  if (events === 0 && records === 0 && printed > 0)
    return `${count(printed, 'moment')} in the runtime's text (snapshots of the scheduler, collections)`;
  const probed = records === 0 ? [] : [`${count(records, 'record')} of probes`];
  return [...(events === 0 && records > 0 ? [] : [count(events, 'event')]), ...probed].join(' and ');
}

function damaged(found: Found): Judged | undefined {
  const malformed = found.divergences.filter((each) => each.class === 'malformed');
  const first = malformed[0];
  if (first === undefined) return undefined;
  if (!crashExplains(found, malformed))
    return ['malformed', `${first.rule}: ${first.observed}${andOthers(malformed)}`];
  // What was found before the end stands, however the end came.
  if (found.divergences.length > malformed.length) return undefined;
  return ['inconclusive', `the program ended (${endText(found)}) before its trace did: ${first.observed}`];
}

/** A program that was killed or crashed leaves a trace that ends in the middle: no defect of the trace. */
function crashExplains({ manifest }: Found, malformed: readonly Divergence[]): boolean {
  if (manifest === undefined || endedWell(manifest)) return false;
  return malformed.every((each) => each.rule === 'format/truncated');
}

/** A finding is what has one signature, however often it was met. */
function andOthers(divergences: readonly Divergence[]): string {
  const n = new Set(divergences.map(({ signature }) => signature)).size - 1;
  return n > 0 ? ` (and ${count(n, 'other finding')})` : '';
}

function diverged(found: Found): Judged | undefined {
  const { manifest } = found;
  const divergences = found.divergences.filter((each) => each.class === 'diverges');
  const first = divergences[0];
  if (first === undefined) return undefined;
  const end = manifest === undefined || endedWell(manifest) ? '' : `; the program ended: ${endText(found)}`;
  return ['diverges', `${first.rule}: ${first.text}${andOthers(divergences)}${end}`];
}

function unmodelled({ modelled, events, manifest }: Found): Judged | undefined {
  if (modelled) return undefined;
  const none = 'there is no model of the runtime before Go 1.22 yet, so nothing of this';
  if (events === 0 && manifest !== undefined)
    return ['unobservable', `${none} run was judged; it ended: ${exitText(manifest)}`];
  const why = `${none} trace was judged`;
  return ['unobservable', `${why}; \`gotwin events\` shows its ${count(events, 'event')}`];
}

function ended(found: Found): Judged | undefined {
  const { manifest } = found;
  if (manifest === undefined || endedWell(manifest) || hangsAsModelled(found)) return undefined;
  return [
    'inconclusive',
    `the program did not end well (${endText(found)}): what it did until then conforms`,
  ];
}

function emptyHanded(found: Found): Judged | undefined {
  if (found.events > 0 || found.records > 0 || (found.printed ?? 0) > 0) return undefined;
  return ['unobservable', 'the recording holds no event: nothing was shown'];
}

function promisesKept({ coverage }: Found): Judged | undefined {
  const broken = coverage.promises.filter((promise) => promise.seen < promise.atLeast);
  if (broken.length === 0) return undefined;
  const shortfalls = broken.map(({ row, facet, seen, atLeast }) => {
    const what = facet === undefined ? row : `${row} (${facet})`;
    return `${what} ${seen} of ${atLeast}`;
  });
  return ['unobservable', `the run did not reach what it is for: ${shortfalls.join(', ')}`];
}

/** A server that is stopped when it was to be, and goes at the first word, ends as it should. */
function endedWell({ program, exit }: Manifest): boolean {
  if (program.kind === 'trace') return true;
  if (exit.reason === 'exited') return exit.code === 0;
  return exit.reason === 'stopped' && exit.ladder.length === 1 && exit.ladder[0] === 'SIGTERM';
}

/** How it ended, and what the runtime said of it. */
function endText({ manifest, died }: Found): string {
  return [exitText(manifest), ...(died === undefined ? [] : [died])].join(', ');
}

/** `exit 0`, `SIGSEGV`, `time limit, SIGTERM`; empty for a bare trace. */
export function exitText(manifest: Manifest | undefined): string {
  if (manifest === undefined || manifest.program.kind === 'trace') return '';
  const { reason, code, signal, ladder } = manifest.exit;
  const end = signal === '' ? `exit ${code}` : signal;
  if (reason === 'exited') return `exit ${code}`;
  if (reason === 'signalled') return signal;
  if (reason === 'lost') return 'end not seen';
  // The last signal we sent is nearly always the one that it died of.
  return [reason.replace('-', ' '), ...ladder, ...(ladder.at(-1) === end ? [] : [end])].join(', ');
}

function count(n: number, what: string): string {
  // Not toLocaleString: what it loads takes longer than a small trace.
  const grouped = String(n).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped} ${what}${n === 1 ? '' : 's'}`;
}
