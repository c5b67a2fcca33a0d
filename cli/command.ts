import type { OptionValues } from './options.ts';
import type { Terminal } from './terminal.ts';

/** One call of one command, ready to run. */
export interface Call {
  /** What stands after the command's name, options left out. */
  readonly operands: readonly string[];
  /** What stands after `--`: arguments of the Go program. */
  readonly programArgs: readonly string[];
  readonly options: OptionValues;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C with an InterruptError as its reason. */
  readonly signal: AbortSignal;
}

/** Answers with the process's exit code. */
export type Run = (call: Call) => Promise<number>;

/** A command as help and documentation show it; its code is loaded when it is called. */
export interface CommandSpec {
  /** One word, or two for a command within a group: `toolchain list`. */
  readonly name: string;
  /** As commander takes them: `[target...]`. */
  readonly operands: string;
  readonly summary: string;
  /** A paragraph or more below the usage line. */
  readonly details: string;
  readonly options: readonly (keyof OptionValues)[];
  /** What an option means here, where that is not what it means elsewhere. */
  readonly meanings?: Readonly<Partial<Record<keyof OptionValues, string>>>;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Whether words after `--` go to the Go program. */
  readonly takesProgramArgs?: boolean;
  readonly load: () => Promise<{ run: Run }>;
}
