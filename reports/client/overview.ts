import type { Verdict } from '../../replay/index.ts';
import type { PageData, PageFinding } from '../page.ts';
import { to } from './address.ts';
import { definitions, h, link, section } from './dom.ts';
import { matrix } from './matrix.ts';
import { nameOf, sentence } from './parts.ts';
import { bytes, counted, number } from './text.ts';
import { emulatedTag, verdictBadge, verdictIcon } from './verdict.ts';
import type { View } from './view.ts';

export function overviewPage(data: PageData, finding?: string): View {
  return {
    title: headline(data),
    content: [hero(data), section('Recordings', 'recordings', matrix(data)), findingsList(data, finding)],
    ready: () => {
      if (finding === undefined) return;
      const wanted = document.querySelector<HTMLElement>('.finding[open]');
      wanted?.scrollIntoView({ block: 'center' });
      wanted?.querySelector('summary')?.focus({ preventScroll: true });
    },
  };
}

function hero(data: PageData): HTMLElement {
  const { summary } = data;
  return h(
    'div',
    { class: `hero ${summary.verdict}` },
    h('h1', {}, verdictIcon(summary.verdict), h('span', {}, headline(data))),
    tally(data),
    definitions([
      ['Verdict', summary.verdict],
      ['Recordings', number(summary.recordings)],
      ['Events judged', number(summary.events)],
      ['Records of probes judged', summary.records > 0 && number(summary.records)],
      [
        'Findings',
        summary.findings === 0
          ? 'none'
          : `${number(summary.findings)} (${counted(summary.divergences, 'divergence')})`,
      ],
      ['Cells without a verdict', withoutVerdict(data)],
      ['Lost', lostText(summary.lost)],
    ]),
  );
}

function withoutVerdict({ cells }: PageData): string {
  const without = cells.filter(({ recording }) => recording === undefined).length;
  return without === 0 ? '' : `${number(without)} of ${number(cells.length)}`;
}

function headline({ summary }: PageData): string {
  const all = summary.recordings;
  if (all === 0) return 'There is no recording in this report';
  if (summary.verdicts.conforms === all) {
    return all === 1
      ? 'The recording conforms to the model'
      : `All ${number(all)} recordings conform to the model`;
  }
  if (summary.verdicts.conforms === 0)
    return all === 1
      ? 'The recording does not conform to the model'
      : `None of ${number(all)} recordings conforms to the model`;
  return `${number(summary.verdicts.conforms)} of ${counted(all, 'recording')} ${summary.verdicts.conforms === 1 ? 'conforms' : 'conform'} to the model`;
}

/** The other verdicts by name: the headline alone would hide one behind another. */
function tally({ summary }: PageData): HTMLElement | undefined {
  const others = (Object.keys(summary.verdicts) as Verdict[]).filter(
    (verdict) => verdict !== 'conforms' && summary.verdicts[verdict] > 0,
  );
  if (others.length === 0) return undefined;
  const item = (verdict: Verdict) =>
    h(
      'li',
      { class: `verdict ${verdict}` },
      verdictIcon(verdict),
      `${number(summary.verdicts[verdict])} ${verdict}`,
    );
  return h('ul', { class: 'tally', 'aria-label': 'Other verdicts' }, ...others.map(item));
}

function lostText(lost: { bytes: number; events: number }): string {
  return lost.bytes || lost.events ? `${bytes(lost.bytes)}, ${counted(lost.events, 'event')}` : 'nothing';
}

function findingsList(data: PageData, opened?: string): HTMLElement {
  if (data.findings.length === 0) {
    return section(
      'Findings',
      'findings',
      h('p', { class: 'none' }, 'No rule of the model was broken in any recording.'),
    );
  }
  return section(
    'Findings',
    'findings',
    h(
      'p',
      { class: 'hint' },
      'Divergences with the same signature are one finding: the same rule, broken in the same way.',
    ),
    ...data.findings.map((finding) => findingItem(data, finding, finding.signature === opened)),
  );
}

function findingItem(data: PageData, finding: PageFinding, open: boolean): HTMLElement {
  const only = [...finding.onlyOn.arch, ...finding.onlyOn.release];
  return h(
    'details',
    { class: 'finding', open },
    h(
      'summary',
      {},
      verdictBadge(finding.class),
      h('span', { class: `rule ${sentence(finding.text).class ?? ''}`.trimEnd() }, finding.text),
      h('span', { class: 'where' }, `in ${finding.seen.length} of ${counted(finding.of, 'recording')}`),
      only.length > 0 && h('span', { class: 'tag' }, `only on ${only.join(', ')}`),
    ),
    definitions([
      ['Rule', h('code', {}, finding.rule)],
      ['Signature', link(to.finding(finding.signature), {}, h('code', {}, finding.signature))],
      ['Rests on', `${finding.layers.join(', ')}, ${finding.evidence}`],
    ]),
    h('ul', { class: 'plain' }, ...finding.seen.map((seen) => sightingItem(data, seen))),
  );
}

function sightingItem(data: PageData, seen: PageFinding['seen'][number]): HTMLElement {
  const recording = data.recordings[seen.recording];
  if (!recording) return h('li');
  return h(
    'li',
    {},
    link(to.divergence(recording.slug, seen.divergence + 1), {}, nameOf(recording.replay)),
    emulatedTag(recording.replay.emulated),
    seen.count > 1 && h('span', { class: 'where' }, `${number(seen.count)} times`),
  );
}
