/** The commands in a document: fenced `sh` blocks, line by line, and whether what they name exists. */

export interface Block {
  /** The words after the fence: `sh`, `sh run`, `ts`, `ts run` … */
  info: string;
  /** The line of the document at which the block's text begins, from 1. */
  line: number;
  text: string;
}

/** The fenced blocks of a Markdown document. */
export function blocksOf(markdown: string): Block[] {
  const found: Block[] = [];
  const fence = /^( *)(`{3,})([^\n`]*)\n([\s\S]*?)^\1\2 *$/gm;
  for (const { index, 1: indent = '', 2: ticks = '', 3: info = '', 4: text = '' } of markdown.matchAll(
    fence,
  )) {
    const line = markdown.slice(0, index).split('\n').length + 1;
    const lines = text.split('\n').map((one) => one.slice(Math.min(indent.length, one.search(/\S|$/))));
    if (ticks !== '') found.push({ info: info.trim(), line, text: lines.join('\n') });
  }
  return found;
}

/** The commands of a shell text as words: continued lines joined, comments and redirections gone. */
export function commandsOf(text: string): string[][] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  const simple = lines.flatMap((line) => line.replace(/^\s*\$ /, '').split(/ (?:&&|\|\||\||;) /));
  return simple.map(wordsOf).filter((words) => words.length > 0);
}

function wordsOf(command: string): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  const own = comment < 0 ? words : words.slice(0, comment);
  // NAME=value before a command is its environment.
  const first = own.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const plain = first < 0 ? [] : own.slice(first).filter((word) => !/^\d?>/.test(word));
  return plain.map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}

/** What the checks ask of the project, so that they can be tried on one that does not exist. */
export interface Project {
  scripts: readonly string[];
  exists: (path: string) => boolean;
  /** The help of a command of ours (`''` is the program itself), or undefined when there is no such command. */
  help: (command: string) => string | undefined;
}

/** npm's own commands that a document may name. */
const NPM = ['ci', 'install', 'pack', 'exec'];

/** What is false about a command, or undefined. Commands that are not ours are taken on trust. */
export function falsehood(words: readonly string[], project: Project): string | undefined {
  const [program = '', ...rest] = words;
  if (program === 'npm') return npmFalsehood(rest, project);
  if (program === 'npx' && rest[0] === 'gotwin') return ourFalsehood(rest.slice(1), project);
  if (program === 'gotwin') return ourFalsehood(rest, project);
  if (program !== 'node') return undefined;
  const script = rest.find((word) => !word.startsWith('-')) ?? '';
  if (/^(\.\/)?dist\/bin\/main\.js$/.test(script))
    return ourFalsehood(rest.slice(rest.indexOf(script) + 1), project);
  return project.exists(script.replace(/^(\.\/)?dist\/(.*)\.js$/, '$2.ts'))
    ? undefined
    : `there is no ${script}`;
}

function npmFalsehood(words: readonly string[], project: Project): string | undefined {
  const script = words[0] === 'run' ? words[1] : words[0];
  if (script === undefined) return 'npm runs nothing';
  if (words[0] !== 'run' && NPM.includes(script)) return undefined;
  if (!project.scripts.includes(script)) return `package.json has no script ${script}`;
  const passedOn = words.includes('--') ? words.slice(words.indexOf('--') + 1) : [];
  if (script === 'start') return ourFalsehood(['check', ...passedOn], project);
  const lost =
    script === 'test'
      ? passedOn.find((word) => /^[\w.][\w.-]*\//.test(word) && !project.exists(word))
      : undefined;
  return lost === undefined ? undefined : `there is no ${lost} to test`;
}

function ourFalsehood(words: readonly string[], project: Project): string | undefined {
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const { command, help, args } = resolveCommand(own, project);
  if (help === undefined) return `gotwin has no command ${command}`;
  const all = `${help}\n${project.help('') ?? ''}`;
  const options = args.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.replace(/=.*/s, ''));
  const unknown = options.find((option) => !mentions(all, option));
  return unknown === undefined ? undefined : `gotwin ${command} has no option ${unknown}`;
}

/** `toolchain list` is a command of a command; `help check` names one. */
function resolveCommand(words: readonly string[], project: Project) {
  const names = words[0] === 'help' ? words.slice(1) : words;
  const [first = '', second = ''] = names;
  if (first === '' || first.startsWith('-')) return { command: '', help: project.help(''), args: names };
  const nested = /^[a-z]+$/.test(second) ? project.help(`${first} ${second}`) : undefined;
  if (nested !== undefined) return { command: `${first} ${second}`, help: nested, args: names.slice(2) };
  return { command: first, help: project.help(first), args: names.slice(1) };
}

/** Whether a help text lists an option, in the column where options stand. */
function mentions(help: string, option: string): boolean {
  const name = option.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^\\s+(?:-\\w, )?${name}(?![\\w-])`, 'm').test(help);
}
