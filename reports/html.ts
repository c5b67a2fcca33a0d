import { createHash } from 'node:crypto';
import type { Replay } from '../replay/index.ts';
import { bundleClient } from './bundle.ts';
import type { Cell } from './cells.ts';
import { scriptJson, xml } from './escape.ts';
import { stateGraphs } from './graph.ts';
import { toPageData } from './page.ts';
import { keptWindows, type Windows, windowElements } from './windows.ts';

/**
 * One self-contained page, the same bytes for the same replays. It opens from
 * disk: no request leaves it, and its policy allows the one script and the one
 * style sheet that stand in it, by their hashes, and nothing else.
 */
export async function toHtml(
  replays: readonly Replay[],
  options: {
    title?: string;
    command?: string;
    cells?: readonly Cell[] | undefined;
    windows?: Windows;
  } = {},
): Promise<string> {
  const { script, style } = await bundleClient('recordings');
  const graphs = await Promise.all(
    replays.map((replay, i) => stateGraphs(replay.coverage.rows, `recording-${i}`)),
  );
  const zoomable = keptWindows(replays, options.windows);
  const families = graphs.map((drawn) => drawn.map((graph) => graph.family));
  const data = toPageData(replays, { graphs: families, zoomable }, options);
  const templates = graphs.flatMap((drawn, i) =>
    drawn.map((graph, k) => `<template id="graph-${i}-${k}">${graph.svg}</template>`),
  );
  return pageOf({
    title: data.title,
    script,
    style,
    withoutScript: withoutScript(data.summary.verdict),
    templates: [...templates, ...zoomable.flatMap(windowElements)],
    data,
  });
}

export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** What is said where scripts are off. */
  readonly withoutScript: string;
  readonly templates?: readonly string[];
  /** Goes into the page as JSON, for the script. */
  readonly data: unknown;
}

/** The document around a page's own script. */
export function pageOf({ title, script, style, withoutScript, templates = [], data }: PageParts): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${xml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<noscript><p>This report draws itself with its own script, and scripts are off. ${xml(withoutScript)}</p></noscript>`,
    '<div id="app"></div>',
    ...templates,
    `<script type="application/json" id="data">${scriptJson(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function withoutScript(verdict: string): string {
  return `The verdict is: ${verdict}. summary.md beside this file has the findings, result.json has everything.`;
}

/** `form-action` and `base-uri` do not fall back on `default-src`. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
