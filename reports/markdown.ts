import { compareReplays, type Finding, findings, summarise } from '../differ/index.ts';
import type { Divergence, Replay } from '../replay/index.ts';
import { citationText, plural } from '../replay/words.ts';
import { markdown } from './escape.ts';

/** Bytes that a CI job's summary page takes (1 MiB), less room for what we say when we stop before it. */
const LIMIT = 1_048_576 - 1_000;

/**
 * A summary in Markdown for a CI job's page: the table of recordings, then the
 * findings. Stays below 1 MiB, and says how much it left out.
 */
export function toMarkdown(replays: readonly Replay[]): string {
  const sorted = [...replays].sort(compareReplays);
  const found = findings(sorted);
  const lines = [
    `# Gotwin: ${summarise(sorted).verdict}`,
    '',
    headline(sorted),
    '',
    '| Program | Go | Architecture | Verdict | Events | Records of probes | Divergences | Why |',
    '| --- | --- | --- | --- | ---: | ---: | ---: | --- |',
    ...sorted.map(row),
    '',
    ...betweenLayers(sorted),
    ...(found.length > 0 ? ['## Findings', '', ...found.flatMap(finding)] : []),
  ];
  return within(LIMIT, lines);
}

function headline(replays: readonly Replay[]): string {
  const { recordings, events, records, findings: found, divergences, lost } = summarise(replays);
  const loss = lost.bytes || lost.events ? ` Lost: ${lost.bytes} bytes, ${lost.events} events.` : '';
  const judged = [
    plural(recordings, 'recording'),
    plural(events, 'event'),
    ...(records > 0 ? [`${plural(records, 'record')} of probes`] : []),
    `${plural(divergences, 'divergence')} in ${plural(found, 'finding')}`,
  ];
  return `${judged.join(', ')}.${loss}`;
}

function row(replay: Replay): string {
  const arch = markdown(replay.arch) + (replay.emulated ? ' (emulated)' : '');
  const cells = [markdown(replay.program), markdown(replay.go), arch, `**${replay.verdict}**`];
  return `| ${[...cells, replay.events, replay.probe?.records ?? 0, replay.divergences.length, markdown(replay.why)].join(' | ')} |`;
}

/** Where a run was recorded in two layers: what they agree on. */
function betweenLayers(replays: readonly Replay[]): string[] {
  const lines = replays.flatMap(({ compared, file }) =>
    compared === undefined ? [] : [`- ${markdown(file)}: ${markdown(compared.text)}`],
  );
  return lines.length === 0 ? [] : ['## Between the layers', '', ...lines, ''];
}

function finding(found: Finding): string[] {
  const only = [...found.onlyOn.arch, ...found.onlyOn.release];
  const { divergence, file } = found.example;
  return [
    `### ${markdown(found.text)}`,
    '',
    `- ${found.class}, rule ${markdown(found.rule)}, signature ${markdown(found.signature)}`,
    `- seen in ${found.seen.length} of ${found.of} recordings${only.length > 0 ? `, only on ${markdown(only.join(', '))}` : ''}`,
    ...found.cite.map((cite) => `- ${markdown(citationText(cite))}`),
    ...knownLine(divergence),
    `- observed: ${markdown(divergence.observed)}`,
    `- first example: event ${divergence.at.index} of ${markdown(file)}`,
    `- again: <code>${markdown(divergence.repro)}</code>`,
    '',
  ];
}

function knownLine({ known }: Divergence): string[] {
  if (known === undefined) return [];
  const link = known.link === undefined ? '' : ` (${markdown(known.link)})`;
  return [`- known until ${known.expires}: ${markdown(known.reason)}${link}`];
}

function within(limit: number, lines: readonly string[]): string {
  let size = 0;
  const kept = lines.findIndex((line) => {
    size += Buffer.byteLength(line) + 1;
    return size > limit;
  });
  if (kept === -1) return `${lines.join('\n')}\n`;
  return `${lines.slice(0, kept).join('\n')}\n\n${lines.length - kept} lines were left out here; index.html has them all.\n`;
}
