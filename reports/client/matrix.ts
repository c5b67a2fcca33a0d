import type { PageData, PageRecording } from '../page.ts';
import { to } from './address.ts';
import { h, link, scrollable } from './dom.ts';
import { counted, number } from './text.ts';
import { emulatedTag, verdictIcon } from './verdict.ts';

/** Programs and architectures down, releases across; a search box above. */
export function matrix(data: PageData): HTMLElement {
  const releases = distinct(data.recordings, ({ replay }) => replay.go);
  const table = h(
    'table',
    { class: 'matrix' },
    h('caption', { class: 'hidden' }, 'Verdict of each recording by program, architecture and Go release'),
    heads(releases),
    ...distinct(data.recordings, ({ replay }) => replay.program).map((program) =>
      programRows(program, data.recordings, releases),
    ),
  );
  return h('div', {}, search(table, data.recordings.length), scrollable('Matrix of recordings', table));
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

function programRows(
  program: string,
  all: readonly PageRecording[],
  releases: readonly string[],
): HTMLElement {
  const recordings = all.filter(({ replay }) => replay.program === program);
  const head = h('th', { scope: 'rowgroup', colspan: releases.length + 1 }, program);
  const rows = distinct(recordings, placeOf).map((place) => {
    const here = recordings.filter((recording) => placeOf(recording) === place);
    return h('tr', {}, archHead(here), ...releases.map((go) => cell(here, go)));
  });
  return h('tbody', {}, h('tr', {}, head), ...rows);
}

/** Native and emulated runs of one architecture are different evidence, and get rows of their own. */
function placeOf({ replay }: PageRecording): string {
  return `${replay.arch} ${replay.emulated}`;
}

function archHead(here: readonly PageRecording[]): HTMLElement {
  return h('th', { scope: 'row' }, here[0]?.replay.arch || 'unknown');
}

function cell(here: readonly PageRecording[], go: string): HTMLElement {
  const found = here.filter(({ replay }) => replay.go === go);
  if (found.length === 0) return h('td', { class: 'empty' }, h('span', { class: 'hidden' }, 'no recording'));
  return h('td', {}, ...found.map(recordingLink));
}

function recordingLink({ slug, replay }: PageRecording): HTMLElement {
  const { verdict, program, arch, go, emulated, divergences, fault, tree } = replay;
  const count = divergences.length > 0 ? counted(divergences.length, 'divergence') : amount(replay);
  const seeded = fault === undefined ? [] : ['fault', fault.name];
  const own = [...seeded, ...(tree === undefined ? [] : ['tree'])];
  const words = [program, arch, go, verdict, emulated ? 'emulated' : 'native', replay.file, ...own].join(' ');
  return link(
    to.recording(slug),
    { class: `cell ${verdict}`, 'data-words': words.toLowerCase(), title: replay.file.slice(0, 200) },
    verdictIcon(verdict),
    h('span', { class: 'word' }, verdict),
    emulatedTag(emulated),
    h('span', { class: 'count' }, [count, ...oddities(replay)].join(', ')),
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

/** Every word must occur in a cell's program, architecture, release, verdict or file. */
function search(table: HTMLElement, total: number): HTMLElement {
  const field = h('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'for example arm64 diverges',
  });
  const said = h('span', { class: 'hint', role: 'status' }, counted(total, 'recording'));
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = filter(table, words);
    said.textContent =
      words.length > 0
        ? `${number(matching)} of ${counted(total, 'recording')}`
        : counted(total, 'recording');
  });
  return h('div', { class: 'search' }, h('label', { for: 'search' }, 'Find'), field, said);
}

function filter(table: HTMLElement, words: readonly string[]): number {
  let matching = 0;
  for (const cell of table.querySelectorAll<HTMLElement>('.cell')) {
    const matches = words.every((word) => cell.dataset.words?.includes(word));
    cell.hidden = !matches;
    if (matches) matching++;
  }
  for (const part of table.querySelectorAll<HTMLElement>('tbody, tbody tr:has(td)')) {
    part.hidden = words.length > 0 && !part.querySelector('.cell:not([hidden])');
  }
  return matching;
}

function distinct<T>(items: readonly T[], of: (item: T) => string): string[] {
  return [...new Set(items.map(of))];
}
