/** Gives the go command an instrumented package runtime, as an overlay. Nothing of the toolchain is changed. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { assetPath } from '../../go-fixtures/index.ts';
import { buildOwn } from '../build/go-command.ts';
import { runCommand } from '../command.ts';
import { BuildError } from '../errors.ts';
import { goOs } from '../machine.ts';
import type { Toolchain } from '../toolchain/find.ts';
import { minorOf } from '../toolchain/versions.ts';
import { goConstants } from './layout.ts';

export interface InstrumentRequest {
  readonly toolchain: Toolchain;
  readonly goarch: string;
  /** An empty folder for what is made. */
  readonly workDir: string;
  /** Files of the toolchain, and what to read in their place. */
  readonly edited?: ReadonlyMap<string, string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Instrumented {
  /** For `-overlay`: a path below GOROOT, and the file that takes its place. */
  readonly replace: Readonly<Record<string, string>>;
  /** What was put where, for `probe/sites.json`. */
  readonly sites: readonly ProbeSite[];
  /** Lists a program's functions: the command's words, to which the program's path is added. */
  readonly functions: readonly string[];
}

const siteSchema = z.object({
  rule: z.string(),
  kind: z.string(),
  file: z.string(),
  func: z.string(),
  line: z.int().positive(),
});
export type ProbeSite = z.infer<typeof siteSchema>;

const answerSchema = z.object({
  files: z.record(z.string(), z.string()).optional(),
  sites: z.array(siteSchema).optional(),
  error: z
    .object({
      code: z.enum(['release', 'architecture', 'count', 'source']),
      message: z.string(),
      rule: z.string().optional(),
      file: z.string().optional(),
    })
    .optional(),
});

/** Releases whose runtime the probes are known to fit, and architectures that they were tried on. */
export const PROBED_RELEASES = ['1.22', '1.23', '1.24', '1.25', '1.26'] as const;

/**
 * Throws BuildError: `probe-unknown` for a release or an architecture that nobody has tried,
 * `probe-mismatch` when a rule does not find exactly the sites that it should.
 */
export async function instrument(request: InstrumentRequest): Promise<Instrumented> {
  const { toolchain, goarch, workDir, edited } = request;
  const out = join(workDir, 'runtime');
  await mkdir(out);
  const instrumenter = await buildInstrumenter(request);
  const { goroot } = toolchain;
  const input = JSON.stringify({
    goroot,
    release: minorOf(toolchain.version),
    goos: goOs(),
    goarch,
    edited: Object.fromEntries(edited ?? []),
    constants: goConstants(goarch),
    out,
  });
  const command = [instrumenter, 'runtime'];
  const result = await runCommand(instrumenter, ['runtime'], { input, signal: request.signal });
  const { error, files, sites } = answerSchema.parse(parseAnswer(result.stdout, command, result.all));
  if (error !== undefined) throw refusal(error, command, toolchain.version);
  return { replace: files ?? {}, sites: sites ?? [], functions: [instrumenter, 'functions'] };
}

/** With the toolchain whose source it is to read: so it knows that release's Go. */
async function buildInstrumenter({ toolchain, workDir, signal }: InstrumentRequest): Promise<string> {
  const binary = join(workDir, 'instrument');
  const cwd = assetPath('collector/probe/instrument');
  await buildOwn(toolchain, { name: 'the instrumenter', args: ['-o', binary, '.'], cwd }, signal);
  return binary;
}

function parseAnswer(stdout: string, command: string[], output: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new BuildError('probe-mismatch', `the instrumenter gave no answer: ${output.trim()}`, {
      command,
      output,
      cause,
    });
  }
}

type Refusal = NonNullable<z.infer<typeof answerSchema>['error']>;

function refusal({ code, message }: Refusal, command: string[], version: string): BuildError {
  const unknown = code === 'release' || code === 'architecture';
  const advice = unknown
    ? `The layer probe is known to work with Go ${PROBED_RELEASES.join(', ')} on linux/amd64 and linux/arm64.`
    : `The source of ${version} is not the one that the rules were made for; record the layers trace and text, or another release.`;
  return new BuildError(
    unknown ? 'probe-unknown' : 'probe-mismatch',
    `cannot instrument ${version}: ${message}`,
    {
      command,
      output: '',
      advice,
    },
  );
}
