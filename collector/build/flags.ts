/** Flags of the go command as a user gives them: each a word, or many in GOFLAGS. Of several of one name the last counts. */

/** The words of a GOFLAGS, which blanks separate and which may be quoted as wholes. */
export function wordsOf(goflags: string): string[] {
  const words = [...goflags.trim().matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  return words.map((word) => word[1] ?? word[2] ?? word[3] ?? '');
}

/** Whether it is that flag, with its value in the same word. */
export function isFlag(flag: string, name: string): boolean {
  return flag.replace(/^--?/, '-').startsWith(`-${name}=`);
}

export function lastValue(flags: readonly string[], name: string): string | undefined {
  const last = flags.filter((flag) => isFlag(flag, name)).at(-1);
  return last?.slice(last.indexOf('=') + 1);
}
