/** Go's strconv.Quote, which `go tool trace` prints strings with. */

const PLAIN = /^[ !#-[\]-~]*$/;
/** What Go's unicode calls printable, except that it knows Unicode 15.0 and this machine may know more. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/** Quotes bytes that Go would take for a string; they need not be UTF-8. */
export function goQuote(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const rune = decodeRune(bytes, i);
    text += rune.code < 0 ? `\\x${hex(bytes[i]!, 2)}` : quoteRune(rune.code);
    i += rune.size;
  }
  return `"${text}"`;
}

/** Quotes text that is known to be well-formed. */
export function goQuoteText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : goQuote(new TextEncoder().encode(text));
}

function quoteRune(code: number): string {
  const known = ESCAPES[code];
  if (known !== undefined) return known;
  const char = String.fromCodePoint(code);
  if (PRINTABLE.test(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Code -1 and size 1 for a byte that begins no well-formed rune: overlong forms and surrogates are none. */
function decodeRune(bytes: Uint8Array, at: number): { code: number; size: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { code: first, size: 1 };
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > bytes.length) return { code: -1, size: 1 };
  let code = first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i]!;
    if ((next & 0xc0) !== 0x80) return { code: -1, size: 1 };
    code = (code << 6) | (next & 0x3f);
  }
  const least = size === 4 ? 0x10000 : size === 3 ? 0x800 : 0x80;
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < least || code > 0x10ffff || surrogate ? { code: -1, size: 1 } : { code, size };
}
