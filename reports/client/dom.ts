import { shown } from './text.ts';

export type Child = Node | string | number | false | undefined;
type Attributes = Record<string, string | number | boolean | undefined>;

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element with its attributes and children. Strings become text nodes, and
 * there is no other way in: nothing that a recording says can become markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  return fill(document.createElementNS(SVG, tag) as SVGElement, attributes, children);
}

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    element.append(typeof child === 'object' ? child : shown(String(child)));
  }
}

export function link(href: string, attributes: Attributes, ...children: Child[]): HTMLAnchorElement {
  return h('a', { href, ...attributes }, ...children);
}

export function button(label: Child, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', act);
  return element;
}

/** A place that scrolls sideways by itself and that the keyboard can reach, so that the page never has to. */
export function scrollable(label: string, ...children: Child[]): HTMLElement {
  return h('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': shown(label) }, ...children);
}

export function section(title: string, id: string, ...children: Child[]): HTMLElement {
  return h('section', { 'aria-labelledby': id }, h('h2', { id }, title), ...children);
}

/** A table with a header row; `numeric` columns (from 0) are set flush right. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
  numeric: readonly number[] = [],
): HTMLTableElement {
  const align = (i: number) => (numeric.includes(i) ? 'number' : undefined);
  return h(
    'table',
    {},
    h('caption', { class: 'hidden' }, caption),
    h('thead', {}, h('tr', {}, ...heads.map((head, i) => h('th', { scope: 'col', class: align(i) }, head)))),
    h(
      'tbody',
      {},
      ...rows.map((row) => h('tr', {}, ...row.map((cell, i) => h('td', { class: align(i) }, cell)))),
    ),
  );
}

/** Pairs of a term and what is said of it; pairs without a value are left out. */
export function definitions(pairs: readonly (readonly [string, Child])[], className = 'facts'): HTMLElement {
  const given = pairs.filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return h(
    'dl',
    { class: className },
    ...given.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}
