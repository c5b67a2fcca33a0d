import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { RowCoverage } from '../replay/index.ts';
import { printable } from './escape.ts';

/** One family's states and the transitions between them, drawn as SVG. */
export interface StateGraph {
  family: string;
  /** An `<svg>` element: no script, no style, no address; elements carry classes for the page's style sheet. */
  svg: string;
}

/** Families in the order in which the model's documentation tells of them; others follow by name. */
const FAMILIES = ['goroutine', 'P', 'M', 'gc', 'stw'];

interface Edge {
  from: string;
  to: string;
  rows: RowCoverage[];
  count: number;
  /** A row counts once, but may start from several states: then the count is that of all its edges together. */
  isShare: boolean;
}

/**
 * Draws the transitions of each family that has rows with `from` and `to`:
 * thicker the more often a row was seen, dashed where it was never seen, dotted
 * where this recording could not have shown it. Rows between the same two
 * states share an edge, or the drawing of the goroutine family is unreadable.
 * `prefix` keeps element ids apart when a page holds several drawings.
 */
export async function stateGraphs(rows: readonly RowCoverage[], prefix: string): Promise<StateGraph[]> {
  const graphviz = await Graphviz.load();
  return familiesOf(rows).map((family, i) => {
    const edges = edgesOf(rows.filter((row) => row.family === family));
    return { family, svg: onlySvg(graphviz.dot(toDot(edges, `${prefix}-${i}`))) };
  });
}

function familiesOf(rows: readonly RowCoverage[]): string[] {
  const families = [...new Set(rows.filter(isTransition).map((row) => row.family))];
  return families.sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

function placeOf(family: string): number {
  const place = FAMILIES.indexOf(family);
  return place === -1 ? FAMILIES.length : place;
}

function isTransition(row: RowCoverage): row is RowCoverage & { from: string; to: string } {
  return row.from !== undefined && row.to !== undefined;
}

function edgesOf(rows: readonly RowCoverage[]): Edge[] {
  const edges = new Map<string, Edge>();
  for (const row of rows.filter(isTransition)) {
    const sources = sourcesOf(row.from);
    for (const from of sources) {
      const key = JSON.stringify([from, row.to]);
      const edge = edges.get(key) ?? { from, to: row.to, rows: [], count: 0, isShare: false };
      edges.set(key, edge);
      edge.rows.push(row);
      edge.count += row.count;
      edge.isShare ||= sources.length > 1;
    }
  }
  return [...edges.values()];
}

/**
 * The states that a row may start from (`running|syscall`). What the trace had
 * not told yet is no state of the runtime, and is drawn only where a row has no other.
 */
function sourcesOf(from: string): string[] {
  const states = from.split('|');
  const known = states.filter((state) => state !== 'undetermined');
  return known.length > 0 ? known : states;
}

function toDot(edges: readonly Edge[], id: string): string {
  const most = Math.max(1, ...edges.map((edge) => edge.count));
  const states = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))];
  const seen = new Set(edges.filter((edge) => edge.count > 0).flatMap((edge) => [edge.from, edge.to]));
  return [
    'digraph {',
    `id=${quote(id)}; bgcolor=transparent; rankdir=LR; nodesep=0.35; ranksep=0.9; pad=0.1;`,
    'node [shape=box, style=rounded, fontname="Helvetica", fontsize=12, margin="0.16,0.07", height=0.36];',
    'edge [fontname="Helvetica", fontsize=10, arrowsize=0.6];',
    ...states.map((state, i) => stateNode(state, `${id}-s${i}`, seen.has(state))),
    ...edges.map((edge, i) => transition(edge, `${id}-e${i}`, most)),
    '}',
  ].join('\n');
}

function stateNode(state: string, id: string, seen: boolean): string {
  const style = seen ? 'rounded' : 'rounded,dashed';
  return `${quote(state)} [id=${quote(id)}, class=${seen ? 'seen' : 'unseen'}, style="${style}", tooltip=" "];`;
}

function transition(edge: Edge, id: string, most: number): string {
  const style = edge.count > 0 ? 'solid' : isObservable(edge) ? 'dashed' : 'dotted';
  const kind = edge.count > 0 ? 'seen' : isObservable(edge) ? 'unseen' : 'unobservable';
  // Counts span five orders of magnitude: by their logarithm, 1 to 4 points.
  const width = edge.count > 0 ? 1 + (3 * Math.log1p(edge.count)) / Math.log1p(most) : 1;
  const label = quote(labelOf(edge));
  return `${quote(edge.from)} -> ${quote(edge.to)} [id=${quote(id)}, class=${kind}, style=${style}, penwidth=${width.toFixed(2)}, label=${label}, tooltip=" "];`;
}

function isObservable(edge: Edge): boolean {
  return edge.rows.some((row) => row.observable);
}

/** Names of the rows, without the family that they share, and the sum of their counts. */
function labelOf(edge: Edge): string {
  const names = edge.rows.map((row) => row.row.slice(row.row.indexOf('/') + 1));
  const shown = names.slice(0, 3);
  if (names.length > 3) shown.push(`and ${names.length - 3} more`);
  return `${shown.join('\n')}\n${countOf(edge)}`;
}

function countOf(edge: Edge): string {
  if (edge.count === 0) return isObservable(edge) ? 'never' : 'not shown here';
  return edge.count.toLocaleString('en-US') + (edge.isShare ? ' in all' : '');
}

/** A DOT string: Graphviz reads backslashes as escapes, and control characters have no place in its XML. */
function quote(text: string): string {
  const plain = printable(text)
    .slice(0, 200)
    // Graphviz takes HTML entities in labels for characters.
    .replace(/&/g, '&amp;');
  return `"${plain.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** Leaves out the XML declaration, the document type, comments and titles (they would pop up as tooltips). */
function onlySvg(document: string): string {
  return document
    .slice(document.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<title>[\s\S]*?<\/title>/g, '')
    .replace(/ xmlns(:xlink)?="[^"]*"/g, '')
    .replace(/<g id="a_[^"]*"><a [^>]*>|<\/a>\s*<\/g>/g, '')
    .replace(/\n+/g, '\n')
    .trim();
}
