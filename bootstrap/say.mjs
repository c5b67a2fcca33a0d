/**
 * What the bootstrap tells the person in front of it: one line a step, and at the end what had to be left out.
 */

/** @type {{ what: string, why: string, remedy: string }[]} */
const omissions = [];

/** @param {string} line */
export const say = (line) => void process.stdout.write(`gotwin: ${line}\n`);

/**
 * Notes something that this machine could not have, says so now, and repeats it in `sayWhatIsMissing`.
 * @param {string} what @param {string} why @param {string} remedy a command, or what to do
 */
export function leaveOut(what, why, remedy) {
  omissions.push({ what, why, remedy });
  say(`left out: ${what}. ${why}`);
}

/** Repeats everything that was left out, so that it stands below a long output too. */
export function sayWhatIsMissing() {
  for (const { what, why, remedy } of omissions) {
    process.stdout.write(`\nLeft out: ${what}\n  why:   ${why}\n  to have it: ${remedy}\n`);
  }
}

/**
 * The last lines of a captured output, set in, for showing why a step failed.
 * @param {string} output @param {number} [lines]
 */
export function tail(output, lines = 15) {
  return output
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .map((line) => `    ${line}`)
    .join('\n');
}

/** @param {number} startedAtMs a value of Date.now() */
export const since = (startedAtMs) => `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
