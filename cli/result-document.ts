import { z } from 'zod';
import { comparisonSchema, expectationSchema, type Told } from '../differ/index.ts';
import { explorationSchema, steeredSchema } from '../replay/explore/result.ts';
import { modelMutationSchema, traceMutationSchema } from '../replay/mutate/result.ts';
import { nosplitDifferenceSchema, nosplitResultSchema } from '../replay/nosplit/result.ts';
import { RESULT_SCHEMA, type Replay, resultSchema, verdictSchema } from '../replay/result.ts';
import { toJson } from '../reports/index.ts';
import type { Call } from './command.ts';
import { printDocument } from './document.ts';
import { problemDocuments, type Unjudged } from './problem.ts';

/** The document that `--json` prints instead of a result. */
export const problemSchema = z.object({
  schema: z.literal(1),
  error: z.object({
    /** Stable; the part before the slash is what failed. */
    code: z.string(),
    message: z.string(),
    advice: z.string(),
    /** What lies beneath, line by line: the compiler's output, for example. */
    details: z.array(z.string()),
  }),
});

/** What `check`, `replay` and `report` print with `--json`: the result, and what only the command knows. */
export const resultDocumentSchema = resultSchema.extend({
  /** Path of the report's index.html, where one was written. */
  report: z.string().optional(),
  /** What could not be judged: files that are no evidence, cells that could not run. */
  problems: z.array(problemSchema.shape.error.extend({ subject: z.string() })).optional(),
  /** Known findings that need somebody's attention, where there is a file of them. */
  expectations: z
    .object({ expired: z.array(expectationSchema), unseen: z.array(expectationSchema) })
    .optional(),
});

/** What `shrink --json` prints. */
export const shrinkDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  file: z.string(),
  signature: z.string(),
  /** Generations of the trace kept, and generations that there were. */
  generations: z.object({ kept: z.number().int(), of: z.number().int() }).optional(),
  /** Where the finding rests on a probe: records kept, and records that there were. */
  records: z.object({ kept: z.number().int(), of: z.number().int() }).optional(),
  /** Of the trace or the records. */
  bytes: z.object({ kept: z.number().int(), of: z.number().int() }),
});

export type ShrinkDocument = z.infer<typeof shrinkDocumentSchema>;

/** What `accept --json` prints. */
export const acceptDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  file: z.string(),
  expectation: expectationSchema,
});

/** What `diff --json` prints. */
export const diffDocumentSchema = comparisonSchema.extend({
  schema: z.literal(RESULT_SCHEMA),
  problems: z.array(problemSchema.shape.error.extend({ subject: z.string() })),
});

/** What `repro --json` prints. */
export const reproDocumentSchema = resultDocumentSchema.extend({
  /** What running the same program again came to, with --rerun. */
  reruns: z
    .object({
      /** Signatures that were looked for. */
      signatures: z.array(z.object({ signature: z.string(), seen: z.number().int() })),
      /** Runs in which one of them came again, and runs that were judged. */
      seen: z.number().int(),
      of: z.number().int(),
      /** Runs that ended badly or showed too little: they do not say that it is gone. */
      couldNot: z.number().int(),
      /** Milliseconds from the first run's beginning until one was found again; null where none was. */
      firstAfterMs: z.number().nullable(),
      runs: z.array(
        z.object({
          verdict: verdictSchema,
          /** Those of `signatures` that came again. */
          seen: z.array(z.string()),
          /** Whether the binary that ran is, byte for byte, the one that was recorded. */
          sameBinary: z.boolean(),
          /** Milliseconds to build, run and judge. */
          ms: z.number(),
          /** Its recording, where it was kept. */
          file: z.string().optional(),
        }),
      ),
    })
    .optional(),
});
export type Reruns = NonNullable<z.infer<typeof reproDocumentSchema>['reruns']>;

/** What `check --faults` prints with `--json`. */
export const faultsDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  faults: z.array(
    z.object({
      fault: z.string(),
      fixture: z.string(),
      file: z.string(),
      go: z.string(),
      arch: z.string(),
      emulated: z.boolean(),
      noticed: z.string(),
      exit: z.string(),
      durationMs: z.number(),
      found: z.object({ rule: z.string(), records: z.number().int(), expected: z.boolean() }).nullable(),
      control: verdictSchema.nullable(),
    }),
  ),
  report: z.string(),
  problems: z.array(problemSchema.shape.error.extend({ subject: z.string() })),
});
export type FaultsDocument = z.infer<typeof faultsDocumentSchema>;

