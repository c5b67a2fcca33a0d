import type { ExplorationResult, StoryLine } from '../../../replay/explore/result.ts';
import { definitions, h, link, scrollable, section, table } from '../dom.ts';
import { counted, number } from '../text.ts';
import { verdictIcon } from '../verdict.ts';

type Breach = NonNullable<ExplorationResult['breach']>;

const idOf = ({ history, variant }: ExplorationResult): string => `${history}-${variant}`;

/** All worlds, a row each. */
export function worldsTable(explorations: readonly ExplorationResult[]): HTMLElement {
  const asExpected = explorations.every(({ expected }) => expected);
  const rows = explorations.map((each) => [
    each.history,
    each.breach === null ? each.variant : link(`#${idOf(each)}`, {}, each.variant),
    each.breach === null ? 'exhausted' : headline(each.breach),
    number(each.states),
    number(each.depth),
    number(each.statesPerSecond),
    each.text,
  ]);
  return h(
    'article',
    {},
    h(
      'div',
      { class: `hero ${asExpected ? 'conforms' : 'diverges'}` },
      h(
        'h1',
        {},
        verdictIcon(asExpected ? 'conforms' : 'diverges'),
        h(
          'span',
          {},
          asExpected
            ? 'Every world came out as it is known to'
            : 'A world did not come out as it is known to',
        ),
      ),
    ),
    scrollable(
      'Worlds',
      table(
        'Worlds',
        ['History', 'Variant', 'Outcome', 'States', 'Depth', 'States/s', 'What it does'],
        rows,
        [3, 4, 5],
      ),
    ),
  );
}

/** One world, with its story. */
export function worldPart(result: ExplorationResult, isFirst: boolean): HTMLElement {
  const { history, variant, text, breach, commit } = result;
  const tone = breach === null ? 'conforms' : 'diverges';
  const title = breach === null ? 'Nothing is wrong in any state' : headline(breach);
  return h(
    'article',
    { id: idOf(result) },
    h(
      'div',
      { class: `hero ${tone}` },
      h(isFirst ? 'h1' : 'h2', {}, verdictIcon(tone), h('span', {}, title)),
      h('p', { class: 'hint' }, text),
      definitions([
        ['History', `${history}, ${variant}`],
        ['Mended in', commit ?? ''],
        ['States', number(result.states)],
        ['Transitions', number(result.transitions)],
        ['Depth', number(result.depth)],
        ['States a second', number(result.statesPerSecond)],
      ]),
    ),
    breach !== null && story(breach, `story-${idOf(result)}`),
  );
}

function story(breach: Breach, id: string): HTMLElement {
  const threads = [...new Set(breach.story.map(({ thread }) => thread))].sort();
  return section(
    'How it comes to that',
    id,
    h('p', { class: 'hint' }, 'The shortest way there; every step is one statement of one thread.'),
    h(
      'ol',
      { class: 'story' },
      ...breach.story.map((line, index) => stepOf(line, index + 1, threads.indexOf(line.thread))),
    ),
    breach.today !== null &&
      h(
        'p',
        {},
        `A replay by the rows of today would have objected at step ${breach.today.step}, by `,
        h('code', {}, breach.today.row),
        '.',
      ),
    breach.kind === 'wedge' &&
      h(
        'div',
        {},
        h('h3', {}, 'Everybody waits'),
        h(
          'ul',
          {},
          ...breach.waiting.map(({ thread, func, statement }) =>
            h('li', {}, `${thread} in ${func}: `, h('code', {}, statement)),
          ),
        ),
      ),
  );
}

function stepOf(
  { thread, func, statement, about, changes, objections }: StoryLine,
  nth: number,
  lane: number,
): HTMLElement {
  return h(
    'li',
    { class: `lane-${lane % 4}` },
    h(
      'div',
      { class: 'who' },
      h('span', { class: 'nth' }, nth),
      h('strong', {}, thread),
      h('span', {}, func),
      about !== null && h('span', { class: 'about' }, about),
    ),
    h('code', {}, statement),
    changes.length > 0 &&
      h(
        'div',
        { class: 'changes' },
        changes.map(({ of, field, before, after }) => `${of}.${field}: ${before} → ${after}`).join(', '),
      ),
    ...objections.map(({ row, text }) =>
      h('div', { class: 'objects' }, 'Today ', h('code', {}, row), ` objects: ${text}`),
    ),
  );
}

function headline({ kind, row, text, story: steps }: Breach): string {
  const after = `after ${counted(steps.length, 'step')}`;
  switch (kind) {
    case 'row':
      return `${row} refuses step ${steps.length}: ${text}`;
    case 'throw':
      return `The runtime throws ${after}: ${text}`;
    case 'wedge':
      return `Nobody can go on ${after}`;
    case 'always':
      return `This does not hold ${after}: ${text}`;
    case 'sometimes':
      return `This never happens: ${text}`;
  }
}
