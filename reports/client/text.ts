/** Longest text shown in one piece, in UTF-16 code units: a name of a megabyte helps nobody. */
const LONGEST = 2000;

/**
 * Text as it is shown: characters that cannot be seen, or that turn the
 * direction of what follows, stand as their code (⟨U+202E⟩), so that no name
 * can pass for another.
 */
export function shown(text: string): string {
  const short =
    text.length > LONGEST
      ? `${text.slice(0, LONGEST)}… (${number(text.length - LONGEST)} more characters)`
      : text;
  return short.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });
}

const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to show.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]/gu;

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 finding`, `2 findings`. */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Nanoseconds in the unit that keeps the number readable, to `digits` significant digits. */
export function duration(ns: number, digits = 3): string {
  const size = Math.abs(ns);
  const [unit, name] = UNITS.find(([least]) => size >= least) ?? [1, 'ns'];
  return `${Number((ns / unit).toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 9 })} ${name}`;
}

const UNITS: [number, string][] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
];

/** A point in time to the nanosecond: `3.112 455 000 s`. */
export function instant(ns: number): string {
  const whole = Math.round(ns);
  const fraction = String(Math.abs(whole) % 1e9).padStart(9, '0');
  return `${Math.trunc(whole / 1e9)}.${fraction.slice(0, 3)}\u202f${fraction.slice(3, 6)}\u202f${fraction.slice(6)} s`;
}

export function bytes(count: number): string {
  return `${number(count)} bytes`;
}

/** `M4021`, or `no M` where the trace says "none" (-1). */
export function id(letter: string, value: number): string {
  return value === -1 ? `no ${letter}` : `${letter}${value}`;
}

/** An argument for a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
