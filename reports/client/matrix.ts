import type { PageCell } from '../cells.ts';
import type { PageData, PageRecording } from '../page.ts';
import { to } from './address.ts';
import { type FilteredCell, filters } from './cell-filters.ts';
import { h, link, scrollable } from './dom.ts';
import { counted, number } from './text.ts';
import { emulatedTag, verdictIcon } from './verdict.ts';

/** A cell with its recording, if it has one. */
interface Place {
  readonly cell: PageCell;
  readonly recording: PageRecording | undefined;
  readonly emulated: boolean;
}

/** Programs, architectures and settings down, releases across; what narrows it down above. */
export function matrix(data: PageData): HTMLElement {
  const places = placesOf(data);
  const releases = distinct(places, ({ cell }) => cell.go).sort(byNumbers);
  const noun = places.some(({ cell }) => cell.setting !== '') ? 'cell' : 'recording';
  const drawn: FilteredCell[] = [];
  const draw = (place: Place): HTMLElement => {
    const element = place.recording ? recordingLink(place, place.recording) : unjudged(place.cell);
    drawn.push({ element, ...asFiltered(place) });
    return element;
  };
  const table = h(
    'table',
    { class: 'matrix' },
    h('caption', { class: 'hidden' }, 'Verdict of each cell by program, architecture and Go release'),
    heads(releases),
    ...distinct(places, ({ cell }) => cell.program).map((program) =>
      programRows(program, places, releases, draw),
    ),
  );
  return h('div', {}, filters(table, drawn, noun), scrollable('Matrix of recordings', table));
}

/** A cell that was not judged stands with those of its program, architecture and setting that were. */
function placesOf({ cells, recordings }: PageData): Place[] {
  const judged = cells.flatMap((cell) => {
    const recording = cell.recording === undefined ? undefined : recordings[cell.recording];
    return recording === undefined ? [] : [{ cell, recording, emulated: recording.replay.emulated }];
  });
  const row = ({ program, arch, setting }: PageCell) => JSON.stringify([program, arch, setting]);
  const emulated = new Map(judged.map((place) => [row(place.cell), place.emulated]));
  const found = new Map<PageCell, Place>(judged.map((place) => [place.cell, place]));
  return cells.map(
    (cell) => found.get(cell) ?? { cell, recording: undefined, emulated: emulated.get(row(cell)) ?? false },
  );
}

function heads(releases: readonly string[]): HTMLElement {
  return h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Architecture'),
      ...releases.map((go) => h('th', { scope: 'col' }, go || 'Go unknown')),
    ),
  );
}

type Draw = (place: Place) => HTMLElement;

function programRows(program: string, all: readonly Place[], releases: readonly string[], draw: Draw) {
  const places = all.filter(({ cell }) => cell.program === program);
  const head = h('th', { scope: 'rowgroup', colspan: releases.length + 1 }, program);
  const rows = distinct(places, rowOf).map((row) => {
    const here = places.filter((place) => rowOf(place) === row);
    return h('tr', {}, rowHead(here), ...releases.map((go) => square(here, go, draw)));
  });
  return h('tbody', {}, h('tr', {}, head), ...rows);
}

/** Native and emulated runs of one architecture are different evidence, and get rows of their own. */
function rowOf({ cell: { arch, setting }, emulated }: Place): string {
  return JSON.stringify([arch, setting, emulated]);
}

/** Every run has a setting; the one that sets nothing need not be said. */
const NO_SETTING = ['', 'default'];

function rowHead([first]: readonly Place[]): HTMLElement {
  const { arch = '', setting = '' } = first?.cell ?? {};
  return h(
    'th',
    { scope: 'row' },
    arch || 'unknown',
    !NO_SETTING.includes(setting) && h('span', { class: 'setting' }, setting),
  );
}

function square(here: readonly Place[], go: string, draw: Draw): HTMLElement {
  const found = here.filter(({ cell }) => cell.go === go);
  if (found.length === 0) return h('td', { class: 'empty' }, h('span', { class: 'hidden' }, 'no recording'));
  return h('td', {}, ...found.map(draw));
}

function recordingLink({ cell, emulated }: Place, { slug, replay }: PageRecording): HTMLElement {
  const { verdict, divergences } = replay;
  const count = divergences.length > 0 ? counted(divergences.length, 'divergence') : amount(replay);
  return link(
    to.recording(slug),
    { class: `cell ${verdict}`, title: replay.file.slice(0, 200) },
    verdictIcon(verdict),
    h('span', { class: 'word' }, verdict),
    emulatedTag(emulated),
    h('span', { class: 'count' }, [count, ...oddities(replay)].join(', ')),
    news(cell),
  );
}

/** What makes it no run of its release as it is. */
function oddities({ fault, tree }: PageRecording['replay']): string[] {
  return [
    ...(fault === undefined ? [] : [`seeded fault ${fault.name}`]),
    ...(tree === undefined ? [] : ['own Go tree']),
  ];
}

/** What a run without any divergence rests on. */
function amount({ events, probe }: PageRecording['replay']): string {
  return events === 0 && probe !== undefined
    ? `${number(probe.records)} records`
    : `${number(events)} events`;
}

function unjudged(cell: PageCell): HTMLElement {
  return h(
    'div',
    { class: 'cell unjudged' },
    h('span', { class: 'word' }, cell.state),
    h('span', { class: 'count' }, cell.why),
    news(cell),
  );
}

function news({ news: said }: PageCell): HTMLElement | undefined {
  return said ? h('span', { class: 'news' }, said) : undefined;
}

function asFiltered({ cell, recording, emulated }: Place): Omit<FilteredCell, 'element'> {
  const { program, arch, go, setting } = cell;
  const verdict = recording?.replay.verdict ?? cell.state;
  const { file = '', fault, tree } = recording?.replay ?? {};
  const seeded = fault === undefined ? [] : ['fault', fault.name];
  const own = tree === undefined ? seeded : [...seeded, 'tree'];
  const words = [program, arch, go, setting, verdict, emulated ? 'emulated' : 'native', file, ...own];
  return { words: words.join(' ').toLowerCase(), arch, verdict, news: cell.news };
}

/** Go 1.9 before Go 1.10, in whatever order the cells come. */
function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function distinct<T>(items: readonly T[], of: (item: T) => string): string[] {
  return [...new Set(items.map(of))];
}
