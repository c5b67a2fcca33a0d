/** What a report of one page has around its main part. */
import { type Child, h } from './dom.ts';
import { themeSwitch } from './theme.ts';

/** Reads the page's data and fills the page; `parts` makes its main part of them. */
export function showSinglePage<Data extends { readonly command: string }>(
  name: string,
  parts: (data: Data) => readonly Child[],
): void {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as Data;
  const where = h(
    'nav',
    { 'aria-label': 'Report' },
    h('span', { class: 'wordmark' }, 'Gotwin'),
    h('span', {}, name),
  );
  document
    .getElementById('app')
    ?.replaceChildren(
      h('header', { class: 'top' }, where, themeSwitch()),
      h('main', { id: 'main' }, ...parts(data)),
      h('footer', {}, h('p', {}, 'Made by ', h('code', {}, data.command))),
    );
}
