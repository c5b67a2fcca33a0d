import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { OPTIONS } from './options.ts';
import { UsageError } from './problem.ts';
import { parseCommandLine } from './program.ts';

function parse(line: string) {
  return parseCommandLine(line.split(' ').filter(Boolean), '0.0.0');
}

function run(line: string) {
  const request = parse(line);
  if (request.kind !== 'run') throw new Error('not a call');
  return { ...request, command: request.command.name };
}

function refused(line: string): UsageError {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`accepted: ${line}`);
}

test('options are read into values, wherever they stand', () => {
  expect(run('check netguy --go 1.22,1.26 netecho --arch arm64 --count 3 -d 2s --json -q')).toEqual({
    kind: 'run',
    command: 'check',
    operands: ['netguy', 'netecho'],
    programArgs: [],
    options: {
      go: ['1.22', '1.26'],
      arch: ['arm64'],
      count: 3,
      duration: 2000,
      json: true,
      quiet: true,
      color: true,
    },
  });
});

test('what stands after -- is for the program, however much it looks like ours', () => {
  const { operands, programArgs, options } = run('check ./cmd/server -- --json -listen :0 -- x');
  expect({ operands, programArgs }).toEqual({
    operands: ['./cmd/server'],
    programArgs: ['--json', '-listen', ':0', '--', 'x'],
  });
  expect(options.json).toBeUndefined();
});

test('of an option given twice the last counts, as npm start -- OPTIONS relies on', () => {
  expect(run('check --go 1.26,1.22 --go 1.25').options.go).toEqual(['1.25']);
});

test('the commands of a group are commands', () => {
  expect(run('toolchain list').command).toBe('toolchain list');
  expect(run('toolchain install 1.22 1.26').operands).toEqual(['1.22', '1.26']);
});

describe('a command line that is wrong', () => {
  test.each([
    ['chek', 'unknown-command', /unknown command 'chek'/, /check/],
    ['check --arhc arm64', 'unknown-option', /--arhc/, /--arch/],
    ['check --nonsense', 'unknown-option', /--nonsense/, /gotwin check --help/],
    ['check --duration 10', 'invalid-argument', /--duration <time>: "10"/, /10s/],
    ['check --go latest', 'invalid-argument', /--go <releases>/, /1\.26/],
    ['check --layers trace,link', 'invalid-argument', /--layers/, /trace, text/],
    ['check --go', 'option-missing-argument', /--go <releases>/, /--help/],
    ['replay', 'missing-argument', /file/, /gotwin replay --help/],
    ['record a b', 'excess-arguments', /too many arguments/, /gotwin record --help/],
    ['events a --format yaml', 'invalid-argument', /yaml/, /text, json, wire, none/],
    ['replay a -- b', 'program-args', /after --/, /^$/],
    ['', 'no-command', /no command/, /gotwin --help/],
    ['toolchain', 'no-command', /List or install/, /gotwin toolchain --help/],
    ['toolchain remove', 'unknown-command', /remove/, /help/],
  ])('%s', (line, code, message, advice) => {
    const error = refused(line);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/\n/);
    expect(error.advice).toMatch(advice);
  });
});

describe('help', () => {
  test('of the program names every command and every exit code', () => {
    const request = parse('--help');
    const text = request.kind === 'text' ? request.text : '';
    for (const word of ['check', 'record', 'replay', 'report', 'events', 'doctor', 'toolchain', '130']) {
      expect(text).toContain(word);
    }
  });

  test.each(COMMANDS.map((spec) => [spec.name, spec] as const))(
    'of %s names its options and examples',
    (name, spec) => {
      const request = parse(`${name} --help`);
      const text = request.kind === 'text' ? request.text : '';
      for (const key of spec.options) expect(text).toContain(OPTIONS[key].flags);
      for (const [command] of spec.examples) expect(text).toContain(command);
    },
  );

  test('gives the version', () => {
    expect(parse('--version')).toEqual({ kind: 'text', text: '0.0.0\n' });
  });
});

test('every example is a command line that is accepted', () => {
  for (const { examples } of COMMANDS) {
    for (const [example] of examples) {
      expect(parseCommandLine(example.replaceAll("'", '').split(' ').slice(1), '0').kind).toBe('run');
    }
  }
});
