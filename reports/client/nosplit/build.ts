import type { NosplitChain, NosplitResult } from '../../../replay/nosplit/result.ts';
import { definitions, h, scrollable, section } from '../dom.ts';
import { counted, number } from '../text.ts';
import { verdictIcon } from '../verdict.ts';
import { budgetBar, framesOf, largestOf, nestedFrames, plainName } from './frames.ts';

/** Everything about one build; `folded` where there are several and this one needs no attention. */
export function buildPart(build: NosplitResult, nth: number, several: boolean): HTMLElement {
  const { model, deepest, equal } = build;
  const tone = !equal ? 'malformed' : model.verdict === 'ok' ? 'conforms' : 'diverges';
  return h(
    'article',
    {},
    h(
      'div',
      { class: `hero ${tone}` },
      h(nth === 0 ? 'h1' : 'h2', {}, verdictIcon(tone), h('span', {}, headline(build))),
      definitions([
        ['Program', build.package],
        ['Go', build.go],
        ['Architecture', `${build.os}/${build.arch}`],
        ['Flags', build.flags.join(' ')],
        ['Budget', `${number(model.limit)} bytes`],
        ['Model and linker', equal ? 'agree' : 'do not agree'],
        ['Linker and compiler', feedsText(build)],
      ]),
    ),
    model.verdict === 'overflow' && model.chain !== null && failing(model.chain, build, `chain-${nth}`),
    chains(deepest, build, `chains-${nth}`, several && model.verdict === 'ok'),
    (build.linker.text !== '' || !equal) && words(build, `words-${nth}`),
  );
}

function headline({ model }: NosplitResult): string {
  if (model.verdict === 'ok') {
    const left = model.chain?.left ?? model.limit;
    return `Every chain fits: the deepest leaves ${number(left)} of ${number(model.limit)} bytes`;
  }
  const top = plainName(model.chain?.function ?? '');
  if (model.over === null)
    return `Functions without a stack check call each other round and round, from ${top}`;
  return `The chain from ${top} is ${counted(model.over, 'byte')} too deep`;
}

/** What is wrong, in words for who never saw a nosplit function, and in two pictures. */
function failing(chain: NosplitChain, { model }: NosplitResult, id: string): HTMLElement {
  return section(
    chain.left === null ? 'What to cut' : 'What to shrink',
    id,
    h('p', { class: 'advice' }, ...advice(chain, model.limit)),
    h(
      'figure',
      {},
      budgetBar(chain, model.limit),
      h(
        'figcaption',
        { class: 'hint' },
        `Every frame of the chain, from the top on the left. The line is the budget: ${number(model.limit)} bytes. `,
        chain.left !== null && `What lies beyond it, ${number(-chain.left)} bytes, has no stack to lie on.`,
      ),
    ),
    nestedFrames(chain, model.limit),
    h(
      'p',
      { class: 'hint' },
      'Go checks on entry to most functions whether the stack is large enough, and grows it. A function marked ',
      h('code', {}, '//go:nosplit'),
      ` does not check. Whoever does check leaves ${number(model.limit)} bytes free below, and into these all of the nosplit functions that are called one from another must fit together.`,
    ),
  );
}

function advice(chain: NosplitChain, limit: number): (HTMLElement | string)[] {
  const code = (name: string) => h('code', {}, name);
  if (chain.left === null)
    return [
      'No size of frame would do. One of the functions must have a stack check: take ',
      code('//go:nosplit'),
      ' from ',
      code(plainName(chain.function)),
      ', or let it call something else.',
    ];
  const over = -chain.left;
  const largest = largestOf(framesOf(chain), chain);
  if (largest === undefined) return [];
  const enough = largest.bytes > over;
  return [
    'Shrink ',
    code(largest.name),
    largest.bytes > limit
      ? `: it takes ${number(largest.bytes)} bytes, more than all of the ${number(limit)} that there are. `
      : `: it takes ${number(largest.bytes)} of the ${number(limit)} bytes, and the chain needs ${number(over)} fewer. `,
    enough
      ? 'Move its large variables to the heap or into a function that is called beside the chain, not in it; '
      : 'That alone is not enough, so shrink others, too; ',
    'or let a function of the chain check its stack again, by taking ',
    code('//go:nosplit'),
    ' from it.',
  ];
}

function feedsText({ feeds }: NosplitResult): string {
  const differ = feeds.functions - feeds.agree;
  return differ === 0
    ? `agree on all of ${counted(feeds.functions, 'function')}`
    : `differ on ${number(differ)} of ${counted(feeds.functions, 'function')}`;
}

function chains(
  deepest: readonly NosplitChain[],
  { model }: NosplitResult,
  id: string,
  folded: boolean,
): HTMLElement {
  const list = deepest.map((chain) =>
    h(
      'details',
      { class: 'chain' },
      h(
        'summary',
        {},
        h('code', {}, plainName(chain.function)),
        h('span', { class: 'left' }, leftText(chain)),
        budgetBar(chain, model.limit, true),
      ),
      nestedFrames(chain, model.limit),
    ),
  );
  const content = [
    h(
      'p',
      { class: 'hint' },
      `The deepest chains first; each bar ends at ${number(model.limit)} bytes. Open one for its frames.`,
    ),
    ...list,
  ];
  if (!folded) return section('How much of the budget is left', id, ...content);
  const summary = h('summary', {}, 'How much of the budget is left');
  return h('section', {}, h('details', { class: 'folded' }, summary, ...content));
}

function leftText({ height, left }: NosplitChain): string {
  if (left === null) return 'has no end';
  return left < 0
    ? `needs ${number(height)}, ${number(-left)} too many`
    : `needs ${number(height)}, ${number(left)} left`;
}

function words({ linker, model, equal }: NosplitResult, id: string): HTMLElement {
  const text = (title: string, words: string) =>
    h('div', {}, h('h3', {}, title), scrollable(title, wordsOf(words || '(nothing: it linked)')));
  if (!equal)
    return section(
      'Model and linker do not agree',
      id,
      h('div', { class: 'sides' }, text('The linker', linker.text), text('The model', model.text)),
    );
  return section(
    'In the words of the linker',
    id,
    h('p', { class: 'hint' }, 'The model has the same text, byte for byte.'),
    scrollable('The words of the linker', wordsOf(linker.text)),
  );
}

/** Line by line, since one piece of text is shown only up to a length. */
function wordsOf(text: string): HTMLElement {
  return h('pre', { class: 'words' }, ...text.split(/(?<=\n)/));
}
