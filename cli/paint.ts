import { stripVTControlCharacters } from 'node:util';

/** Colours by what they mean; each returns its text untouched where colours are off. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const plain = (text: string): string => text;
const sgr = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;

const PLAIN: Paint = { good: plain, bad: plain, warn: plain, dim: plain, bold: plain };
const COLOURED: Paint = {
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  dim: sgr(2, 22),
  bold: sgr(1, 22),
};

/** NO_COLOR counts when it is set to anything but the empty string (no-color.org). */
export function paintFor(isTerminal: boolean, asked: boolean, env: NodeJS.ProcessEnv): Paint {
  return isTerminal && asked && !env.NO_COLOR && env.TERM !== 'dumb' ? COLOURED : PLAIN;
}

/** Columns that a text takes on the screen, colours not counted. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/**
 * Bytes that came from a recording or a compiler must not move the cursor or
 * recolour the terminal of the person who reads about them, nor make a line that
 * Gotwin seems to say.
 */
export function printable(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      .replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, '')
      .replaceAll('\n', '⏎')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: and those that turn the direction of a line
      .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '?')
  );
}
