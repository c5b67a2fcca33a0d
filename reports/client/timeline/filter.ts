import { h } from '../dom.ts';
import { number } from '../text.ts';
import { applyFilter, type State } from './look.ts';
import type { DrawnLane } from './range.ts';

/** Shows only the lanes that one of the words is in: `G7 P0` shows two, `goroutine` those of all goroutines. */
export function filterField(state: State, changed: () => void): HTMLElement {
  const field = h('input', {
    type: 'search',
    id: 'lane-filter',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'for example G1 P0',
  });
  const said = h('span', { class: 'hint', role: 'status' });
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    state.filter = (lane) => words.length === 0 || words.some((word) => isIn(lane, word));
    applyFilter(state);
    said.textContent =
      words.length > 0 ? `${number(state.scene.lanes.length)} of ${number(state.lanes.length)} lanes` : '';
    changed();
  });
  return h('div', { class: 'search' }, h('label', { for: 'lane-filter' }, 'Lanes'), field, said);
}

/** A name is meant whole, so that G1 does not show G10; other words may be a part. */
function isIn({ kind, label, why }: DrawnLane, word: string): boolean {
  const [name = '', ...rest] = label.toLowerCase().split(' ');
  const isName = /^[a-z]\d+$/.test(word);
  return isName
    ? name === word
    : [name, ...rest, kind.toLowerCase(), why].some((text) => text.includes(word));
}
