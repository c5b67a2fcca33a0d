/**
 * XML text and attribute values. XML 1.0 has no way to write most control
 * characters, not even as references, and one of them makes a whole JUnit file
 * unreadable to its consumer: they become U+FFFD. Lone surrogates likewise.
 */
export function xml(text: string): string {
  return text
    .replace(CONTROLS, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

// With the flag `u`, the range of surrogates matches lone ones only.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/gu;

/**
 * One line of Markdown that shows `text` as it is, also in a table's cell: everything
 * that Markdown or HTML could take for markup becomes a character reference.
 */
export function markdown(text: string): string {
  return printable(text.replace(/\s+/g, ' '))
    .replace(/[&<>|`*_[\]\\~#@!]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:\/\//g, '&#58;//');
}

/** Characters that turn the direction of the text after them, or are invisible. */
const DIRECTIONS = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * JSON that can stand inside a script element: no `<` for the HTML parser to
 * find an end tag or a comment in, no line separators.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Leaves U+FFFD where a character cannot be seen, turns its neighbours round, or may not stand in XML. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '\ufffd').replace(DIRECTIONS, '\ufffd');
}
