import { expect, test } from 'vitest';
import { goQuote, goQuoteText } from './quote.ts';

test('quotes as strconv.Quote does', () => {
  const cases: [string, string][] = [
    ['plain text', '"plain text"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\x00\x1b\x7f', '"\\x00\\x1b\\x7f"'],
    ['ünï 日本 😀', '"ünï 日本 😀"'],
    ['\u0080\u00ad\u200b\u2028\ufeff', '"\\u0080\\u00ad\\u200b\\u2028\\ufeff"'],
    ['\u00a0\u3000', '"\\u00a0\\u3000"'],
    ['\u{e0001}\u{10ffff}', '"\\U000e0001\\U0010ffff"'],
  ];
  for (const [text, quoted] of cases) {
    expect(goQuote(new TextEncoder().encode(text))).toBe(quoted);
    expect(goQuoteText(text)).toBe(quoted);
  }
});

test('bytes that are no UTF-8 stand as bytes', () => {
  expect(goQuote(Uint8Array.of(0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xe6))).toBe(
    '"a\\xff\\xc0\\x80\\xed\\xa0\\x80\\xe6"',
  );
  expect(goQuote(new TextEncoder().encode('\ufffd'))).toBe('"\ufffd"');
});
