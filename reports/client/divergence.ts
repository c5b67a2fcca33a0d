import type { Divergence, Replay } from '../../replay/index.ts';
import type { PageData } from '../page.ts';
import { to } from './address.ts';
import { command } from './copy.ts';
import { type Child, definitions, h, link, scrollable, section, table } from './dom.ts';
import { crumbs, frames, instantIn, nameOf, placeOf, sentence } from './parts.ts';
import { sliceView } from './slice.ts';
import { counted, number } from './text.ts';
import { emulatedTag, verdictBadge } from './verdict.ts';
import type { View } from './view.ts';

/** Between the sentences of what took several to say. */
const SENTENCES = /(?<=\.) (?=[A-Z])/;

type Alternative = Divergence['allowed'][number];

/** `ordinal` counts from 1; undefined when the recording has no such divergence. */
export function divergencePage(
  data: PageData,
  index: number,
  ordinal: number,
  event?: number,
): View | undefined {
  const recording = data.recordings[index];
  const divergence = recording?.replay.divergences[ordinal - 1];
  if (!recording || !divergence) return undefined;
  const { replay, slug } = recording;
  const inSlice = (at: number) => divergence.slice.some((step) => step.event.index === at);
  const eventLink = (at: number): Child =>
    inSlice(at) ? link(to.event(slug, ordinal, at), {}, `event ${number(at)}`) : `event ${number(at)}`;
  return {
    title: divergence.text,
    content: [
      crumbs(
        link(to.recording(slug), {}, nameOf(replay)),
        `Divergence ${ordinal} of ${replay.divergences.length}`,
      ),
      h('h1', sentence(divergence.text), divergence.text),
      h(
        'p',
        { class: 'tags' },
        verdictBadge(divergence.class),
        h('code', {}, divergence.rule),
        emulatedTag(replay.emulated),
      ),
      known(divergence),
      sides(divergence),
      facts(data, divergence, slug, replay),
      sources(divergence),
      guards(divergence.allowed),
      before(divergence, eventLink),
      section('How it came about', 'slice', sliceView(divergence, event)),
      stack(divergence),
      section(
        'See it again',
        'again',
        command(divergence.repro, 'the command that shows this divergence again'),
      ),
    ].filter((each) => each !== undefined),
    ready: () => {
      if (event === undefined) return;
      const step = document.getElementById(`event-${event}`);
      step?.scrollIntoView({ block: 'center' });
      step?.focus({ preventScroll: true });
    },
  };
}

/** Links are text here as everywhere: a report opens nothing. */
function known({ known }: Divergence): HTMLElement | undefined {
  if (known === undefined) return undefined;
  const { reason, link, expires } = known;
  return section(
    'Known',
    'known',
    definitions([
      ['Why', reason],
      ['Where', link],
      ['Until', expires],
    ]),
  );
}

function sides({ observed, allowed }: Divergence): HTMLElement {
  const steps =
    allowed.length > 0
      ? h(
          'ul',
          {},
          ...allowed.map((each) => h('li', sentence(each.text), each.text, ' ', h('code', {}, each.row))),
        )
      : h('p', {}, 'No step of the model leads on from here.');
  return h(
    'div',
    { class: 'sides' },
    h(
      'section',
      { class: 'side observed', 'aria-labelledby': 'observed' },
      h('h2', { id: 'observed' }, 'Observed'),
      ...observed.split(SENTENCES).map((text) => h('p', sentence(text), text)),
    ),
    h(
      'section',
      { class: 'side allowed', 'aria-labelledby': 'allowed' },
      h('h2', { id: 'allowed' }, 'Allowed'),
      steps,
    ),
  );
}

function facts(data: PageData, divergence: Divergence, slug: string, replay: Replay): HTMLElement {
  const { at, signature, consequences } = divergence;
  const finding = data.findings.find((each) => each.signature === signature);
  const elsewhere = finding ? `, in ${finding.seen.length} of ${counted(finding.of, 'recording')}` : '';
  return definitions([
    ['Subject', `${divergence.subject.kind} ${divergence.subject.id}`],
    [
      'Noticed at',
      at.index < 0
        ? `byte ${number(at.offset)}`
        : h('span', {}, `event ${number(at.index)}, `, instantIn(replay, slug, at)),
    ],
    ['Event', h('code', {}, `${at.name} ${at.args}`)],
    ['On', placeOf(at)],
    ['Rests on', `${divergence.layers.join(', ')}: ${divergence.evidence}`],
    [
      'Consequences',
      consequences > 0 ? `${counted(consequences, 'later disagreement')} on the same subject` : 'none',
    ],
    ['Signature', h('span', {}, link(to.finding(signature), {}, h('code', {}, signature)), elsewhere)],
    ['File', h('code', {}, `${replay.file}, byte ${number(at.offset)}`)],
  ]);
}

function sources({ cite }: Divergence): HTMLElement | undefined {
  if (cite.length === 0) return undefined;
  const items = cite.map(({ file, func, statement }) =>
    h(
      'figure',
      { class: 'cite' },
      h('figcaption', {}, h('code', {}, `src/${file}`), ', func ', h('code', {}, func)),
      h(
        'div',
        { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Go source' },
        h('pre', {}, h('code', {}, statement)),
      ),
    ),
  );
  return section('What Go’s source says', 'cite', ...items);
}

function guards(allowed: readonly Alternative[]): HTMLElement | undefined {
  if (allowed.length === 0) return undefined;
  return section('Why nothing allowed it', 'guards', ...allowed.map(guardTable));
}

function guardTable(alternative: Alternative): HTMLElement {
  const rows = alternative.guards.map((guard) => [holds(guard.holds), guard.text, guard.why]);
  return h(
    'div',
    { class: 'alternative' },
    h('h3', sentence(alternative.text), alternative.text, ' ', h('code', {}, alternative.row)),
    scrollable(
      `Guards: ${alternative.row}`,
      table(`Guards of ${alternative.row}`, ['Holds', 'Guard', 'Why'], rows),
    ),
  );
}

function holds(value: boolean): HTMLElement {
  return h('span', { class: value ? 'true' : 'false' }, value ? '✓ true' : '✕ false');
}

function before({ before: facts }: Divergence, eventLink: (at: number) => Child): HTMLElement | undefined {
  if (facts.length === 0) return undefined;
  const rows = facts.map((fact) => [
    fact.name,
    h('code', {}, fact.value),
    fact.setBy === undefined ? 'from the start, or unknown' : eventLink(fact.setBy),
  ]);
  return section(
    'The state before',
    'before',
    scrollable('State before', table('State before', ['What', 'Value', 'Set by'], rows)),
  );
}

function stack({ at }: Divergence): HTMLElement | undefined {
  if (at.stack.length === 0) return undefined;
  return section('Stack', 'stack', frames(at.stack));
}
