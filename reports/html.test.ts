import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { scriptJson } from './escape.ts';
import { stateGraphs } from './graph.ts';
import { toHtml } from './index.ts';
import { sampleReplays } from './testdata/sample.ts';

describe('the page', () => {
  it('allows exactly its own script and style sheet, by their hashes', async () => {
    const html = await toHtml(sampleReplays());
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    const script = between(html, '<script>', '</script>');
    const style = between(html, '<style>', '</style>');
    expect(policy).toBe(
      `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('holds no address, no inline handler and no element that an attack asked for', async () => {
    const html = await toHtml(sampleReplays({ hostile: true }), { title: '</title><img src=x>' });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|<a [^>]*xlink|<style[^>]*>[^<]*@import/);
    const markup = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '');
    expect(markup).not.toMatch(/<[^>]*\son\w+=/);
    expect(markup).not.toMatch(/https?:\/\//);
  });

  it('keeps the data whole inside its script element', () => {
    const value = { a: '</script><!--\u2028\u2029&' };
    const text = scriptJson(value);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('is far below five megabytes for eight recordings', async () => {
    expect(Buffer.byteLength(await toHtml(sampleReplays()))).toBeLessThan(2_000_000);
  });
});

describe('state graphs', () => {
  it('draw one family each, unobserved transitions dashed, those that cannot be seen dotted', async () => {
    const [replay] = sampleReplays();
    const graphs = await stateGraphs(replay?.coverage.rows ?? [], 'x');
    expect(graphs.map((graph) => graph.family)).toEqual(['goroutine', 'P', 'gc']);
    const [goroutine] = graphs;
    expect(goroutine?.svg).toMatch(/class="edge unseen">\s*<path[^>]*stroke-dasharray="5,2"/);
    expect(goroutine?.svg).toMatch(/class="edge unobservable">\s*<path[^>]*stroke-dasharray="1,5"/);
    expect(goroutine?.svg).toContain('>create&#45;syscall<');
  });
});

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start) + start.length;
  return text.slice(from, text.indexOf(end, from));
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
