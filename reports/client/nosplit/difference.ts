import type { NosplitDifference } from '../../../replay/nosplit/result.ts';
import { h, scrollable, section, table } from '../dom.ts';
import { counted, number } from '../text.ts';

/** What a further build leaves its functions, against the first. */
export function differencePart(difference: NosplitDifference, nth: number): HTMLElement {
  const { from, to, changed, functions, most } = difference;
  const title = `From ${from} to ${to}`;
  const rows = most.map((each) => [
    h('code', {}, each.function),
    number(each.before),
    number(each.after),
    number(each.after - each.before),
  ]);
  return section(
    title,
    `difference-${nth}`,
    h(
      'p',
      { class: 'hint' },
      `${number(changed)} of ${counted(functions, 'function')} changed what is left below them` +
        (changed === 0 ? '.' : '; those that lose most come first.'),
    ),
    rows.length > 0 &&
      scrollable(title, table(title, ['function', 'bytes left', 'then', 'change'], rows, [1, 2, 3])),
  );
}
