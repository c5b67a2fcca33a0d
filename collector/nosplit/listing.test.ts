import { expect, test } from 'vitest';
import { readListing } from './listing.ts';

test('a listing is read line by line, and what is left is the text', () => {
  const listing = readListing(
    [
      'nosplit: main.c<1> +8 -> runtime.morestack<0>',
      'nosplit: main.a<1> +232 -> main.c<1>',
      'nosplit: main.a<1> +-16 -> indirect',
      'nosplit: go.(*T[a b]).x<12> +300',
      '',
    ].join('\n'),
  );
  expect(listing).toEqual({
    functions: [
      { name: 'main.c<1>', calls: [{ growth: 8, callee: 'runtime.morestack<0>' }] },
      {
        name: 'main.a<1>',
        calls: [
          { growth: 232, callee: 'main.c<1>' },
          { growth: -16, callee: 'indirect' },
        ],
      },
      { name: 'go.(*T[a b]).x<12>', calls: [{ growth: 300, callee: undefined }] },
    ],
    again: [],
    text: '',
  });
});

test('what is listed a second time is what is over the limit', () => {
  const pass = 'nosplit: main.c<1> +8 -> runtime.morestack<0>\nnosplit: main.a<1> +800 -> main.c<1>\n';
  const text = 'main.a: nosplit stack over 792 byte limit\nmain.a<1>\n';
  const listing = readListing(`${pass}nosplit: main.d<1> +8\n${pass}${text}`);
  expect(listing.functions.map(({ name }) => name)).toEqual(['main.c<1>', 'main.a<1>', 'main.d<1>']);
  expect(listing.again.map(({ name }) => name)).toEqual(['main.c<1>', 'main.a<1>']);
  expect(listing.text).toBe(text);
});
