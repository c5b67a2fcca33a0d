import type { Coverage, RowCoverage } from '../../replay/index.ts';
import { type Child, h, scrollable, section, table } from './dom.ts';
import { number } from './text.ts';

/** The model's rows as drawings and, for everyone and everything else, as a table. */
export function coverageSection(
  coverage: Coverage,
  recording: number,
  graphs: readonly string[],
): HTMLElement {
  return section(
    'Coverage of the model',
    'coverage',
    h('p', {}, `${number(coverage.observed)} rows were observed, ${number(coverage.unobserved)} were not. `),
    graphs.length > 0 && key(),
    graphs.length > 0 &&
      h('div', { class: 'graphs' }, ...graphs.map((family, i) => drawing(family, `graph-${recording}-${i}`))),
    ...families(coverage.rows).map((family) => familyTable(family, coverage.rows)),
  );
}

function key(): HTMLElement {
  const entry = (kind: string, text: string) =>
    h('li', {}, h('span', { class: `stroke ${kind}`, 'aria-hidden': 'true' }), text);
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Lines' },
    entry('seen', 'observed; thicker is more often'),
    entry('unseen', 'never observed'),
    entry('unobservable', 'cannot be observed here'),
  );
}

/** The drawing was made with the report; its labels are text that the drawing program escaped. */
function drawing(family: string, templateId: string): HTMLElement {
  const template = document.getElementById(templateId);
  const content = template instanceof HTMLTemplateElement ? template.content.cloneNode(true) : undefined;
  const drawn = content instanceof DocumentFragment ? content.querySelector('svg') : null;
  drawn?.setAttribute('role', 'img');
  drawn?.setAttribute('aria-label', `States of the ${family} family; the table below has the same rows`);
  return h(
    'figure',
    {},
    h('figcaption', {}, family),
    scrollable(`State graph: ${family}`, drawn ?? undefined),
  );
}

function families(rows: readonly RowCoverage[]): string[] {
  return [...new Set(rows.map((row) => row.family))];
}

function familyTable(family: string, all: readonly RowCoverage[]): HTMLElement {
  const rows = all.filter((row) => row.family === family);
  const observed = rows.filter((row) => row.count > 0).length;
  return h(
    'details',
    { class: 'rows' },
    h(
      'summary',
      {},
      h('span', {}, family),
      h('span', { class: 'where' }, `${observed} of ${rows.length} rows observed`),
    ),
    scrollable(
      `Rows: ${family}`,
      table(
        `Rows of the ${family} family`,
        ['Row', 'From', 'To', 'Count', 'By', 'Layer', 'What it says'],
        rows.map(cells),
        [3],
      ),
    ),
  );
}

function cells(row: RowCoverage): Child[] {
  const count = row.count > 0 ? number(row.count) : row.observable ? 'never' : 'not observable';
  return [h('code', {}, row.row), row.from ?? '–', row.to ?? '–', count, facets(row), row.layer, row.text];
}

function facets(row: RowCoverage): Child {
  const parts = Object.entries(row.facets).sort((a, b) => b[1] - a[1]);
  if (parts.length === 0) return '–';
  return parts.map(([facet, count]) => `${facet} ${number(count)}`).join(', ');
}
