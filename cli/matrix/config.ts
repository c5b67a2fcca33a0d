/** The file that says what a matrix is made of, and what it is made of where there is none. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { ARCHITECTURES, KNOWN_GOOD, RECORDED_LAYERS } from '../../collector/index.ts';
import { checkedJson } from '../checked-json.ts';
import { UsageError } from '../problem.ts';
import { duration } from '../values.ts';

const DEFAULT_CONFIG = 'gotwin.matrix.json';
const MAX_BYTES = 1 << 20;
/** Runs of one cell; more are a slip of the keyboard. */
const MOST_RUNS = 1000;

/** What stands for all of a kind: every fixture, release, architecture, setting. */
export const ALL = '*';

const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'write lower-case letters, digits, - and .');
const some = z.array(z.string().min(1).max(4096)).min(1);
const time = z.string().refine(isDuration, 'write a duration as 300ms, 10s or 1m30s');
const RELEASE = /^1\.\d{1,3}(\.\d+)?$/;
const TREE = /^[a-z][a-z0-9-]{0,31}$/;
const toolchain = z
  .string()
  .refine(
    (text) => text === ALL || RELEASE.test(text) || TREE.test(text),
    'write a Go release as 1.26 or 1.26.8, or a name of "trees"',
  );
const arch = z
  .string()
  .refine(
    (text) => text === ALL || ARCHITECTURES.some(({ goarch }) => goarch === text),
    `write * or one of ${ARCHITECTURES.map(({ goarch }) => goarch).join(', ')}`,
  );

/** One way to build and run a program. */
export const settingSchema = z.strictObject({
  gomaxprocs: z.int().positive().max(1024).optional(),
  /** As GOGC takes it: `off`, or per cent. */
  gogc: z.union([z.literal('off'), z.int().positive()]).optional(),
  godebug: z.record(z.string().regex(/^\w+$/), z.string().regex(/^[\w.-]*$/)).optional(),
  race: z.boolean().optional(),
  /** `-gcflags=all=-N -l`. */
  unoptimised: z.boolean().optional(),
  /** Nothing else runs meanwhile, however few cores the program takes. */
  alone: z.boolean().optional(),
});
export type Setting = z.infer<typeof settingSchema>;

/** A block: each of its programs on each of its releases and trees, architectures and settings. */
const blockSchema = z.strictObject({
  programs: some,
  go: z.array(toolchain).min(1),
  arch: z.array(arch).min(1),
  settings: z.array(z.string()).min(1).default(['default']),
  layers: z.array(z.enum(RECORDED_LAYERS)).min(1).optional(),
  count: z.int().positive().max(MOST_RUNS).default(1),
  /** Of the programs, which must all take them; a fixture's own where there are none. */
  args: z.array(z.string()).optional(),
  duration: time.optional(),
  timeLimit: time.optional(),
  test: z.boolean().default(false),
});
export type Block = z.infer<typeof blockSchema>;

/** What is not run; a cell is left out that fits every part that is given. */
const excludeSchema = z.strictObject({
  programs: some.optional(),
  go: z.array(toolchain).min(1).optional(),
  arch: z.array(arch).min(1).optional(),
  settings: z.array(z.string()).min(1).optional(),
  /** The table shows it beside what was left out. */
  reason: z.string().min(1).max(500),
});
export type Exclude = z.infer<typeof excludeSchema>;

export const matrixConfigSchema = z.strictObject({
  schema: z.literal(1),
  /** Go trees of the user's own, by the names under which they stand beside the releases. */
  trees: z
    .record(z.string().regex(TREE, 'write lower-case letters, digits and -'), z.string().min(1).max(4096))
    .default({}),
  settings: z.record(name, settingSchema).default({}),
  cells: z.array(blockSchema).min(1),
  exclude: z.array(excludeSchema).default([]),
});
export type MatrixConfig = z.infer<typeof matrixConfigSchema>;

/** Whether what a block or an exclude names under `go` is a tree. */
export function isTreeName(text: string): boolean {
  return TREE.test(text);
}

/** Settings that every configuration may name; one of its own takes the place of one of these. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  default: {},
  'one-p': { gomaxprocs: 1 },
  'gc-off': { gogc: 'off' },
  'no-async-preemption': { godebug: { asyncpreemptoff: '1' } },
  race: { race: true },
  unoptimised: { unoptimised: true },
  'short-generations': { godebug: { traceadvanceperiod: '100000000' } },
  'stop-the-world-gc': { godebug: { gcstoptheworld: '1' } },
  'gc-check-mark': { godebug: { gccheckmark: '1' } },
};

const RELEASES = Object.keys(KNOWN_GOOD);
/** Before and after what came with 1.10 (threads that end) and 1.14 (loops that are interrupted), and until the model begins. */
const OLDER = ['1.9', '1.10', '1.13', '1.16', '1.18', '1.20', '1.21'];

/** What is run without a configuration. */
export const DEFAULT_MATRIX: MatrixConfig = matrixConfigSchema.parse({
  schema: 1,
  cells: [
    { programs: [ALL], go: RELEASES, arch: ['amd64', 'arm64'] },
    {
      programs: ['netguy'],
      go: RELEASES.slice(-1),
      arch: ARCHITECTURES.map(({ goarch }) => goarch).filter((each) => each !== 'amd64' && each !== 'arm64'),
    },
    { programs: ['netecho'], go: RELEASES.slice(-1), arch: ['amd64'], settings: [ALL] },
    // What hangs on them takes all of the limit, and what does not takes a tenth.
    { programs: ['threadexit', 'tightloop'], go: OLDER, arch: ['amd64'], timeLimit: '15s' },
  ],
  exclude: [
    {
      programs: ['netecho'],
      settings: ['gc-off'],
      reason: 'without a collector netecho shows nothing of what it is for; name another program to try it',
    },
  ],
});

export interface ConfigFile {
  readonly config: MatrixConfig;
  /** Where it was read from; absent for the default. */
  readonly path?: string;
}

/** The file that is named, the default one where it is there, or what Gotwin runs without any. Throws UsageError. */
export async function readConfig(path: string | undefined): Promise<ConfigFile> {
  const file = path ?? DEFAULT_CONFIG;
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) {
    if (path === undefined) return { config: DEFAULT_MATRIX };
    throw wrong(`there is no ${file}`);
  }
  if (!info.isFile()) throw wrong(`${file} is no file`);
  if (info.size > MAX_BYTES) throw wrong(`${file} has more than ${MAX_BYTES} bytes`);
  return { config: parseConfig(await readFile(file, 'utf8'), file), path: file };
}

export function parseConfig(text: string, file: string): MatrixConfig {
  const checked = checkedJson(text, matrixConfigSchema);
  if ('data' in checked) return checked.data;
  throw wrong(`${file} ${checked.wrong}`);
}

function wrong(what: string): UsageError {
  return new UsageError('matrix', what, 'docs/matrix.md has the form of the file.');
}

function isDuration(text: string): boolean {
  try {
    return duration(text) > 0;
  } catch {
    return false;
  }
}
