import { describe, expect, it } from 'vitest';
import { toMarkdown } from './index.ts';
import { sampleReplays } from './testdata/sample.ts';

describe('the Markdown summary', () => {
  it('has a row for each recording and a part for each finding', () => {
    const text = toMarkdown(sampleReplays());
    expect(text).toMatch(/^# Gotwin: malformed\n/);
    expect(text).toContain('8 recordings, 1,397,524 events, 3 divergences in 3 findings.');
    expect(text).toContain('| netguy | go1.26.8 | arm64 (emulated) | **diverges** | 170002 | 0 | 2 |');
    expect(text).toContain('- seen in 1 of 4 recordings, only on arm64, go1.26');
  });

  it('has no markup but its own, whatever the strings are', () => {
    const text = toMarkdown(sampleReplays({ hostile: true })).replaceAll(/<\/?code>/g, '');
    expect(text).not.toMatch(/[<>`]|\u202e|\u2028/);
    const tableRows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(tableRows.map((line) => line.split('|').length))).toEqual(new Set([10]));
  });

  it('stays below the mebibyte that a job page shows, and says what it left out', () => {
    const many = sampleReplays({ clean: true }).flatMap((replay) =>
      Array.from({ length: 1000 }, (_, i) => ({ ...replay, file: `${i}.gotwin` })),
    );
    const text = toMarkdown(many);
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
    expect(text).toMatch(/\d+ lines were left out here; index\.html has them all\.\n$/);
  });
});
