import type { Replay } from '../../replay/index.ts';
import type { PageData, PageRecording } from '../page.ts';
import { to } from './address.ts';
import { command } from './copy.ts';
import { coverageSection } from './coverage.ts';
import { definitions, h, link, scrollable, section, table } from './dom.ts';
import { crumbs, instantIn, nameOf } from './parts.ts';
import { bytes, counted, duration, number, shellWord } from './text.ts';
import { timelineView } from './timeline/index.ts';
import { Zoom } from './timeline/windows.ts';
import { emulatedTag, verdictBadge, verdictIcon } from './verdict.ts';
import type { View } from './view.ts';

export function recordingPage(data: PageData, index: number, time?: number): View {
  const recording = data.recordings[index];
  if (!recording) throw new RangeError(`no recording ${index}`);
  const { replay, slug } = recording;
  const title = nameOf(replay);
  return {
    title,
    content: [
      crumbs(title),
      // A program's name stays as it is written.
      h('h1', { class: 'name' }, title, ' ', emulatedTag(replay.emulated)),
      verdictBox(replay),
      facts(replay),
      divergences(replay, slug),
      suspicions(replay, slug),
      timelineSection(data, index, time),
      promises(replay),
      coverageSection(replay.coverage, index, recording.graphs),
      textLayer(replay),
      section(
        'See it again',
        'again',
        command(`gotwin replay ${shellWord(replay.file)}`, 'the command that judges this recording again'),
      ),
    ].filter((each) => each !== undefined),
    ready: () => {
      if (time !== undefined) document.getElementById('timeline')?.scrollIntoView();
    },
  };
}

function verdictBox(replay: Replay): HTMLElement {
  return h(
    'p',
    { class: `verdict-box ${replay.verdict}` },
    verdictIcon(replay.verdict),
    h('strong', {}, replay.verdict),
    h('span', {}, replay.why),
  );
}

function facts(replay: Replay): HTMLElement {
  const { counts, lost, probe, compared, os } = replay;
  const isLost = lost.bytes > 0 || lost.events > 0;
  return h(
    'div',
    {},
    definitions([
      ['Seeded fault', faultText(replay)],
      ['Go tree', treeText(replay)],
      ['Ended', replay.exit],
      ['Duration', duration(replay.duration)],
      ['Events', number(replay.events)],
      ['Generations', number(replay.generations)],
      ['Goroutines', number(counts.goroutines)],
      ['Ps', number(counts.procs)],
      ['Ms', number(counts.threads)],
      ['Records of probes', probe && number(probe.records)],
      ['Outside of their window', probe !== undefined && probe.beyond > 0 && number(probe.beyond)],
      ['Layers', replay.layers.join(', ')],
      ['The process', os?.text],
      ['Between the layers', compared?.text],
      ['Lost', isLost ? `${bytes(lost.bytes)}, at least ${counted(lost.events, 'event')}` : 'nothing'],
      ['File', h('code', {}, replay.file)],
    ]),
    lost.notes.length > 0 && h('ul', { class: 'notes' }, ...lost.notes.map((note) => h('li', {}, note))),
  );
}

function faultText({ fault }: Replay): string {
  if (fault === undefined || fault.delayUs === 0) return fault?.name ?? '';
  return `${fault.name}, delay ${number(fault.delayUs)} µs`;
}

/** Whose Go it was built with, where that is not a release. */
function treeText({ tree }: Replay): string {
  if (tree === undefined) return '';
  const { release, changed } = tree;
  if (release === '') return "the user's own";
  return `a copy of ${release}, ${changed.length === 0 ? 'its runtime unchanged' : `changed in ${changed.join(', ')}`}`;
}

function suspicions(replay: Replay, slug: string): HTMLElement | undefined {
  const { suspicions: found } = replay;
  if (found.length === 0) return undefined;
  const rows = found.map(({ rule, subject, at, observed }) => [
    h('div', {}, h('p', { class: 'hint' }, observed)),
    h('code', {}, rule),
    `${subject.kind} ${subject.id}`,
    instantIn(replay, slug, at),
    number(at.index),
  ]);
  return section(
    'Suspicious',
    'suspicious',
    h('p', { class: 'hint' }, 'Unlikely, and not impossible: no verdict rests on it.'),
    scrollable(
      'Suspicious',
      table('What is suspicious here', ['Observed', 'Rule', 'Subject', 'At', 'Event'], rows, [4]),
    ),
  );
}

function divergences(replay: Replay, slug: string): HTMLElement | undefined {
  if (replay.divergences.length === 0) return undefined;
  const rows = replay.divergences.map((divergence, i) => [
    verdictBadge(divergence.class),
    h(
      'div',
      {},
      link(to.divergence(slug, i + 1), {}, divergence.text),
      h('p', { class: 'hint' }, divergence.observed),
    ),
    h('code', {}, divergence.rule),
    `${divergence.subject.kind} ${divergence.subject.id}`,
    instantIn(replay, slug, divergence.at),
    divergence.at.index < 0 ? '–' : number(divergence.at.index),
  ]);
  return section(
    'Divergences',
    'divergences',
    scrollable(
      'Divergences',
      table(
        'Divergences of this recording',
        ['Class', 'Rule', 'Id of the rule', 'Subject', 'At', 'Event'],
        rows,
        [5],
      ),
    ),
  );
}

function timelineSection(data: PageData, index: number, focus?: number): HTMLElement | undefined {
  const { replay, zoom } = data.recordings[index] as PageRecording;
  const { timeline } = replay;
  if (timeline.lanes.length === 0) return undefined;
  const marks = replay.divergences.map((divergence) => divergence.at.time);
  const zoomable = zoom && new Zoom(timeline.lanes, zoom, index);
  return section('Timeline', 'timeline', timelineView(timeline, { marks, focus, zoom: zoomable }));
}

function promises(replay: Replay): HTMLElement | undefined {
  const rows = replay.coverage.promises.map((promise) => [
    h('code', {}, promise.row),
    promise.facet ?? '–',
    number(promise.atLeast),
    number(promise.seen),
    promise.seen >= promise.atLeast ? 'kept' : h('strong', { class: 'bad' }, 'not reached'),
  ]);
  if (rows.length === 0) return undefined;
  return section(
    'What the program promised to exercise',
    'promises',
    scrollable(
      'Promises',
      table('Promises of the program', ['Row', 'Of kind', 'At least', 'Seen', ''], rows, [2, 3]),
    ),
  );
}

function textLayer({ text }: Replay): HTMLElement | undefined {
  if (!text) return undefined;
  const checks = Object.entries(text.checks).map(([rule, count]) => [h('code', {}, rule), number(count)]);
  return section(
    'Checks between layers',
    'layers',
    definitions([
      ['Snapshots', number(text.snapshots)],
      ['GC cycles in the text', number(text.gcCycles)],
      ['Lines not understood', number(text.unread)],
    ]),
    checks.length > 0 &&
      scrollable('Checks', table('Cross-checks by rule', ['Rule', 'Checked'], checks, [1])),
  );
}