/** What `record --json` prints. */
export const recordDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  recording: z.object({
    file: z.string(),
    program: z.string(),
    go: z.string(),
    arch: z.string(),
    emulated: z.boolean(),
    /** `exited`, `signalled`, `time-limit`, `interrupted` or `lost`, with the code and the signal. */
    exit: z.object({ reason: z.string(), code: z.number().int(), signal: z.string() }),
    durationMs: z.number(),
    evidence: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  }),
});

/** What `doctor --json` prints. */
export const doctorDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  /** Whether the main job (`gotwin check`) can run here. */
  ready: z.boolean(),
  checks: z.array(
    z.object({
      what: z.string(),
      state: z.enum(['ok', 'limited', 'missing']),
      found: z.string(),
      /** A command to run, or what to change; empty where nothing is missing. */
      advice: z.string(),
    }),
  ),
});

/** What `toolchain list --json` and `toolchain install --json` print. */
export const toolchainDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  toolchains: z.array(z.object({ version: z.string(), goroot: z.string(), from: z.string() })),
  /** Releases that Gotwin can install, with the patch level that it takes. */
  available: z.record(z.string(), z.string()),
});

/** What `events --format none --json` prints. */
export const eventCountsSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  file: z.string(),
  events: z.number().int(),
  generations: z.number().int(),
  kinds: z.record(z.string(), z.number().int()),
  unplaced: z.number().int(),
  forced: z.number().int(),
  lost: z.object({ bytes: z.number().int(), events: z.number().int(), exact: z.boolean() }),
  damages: z.array(z.string()),
});
export type EventCounts = z.infer<typeof eventCountsSchema>;

/** What `nosplit --json` prints of one build of one program. */
export const nosplitDocumentSchema = nosplitResultSchema.extend({
  schema: z.literal(RESULT_SCHEMA),
  report: z.string().optional(),
});

/** What it prints of several. */
export const nosplitBuildsSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  equal: z.boolean(),
  builds: z.array(nosplitResultSchema),
  differences: z.array(nosplitDifferenceSchema),
  /** Programs of several that did not build, with what the tools said of them. */
  failed: z.array(z.object({ package: z.string(), build: z.string(), said: z.string() })),
  report: z.string().optional(),
});

export function printResult(
  replays: readonly Replay[],
  problems: readonly Unjudged[],
  report: string | undefined,
  call: Call,
  told?: Told,
): Promise<void> {
  return printDocument(resultDocument(replays, problems, report, told), call);
}

export function resultDocument(
  replays: readonly Replay[],
  problems: readonly Unjudged[],
  report?: string,
  told?: Told,
): z.infer<typeof resultDocumentSchema> {
  return {
    ...toJson(replays),
    ...(report === undefined ? {} : { report }),
    problems: problemDocuments(problems),
    ...(told === undefined ? {} : { expectations: { expired: told.expired, unseen: told.unseen } }),
  };
}

/** What `explore HISTORY --variant NAME --json` prints. */
export const explorationDocumentSchema = explorationSchema.extend({
  schema: z.literal(RESULT_SCHEMA),
  report: z.string().optional(),
  /** With `--steer`: the same on real Go. */
  steered: steeredSchema.optional(),
});

/** The same of several variants. */
export const explorationsSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  /** Each came out as it is known to. */
  expected: z.boolean(),
  explorations: z.array(explorationSchema),
  report: z.string().optional(),
});

/** What `mutate --json` prints. */
export const mutationDocumentSchema = traceMutationSchema.extend({ schema: z.literal(RESULT_SCHEMA) });
export type MutationDocument = z.infer<typeof mutationDocumentSchema>;

/** What `mutate --model --json` prints. */
export const modelMutationDocumentSchema = modelMutationSchema.extend({
  schema: z.literal(RESULT_SCHEMA),
  seed: z.number().int(),
  traces: z.array(z.string()),
});
export type ModelMutationDocument = z.infer<typeof modelMutationDocumentSchema>;
