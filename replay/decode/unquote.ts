/** Go's strconv.Unquote, for the text form of traces and for Go's own test data. */

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};
/** A byte, a code point, a sign, or text as it is. */
const PART =
  /\\x([0-9A-Fa-f]{2})|\\([0-3][0-7]{2})|\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|\\([abfnrtv"\\])|[^\\"\n]+/y;

/** The bytes that an interpreted string literal of Go stands for; undefined if it is none. */
export function goUnquote(literal: string): Uint8Array | undefined {
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) return undefined;
  const inner = literal.slice(1, -1);
  const bytes: number[] = [];
  for (let at = 0; at < inner.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const part = PART.exec(inner);
    const found = part === null ? undefined : bytesOf(part);
    if (found === undefined) return undefined;
    for (const byte of found) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function bytesOf([text, hex, octal, short, long, sign]: RegExpExecArray): Iterable<number> | undefined {
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) return [Number.parseInt(octal, 8)];
  if (sign !== undefined) return [ESCAPES[sign]!];
  const digits = short ?? long;
  if (digits === undefined) return new TextEncoder().encode(text);
  const code = Number.parseInt(digits, 16);
  // Half of a pair is no character, and neither is what lies past the last.
  const none = code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return none ? undefined : new TextEncoder().encode(String.fromCodePoint(code));
}
