import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CommandSpec } from './command.ts';
import { COMMANDS, GROUPS } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { COMMON, OPTIONS, type OptionValues } from './options.ts';
import { UsageError } from './problem.ts';
import { ValueError } from './values.ts';

/** What the command line asks for. */
export type Request =
  | { kind: 'run'; command: CommandSpec; operands: string[]; programArgs: string[]; options: OptionValues }
  /** Help or the version: text to print. */
  | { kind: 'text'; text: string };

const WIDTH = 100;

/** Reads a command line (without node and script). Throws UsageError, with a suggestion where there is one. */
export function parseCommandLine(argv: readonly string[], version: string): Request {
  const dashes = argv.indexOf('--');
  const words = asked(dashes < 0 ? argv : argv.slice(0, dashes));
  const programArgs = dashes < 0 ? undefined : argv.slice(dashes + 1);
  let text = '';
  let request: Request | undefined;
  const program = buildProgram(
    words,
    version,
    (chunk) => {
      text += chunk;
    },
    (command, operands, options) => {
      request = { kind: 'run', command, operands, options, programArgs: programArgs ?? [] };
    },
  );
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    throw usageErrorOf(error, program, words);
  }
  if (request === undefined)
    throw new UsageError('no-command', 'no command given', 'Run `gotwin --help` for the commands.');
  if (request.kind === 'run' && programArgs !== undefined && !request.command.takesProgramArgs) {
    throw new UsageError(
      'program-args',
      `gotwin ${request.command.name} runs no program, so nothing may stand after --`,
    );
  }
  return request;
}

/** `gotwin help COMMAND` is `gotwin COMMAND --help`. */
function asked(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** The table's own line ends are for who reads the table; commander breaks lines for the terminal. */
function flowing(text: string): string {
  return text.replaceAll(/(?<!\n)\n(?!\n)/g, ' ');
}

type OnCall = (command: CommandSpec, operands: string[], options: OptionValues) => void;

/** Commander's tree, built from the tables; it calls `onCall` and runs nothing itself. */
function buildProgram(
  words: readonly string[],
  version: string,
  write: (text: string) => void,
  onCall: OnCall,
): Command {
  const program = new Command('gotwin')
    .description(
      'Did the Go runtime do what its model says? Runs real Go, replays what it did through\na model of the runtime, and reports where they part.',
    )
    .version(version, '-V, --version', 'the version of Gotwin')
    .helpOption('-h, --help', 'this help')
    .addHelpText(
      'after',
      `\n${exitText()}\n\nRun \`gotwin COMMAND --help\` for a command's options and examples.`,
    );
  settle(program, write);
  const groups = new Map<string, Command>();
  for (const spec of neededFor(words))
    addCommand(parentOf(spec, program, groups, write), spec, write, onCall);
  return program;
}

/** The commands that the first word may mean: making all of them takes longer than reading a small trace. */
function neededFor([first]: readonly string[]): readonly CommandSpec[] {
  const meant = COMMANDS.filter(({ name }) => name.split(' ')[0] === first);
  return meant.length > 0 ? meant : COMMANDS;
}

function parentOf(
  spec: CommandSpec,
  program: Command,
  groups: Map<string, Command>,
  write: (text: string) => void,
): Command {
  const [group, sub] = spec.name.split(' ') as [string, string | undefined];
  if (sub === undefined) return program;
  const known = groups.get(group);
  if (known !== undefined) return known;
  const made = settle(program.command(group).description(GROUPS[group] ?? ''), write);
  groups.set(group, made);
  return made;
}

function addCommand(parent: Command, spec: CommandSpec, write: (text: string) => void, onCall: OnCall): void {
  const name = spec.name.split(' ').at(-1) as string;
  const command = settle(parent.command(`${name} ${spec.operands}`.trim()), write)
    .summary(spec.summary)
    .description(`${capital(spec.summary)}.${spec.details === '' ? '' : `\n\n${flowing(spec.details)}`}`)
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', `\n${examplesText(spec)}`);
  for (const key of [...spec.options, ...COMMON]) command.addOption(optionOf(key, spec.meanings?.[key]));
  command.action((...args: unknown[]) => {
    const last = args.at(-1) as Command;
    onCall(spec, last.args, last.opts());
  });
}

function settle(command: Command, write: (text: string) => void): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .configureHelp({ helpWidth: WIDTH })
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined });
}

function optionOf(key: keyof OptionValues, meaning?: string): Option {
  const { flags, otherwise, parse } = OPTIONS[key];
  const description = meaning ?? OPTIONS[key].description;
  const option = new Option(
    flags,
    otherwise === undefined ? description : `${description} (default: ${otherwise})`,
  );
  if (parse !== undefined) option.argParser((text) => parsed(parse, text));
  return option;
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof ValueError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** Commander's message is `error: WHAT`, then what is allowed, then a suggestion on a line of its own. */
function usageErrorOf(error: CommanderError, program: Command, words: readonly string[]): UsageError {
  if (error.code === 'commander.help') return missingCommand(program, words);
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const invalid =
    /^(option|command-argument) '(?<flags>.*)' argument '(?<text>.*)' is invalid\. (?<why>.*)$/s.exec(first);
  const code = error.code
    .replace(/^commander\./, '')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const suggestion = /Did you mean (?:one of )?(.*)\?/.exec(rest.join(' '))?.[1];
  if (invalid?.groups) {
    const { flags, text, why } = invalid.groups;
    return new UsageError(code, `${flags}: "${text}" will not do`, why);
  }
  return new UsageError(
    code,
    first,
    suggestion === undefined ? helpHint(words) : `Did you mean ${suggestion}?`,
  );
}

/** A group without its command, or no word at all. */
function missingCommand(program: Command, words: readonly string[]): UsageError {
  const group = program.commands.find(
    (command) => command.name() === words.find((word) => !word.startsWith('-')),
  );
  if (group === undefined)
    return new UsageError(
      'no-command',
      'no command given',
      'Run `gotwin --help` for the commands, `gotwin check` for the main job.',
    );
  const subs = group.commands.map((sub) => sub.name()).join(' or ');
  return new UsageError(
    'no-command',
    `gotwin ${group.name()} what? ${capital(subs)}`,
    `Run \`gotwin ${group.name()} --help\`.`,
  );
}

function helpHint(words: readonly string[]): string {
  const named = COMMANDS.find(({ name }) => name.split(' ').every((part, at) => words[at] === part));
  return named === undefined
    ? 'Run `gotwin --help` for the commands.'
    : `Run \`gotwin ${named.name} --help\` for its options.`;
}

function exitText(): string {
  return [
    'Exit codes:',
    ...EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`),
  ].join('\n');
}

function examplesText({ examples }: CommandSpec): string {
  return ['Examples:', ...examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`])].join(
    '\n',
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
