import { findings } from '../differ/index.ts';
import type { Divergence, Replay, Verdict } from '../replay/result.ts';
import { columns, count, plural, seconds } from './columns.ts';
import { groupBy } from './group-by.ts';
import { type Paint, printable } from './paint.ts';

/** A file that was given, and what came of it. */
export interface Judged {
  readonly path: string;
  readonly replay: Replay;
}

const MOST_FINDINGS = 20;

export function verdictText(verdict: Verdict, paint: Paint): string {
  if (verdict === 'conforms' || verdict === 'known') return paint.good(verdict);
  if (verdict === 'diverges' || verdict === 'malformed' || verdict === 'flaky') return paint.bad(verdict);
  return paint.warn(verdict);
}

export function archText({ arch, emulated }: Pick<Replay, 'arch' | 'emulated'>): string {
  if (arch === '') return '-';
  return emulated ? `${arch} (emulated)` : arch;
}

/** One line a recording: what ran, what was seen, what it came to. */
export function summaryTable(replays: readonly Replay[], paint: Paint): string[] {
  const probed = replays.some(({ probe }) => probe !== undefined);
  const titles = ['program', 'arch', 'go', 'events', ...(probed ? ['records'] : []), 'verdict', 'why'];
  const head = titles.map((title) => paint.dim(title));
  const rows = replays.map((replay) => [
    printable(replay.program),
    archText(replay),
    replay.go || '-',
    count(replay.events),
    ...(probed ? [count(replay.probe?.records ?? 0)] : []),
    verdictText(replay.verdict, paint),
    printable(replay.why),
  ]);
  return columns([head, ...rows], probed ? [3, 4] : [3]);
}

/** What the divergences come to, the most important first; nothing where there are none. */
export function findingLines(judged: readonly Judged[], paint: Paint): string[] {
  const replays = judged.map(({ replay }) => replay);
  const paths = new Map(judged.map(({ path, replay }) => [replay.file, path]));
  const all = findings(replays);
  if (all.length === 0) return [];
  const lines = all
    .slice(0, MOST_FINDINGS)
    .flatMap((finding) => [
      `${(finding.class === 'known' ? paint.good : paint.bad)(finding.rule)}  in ${finding.seen.length} of ${plural(finding.of, 'recording')}: ${printable(finding.text)}`,
      ...knownLine(finding.example.divergence),
      `    observed: ${printable(finding.example.divergence.observed)}`,
      `    again:    ${printable(againLine(paths.get(finding.example.file) ?? finding.example.file, finding.example.divergence))}`,
    ]);
  const more = all.length - MOST_FINDINGS;
  return [paint.bold('Findings'), ...lines, ...(more > 0 ? [`and ${count(more)} more, in the report`] : [])];
}

function knownLine({ known }: Divergence): string[] {
  return known === undefined ? [] : [`    known:    ${printable(known.reason)} (until ${known.expires})`];
}

/** The command that shows a divergence again from here; its own `repro` is for where the file is. */
export function againLine(path: string, { id, repro }: Divergence): string {
  const [judgeBy = ''] = / --judge-by \S+$/.exec(repro) ?? [];
  return `gotwin replay ${quoted(path)} --divergence ${quoted(id)}${judgeBy}`;
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:,=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Everything that a person wants to know of one replay, without the detail of its divergences. */
export function replayLines(file: string, replay: Replay, paint: Paint): string[] {
  const { counts, coverage } = replay;
  const alike = groupBy(replay.divergences, ({ signature }) => signature);
  return [
    `${printable(file)}: ${verdictText(replay.verdict, paint)}`,
    `  ${printable(replay.why)}`,
    `  ${identity(replay)}`,
    `  ${count(replay.events)} events, ${plural(replay.generations, 'generation')}, ${seconds(replay.duration / 1e6)}; ` +
      `${plural(counts.goroutines, 'goroutine')}, ${plural(counts.procs, 'P')}, ${plural(counts.threads, 'M')}; ` +
      `layers: ${replay.layers.join(', ') || 'none'}`,
    ...probeLines(replay),
    ...(replay.os === undefined ? [] : [`  ${replay.os.text}`]),
    ...(replay.compared === undefined ? [] : [`  ${printable(replay.compared.text)}`]),
    `  rows of the model seen: ${coverage.observed} of ${coverage.observed + coverage.unobserved}`,
    ...lossLines(replay).map((line) => `  ${line}`),
    ...[...alike.values()].flatMap((all) => divergenceLines(file, all, paint)),
    ...suspicionLines(replay, paint),
  ];
}

/** The first of those that are alike, and where the last of them is to be found. */
function divergenceLines(file: string, alike: readonly Divergence[], paint: Paint): string[] {
  const [first, ...others] = alike as [Divergence, ...Divergence[]];
  const last = others.at(-1);
  return [
    `  ${paint.bad(first.rule)} at ${printable(`${first.at.name} ${first.at.args}`.trim())}`,
    ...sentences(first.observed).map((sentence) => `      ${printable(sentence)}`),
    ...knownLine(first),
    `      ${paint.dim(printable(againLine(file, first)))}`,
    ...(last === undefined
      ? []
      : [`      and ${count(others.length)} more of this signature, to ${printable(last.id)}`]),
  ];
}

/** What is only unlikely; no verdict rests on it. */
function suspicionLines({ suspicions }: Replay, paint: Paint): string[] {
  return suspicions.flatMap(({ rule, at, observed }) => [
    `  ${paint.warn('suspicious')}: ${rule} at ${printable(`${at.name} ${at.args}`.trim())}`,
    `      ${printable(observed)}`,
  ]);
}

/** One a line: what took several to say is long. */
export function sentences(text: string): string[] {
  return text.split(/(?<=\.) (?=[A-Z])/);
}

/** What package runtime recorded of itself, where it was probed. */
function probeLines({ probe }: Replay): string[] {
  if (probe === undefined) return [];
  const kept = probe.mode === 'ring' ? 'the last' : 'the first';
  const window = probe.beyond === 0 ? '' : `, ${kept} of ${count(probe.records + probe.beyond)}`;
  const died = probe.died === undefined ? '' : `; the runtime died of ${printable(probe.died)}`;
  return [`  ${plural(probe.records, 'record')} of probes${window}${died}`];
}

/** What is missing from the evidence; nothing where it is whole. */
function lossLines({ lost, events }: Replay): string[] {
  const notes = lost.notes.map(printable);
  if (lost.bytes === 0 && lost.events === 0) return notes;
  const ofEvents = lost.events === 0 ? '' : `, at least ${plural(lost.events, 'event')}`;
  const what = `lost: ${plural(lost.bytes, 'byte')}${ofEvents}; salvaged: ${plural(events, 'event')}`;
  return [what, ...notes.map((note) => `  ${note}`)];
}

function identity(replay: Replay): string {
  const parts = [replay.program, replay.go, archText(replay), replay.exit].filter(
    (part) => part !== '' && part !== '-',
  );
  return printable(parts.join(', '));
}
