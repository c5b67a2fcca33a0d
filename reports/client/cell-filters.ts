import { h } from './dom.ts';
import { counted, number } from './text.ts';

/** A cell of the matrix, and what it can be found by. */
export interface FilteredCell {
  readonly element: HTMLElement;
  /** In lower case. */
  readonly words: string;
  readonly arch: string;
  /** Or why there is none, in a word. */
  readonly verdict: string;
  /** Absent where there is no earlier matrix to compare with. */
  readonly news: string | undefined;
}

/** Characters of a choice that are shown: the field is as wide as its widest. */
const LONGEST = 40;

type Test = (cell: FilteredCell) => boolean;

/** One way to narrow the matrix down; `test` is undefined while it lets everything through. */
interface Filter {
  readonly field: HTMLElement;
  readonly test: () => Test | undefined;
}

/** Fields above the matrix, each there only where it can tell cells apart; a cell is shown that passes them all. */
export function filters(table: HTMLElement, cells: readonly FilteredCell[], noun: string): HTMLElement {
  const all = [
    search(),
    choice('only-arch', 'Architecture', 'every architecture', cells, ({ arch }) => arch),
    choice('only-verdict', 'Verdict', 'every verdict', cells, ({ verdict }) => verdict),
    newsOnly(cells),
  ].filter((each) => each !== undefined);
  const said = h('span', { class: 'hint', role: 'status' }, counted(cells.length, noun));
  const row = h('div', { class: 'search' }, ...all.map(({ field }) => field), said);
  const apply = () => {
    const tests = all.map(({ test }) => test()).filter((each) => each !== undefined);
    const matching = narrow(table, cells, tests);
    said.textContent =
      tests.length > 0
        ? `${number(matching)} of ${counted(cells.length, noun)}`
        : counted(cells.length, noun);
  };
  row.addEventListener('input', apply);
  return row;
}

/** Every word must occur in a cell's program, architecture, release, setting, verdict or file. */
function search(): Filter {
  const field = h('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'for example arm64 diverges',
  });
  const test = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    return words.length === 0
      ? undefined
      : (cell: FilteredCell) => words.every((word) => cell.words.includes(word));
  };
  return { field: labelled('Find', field), test };
}

function choice(
  id: string,
  label: string,
  every: string,
  cells: readonly FilteredCell[],
  of: (cell: FilteredCell) => string,
): Filter | undefined {
  const values = [...new Set(cells.map(of))].sort();
  if (values.length < 2) return undefined;
  const field = h(
    'select',
    { id },
    h('option', { value: '' }, every),
    ...values.map((value, i) => h('option', { value: String(i + 1) }, value.slice(0, LONGEST) || 'unknown')),
  );
  const test = () => {
    const wanted = values[field.selectedIndex - 1];
    return wanted === undefined ? undefined : (cell: FilteredCell) => of(cell) === wanted;
  };
  return { field: labelled(label, field), test };
}

function newsOnly(cells: readonly FilteredCell[]): Filter | undefined {
  if (cells.every(({ news }) => news === undefined)) return undefined;
  const box = h('input', { type: 'checkbox', id: 'only-news' });
  const field = h('label', { class: 'field', for: 'only-news' }, box, 'New since the last run');
  return { field, test: () => (box.checked ? ({ news }) => Boolean(news) : undefined) };
}

/** A label stays beside its field where the row breaks. */
function labelled(text: string, field: HTMLElement): HTMLElement {
  return h('div', { class: 'field' }, h('label', { for: field.id }, text), field);
}

/** Hides what does not pass, and the rows and programs that have nothing left; returns how many cells pass. */
function narrow(table: HTMLElement, cells: readonly FilteredCell[], tests: readonly Test[]): number {
  let matching = 0;
  for (const cell of cells) {
    const matches = tests.every((test) => test(cell));
    cell.element.hidden = !matches;
    if (matches) matching++;
  }
  for (const part of table.querySelectorAll<HTMLElement>('tbody, tbody tr:has(td)'))
    part.hidden = tests.length > 0 && !part.querySelector('.cell:not([hidden])');
  return matching;
}
