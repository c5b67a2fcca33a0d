/**
 * What a replay says: the one shape that the differ groups, the reports draw,
 * `--json` prints and the documentation describes. The schemas are the source;
 * the types and the published JSON schema both come from them.
 */
import { z } from 'zod';
import { RESULT_SCHEMA } from './schema-version.ts';
import { VERDICTS } from './verdicts.ts';

export { joinVerdicts, VERDICTS, type Verdict } from './verdicts.ts';
export { RESULT_SCHEMA };

/** Where a claim comes from (ARCHITECTURE.md, "Layers of evidence"). */
export const layerSchema = z.enum(['trace', 'text', 'probe', 'link', 'os']);
export type Layer = z.infer<typeof layerSchema>;

export const verdictSchema = z.enum(VERDICTS);

export const evidenceSchema = z.enum(['observed', 'inferred', 'not observable']);
export type Evidence = z.infer<typeof evidenceSchema>;

/** A place in the Go source that a test can find again: line numbers rot, statements do not. */
export const citationSchema = z.object({
  /** Below GOROOT/src, for example `runtime/proc.go`. */
  file: z.string(),
  /** The function, with its receiver if it has one: `(*sweepLocked).sweep`. */
  func: z.string(),
  /** Source text that occurs in that function, white space folded. */
  statement: z.string(),
});
export type Citation = z.infer<typeof citationSchema>;

/** What a finding is about. `id` is for people; signatures leave it out. */
export const subjectSchema = z.object({
  kind: z.enum([
    'goroutine',
    'P',
    'M',
    'stack',
    'gc',
    'stw',
    'task',
    'region',
    'trace',
    'snapshot',
    'program',
  ]),
  id: z.string(),
});
export type Subject = z.infer<typeof subjectSchema>;

/** An event as a person reads it. Ids are decimal, -1 is "none", as in Go's own trace. */
export const eventViewSchema = z.object({
  /** Position in the replay's order, from 0. */
  index: z.number().int(),
  generation: z.number().int(),
  /** Nanoseconds since the trace's base, the time of its earliest batch. */
  time: z.number(),
  m: z.number(),
  p: z.number(),
  g: z.number(),
  /** Go's name of the event, for example `GoUnblock`. */
  name: z.string(),
  /** Its arguments in Go's words: `g=7 g_seq=12`. */
  args: z.string(),
  /** Frames `func file:line`, innermost first; empty where the event has none. */
  stack: z.array(z.string()),
  /** Byte offset of the event in the trace file. */
  offset: z.number().int(),
});
export type EventView = z.infer<typeof eventViewSchema>;

/** One precondition of an allowed step, and whether it held. */
export const guardSchema = z.object({ text: z.string(), holds: z.boolean(), why: z.string() });

/** A step the model would have allowed, and what stood in its way. */
export const alternativeSchema = z.object({
  row: z.string(),
  text: z.string(),
  guards: z.array(guardSchema),
});

/** One fact of the state before the divergence, and the event that made it so. */
export const factSchema = z.object({
  name: z.string(),
  value: z.string(),
  /** Index of the event that set it; absent where it is initial or unknown. */
  setBy: z.number().int().optional(),
});

/** A step of the causal slice, with the earlier steps that it depends on. */
export const sliceStepSchema = z.object({
  event: eventViewSchema,
  /** Why the step is in the slice, in a few words: `blocks G7`. */
  role: z.string(),
  /** Indexes of earlier slice events that this one follows from. */
  after: z.array(z.number().int()),
});

export const divergenceSchema = z.object({
  /** Signature and ordinal, for example `goroutine/start~3f9a…#1`: names this finding in this file. */
  id: z.string(),
  /** Rule + subject kind + shape of the witness: the same across runs, machines and minor releases. */
  signature: z.string(),
  class: z.enum(['diverges', 'malformed']),
  /** Id of the rule that was broken, for example `goroutine/start`. */
  rule: z.string(),
  /** The rule as a sentence. */
  text: z.string(),
  cite: z.array(citationSchema),
  layers: z.array(layerSchema),
  evidence: evidenceSchema,
  subject: subjectSchema,
  /** The event (or the text line, as an event named `line`) at which it was noticed. */
  at: eventViewSchema,
  before: z.array(factSchema),
  observed: z.string(),
  allowed: z.array(alternativeSchema),
  slice: z.array(sliceStepSchema),
  /** Later disagreements on the same subject, put down to this one and not reported again. */
  consequences: z.number().int(),
  /** Shell command that shows this again. */
  repro: z.string(),
  /** That the project knows of it, why it puts up with it, and until which day (YYYY-MM-DD); a replay alone never says so. */
  known: z.object({ reason: z.string(), link: z.string().optional(), expires: z.string() }).optional(),
});
export type Divergence = z.infer<typeof divergenceSchema>;
export type SliceStep = z.infer<typeof sliceStepSchema>;

/** What is only unlikely: it is told, and no verdict rests on it. */
export const suspicionSchema = divergenceSchema.pick({
  rule: true,
  signature: true,
  text: true,
  subject: true,
  at: true,
  observed: true,
});

export const lossSchema = z.object({
  /** Bytes of the recording's trace that yielded no event. */
  bytes: z.number().int(),
  /** Events known to be lost; a lower bound where bytes could not be decoded. */
  events: z.number().int(),
  /** What happened, where, in a sentence for each; empty when nothing was lost. */
  notes: z.array(z.string()),
});

export const rowCoverageSchema = z.object({
  row: z.string(),
  family: z.string(),
  text: z.string(),
  layer: layerSchema,
  /** From and to, where the row is a transition: the edges of the state graph. */
  from: z.string().optional(),
  to: z.string().optional(),
  count: z.number().int(),
  /** Counts by reason, kind or similar, where the row has such a facet. */
  facets: z.record(z.string(), z.number().int()),
  /** False for a row that this release, architecture or set of layers cannot show. */
  observable: z.boolean(),
});
export type RowCoverage = z.infer<typeof rowCoverageSchema>;

/** A row that the program promised to exercise, and whether it did. */
export const promiseSchema = z.object({
  row: z.string(),
  facet: z.string().optional(),
  atLeast: z.number().int(),
  seen: z.number().int(),
});

export const coverageSchema = z.object({
  rows: z.array(rowCoverageSchema),
  observed: z.number().int(),
  unobserved: z.number().int(),
  promises: z.array(promiseSchema),
});
export type Coverage = z.infer<typeof coverageSchema>;

/** Spans for the report: the goroutines, Ps and bands worth drawing, merged below `resolution`. */
export const laneSchema = z.object({
  kind: z.enum(['goroutine', 'P', 'M', 'gc', 'stw']),
  id: z.number(),
  label: z.string(),
  /** Why it was chosen: `diverges`, `busiest`, `P`, `M`, `band`. */
  why: z.string(),
  /** Flat triples: start, end (ns since the trace's base), index into `states`. */
  spans: z.array(z.number()),
  states: z.array(z.string()),
});
export const timelineSchema = z.object({
  start: z.number(),
  end: z.number(),
  /** Spans shorter than this many ns were merged with their neighbours. */
  resolution: z.number(),
  lanes: z.array(laneSchema),
  /** How many goroutines were in which state, on average over each part of the time; fewer parts where the end is not known. */
  counts: z
    .object({
      /** Length of a part, ns. */
      step: z.number(),
      states: z.array(z.string()),
      /** Of each state its mean in each part. */
      means: z.array(z.array(z.number())),
    })
    .optional(),
});
export type Timeline = z.infer<typeof timelineSchema>;
export type Lane = z.infer<typeof laneSchema>;

/** What the text layer held and what it was checked against. */
export const textSummarySchema = z.object({
  snapshots: z.number().int(),
  gcCycles: z.number().int(),
  /** Lines that belong to the runtime's text but fit no descriptor: shown, never dropped. */
  unread: z.number().int(),
  /** What the runtime said first when it ended the program: `fatal error: all goroutines are asleep`, `panic: …`. */
  died: z.string().optional(),
  /** Cross-checks made against other layers, by rule id. */
  checks: z.record(z.string(), z.number().int()),
});

/** What the probes of package runtime recorded. */
export const probeSummarySchema = z.object({
  records: z.number().int(),
  /** Linear keeps the beginning, ring the end; what lies outside of that window was not kept. */
  mode: z.enum(['linear', 'ring', 'unknown']),
  beyond: z.number().int(),
  /** Records that were begun and not written to their end, as by a program that was killed. */
  torn: z.number().int(),
  /** Records by kind. */
  kinds: z.record(z.string(), z.number().int()),
  /** What a throw or fatal error of the runtime said first, where there was one; what comes after it is not judged. */
  died: z.string().optional(),
});

/** What the execution trace and the probes both showed, held against each other. */
export const comparedSchema = z.object({
  /** Goroutines, Ps and Ms that both layers had something to say of. */
  goroutines: z.number().int(),
  procs: z.number().int(),
  threads: z.number().int(),
  /** Changes that both showed. */
  changes: z.number().int(),
  /** Goroutines of threads that C made, which have no id in the probe's records: not compared. */
  foreign: z.number().int(),
  /** How far: to the trace's end, or to what ended it before; nothing where they do not meet. */
  until: z.enum(['end', 'window', 'torn', 'damage', 'nothing']),
  /** The same as a sentence; where not everything was compared, why. */
  text: z.string(),
  /** Nanoseconds between both layers' times of a change: half of them, 999 of 1,000, and the farthest. */
  apart: z.object({ median: z.number(), most: z.number(), farthest: z.number() }),
});

/** What the system saw of the process while it ran. */
export const osSummarySchema = z.object({
  samples: z.number().int(),
  /** At a time, at the last sample, and how many came and went over all samples. */
  threads: z.object({
    most: z.number().int(),
    last: z.number().int(),
    came: z.number().int(),
    went: z.number().int(),
  }),
  memoryKiB: z.object({ peak: z.number().int(), last: z.number().int() }),
  cpuMs: z.object({ user: z.number().int(), system: z.number().int() }),
  /** Threads when the time was up; absent where the program ended before. */
  hang: z.object({ running: z.number().int(), waiting: z.number().int() }).optional(),
  /** The same as a sentence. */
  text: z.string(),
});

export const replaySchema = z.object({
  file: z.string(),
  program: z.string(),
  /** Release with patch level, for example `go1.26.8`; empty where unknown. */
  go: z.string(),
  arch: z.string(),
  emulated: z.boolean(),
  /** The historic bug that was put into the program's runtime on purpose. */
  fault: z.object({ name: z.string(), delayUs: z.number().int() }).optional(),
  /** The tree of the user's own that the program was built with. */
  tree: z.object({ runtimeHash: z.string(), release: z.string(), changed: z.array(z.string()) }).optional(),
  layers: z.array(layerSchema),
  events: z.number().int(),
  generations: z.number().int(),
  /** Goroutines, Ps and Ms seen. */
  counts: z.object({ goroutines: z.number().int(), procs: z.number().int(), threads: z.number().int() }),
  duration: z.number(),
  lost: lossSchema,
  verdict: verdictSchema,
  /** Why that verdict, in a sentence. */
  why: z.string(),
  /** How the program ended: `exit 0`, `SIGSEGV`, `time limit, SIGTERM`; empty for a plain trace. */
  exit: z.string(),
  divergences: z.array(divergenceSchema),
  suspicions: z.array(suspicionSchema),
  coverage: coverageSchema,
  text: textSummarySchema.optional(),
  probe: probeSummarySchema.optional(),
  compared: comparedSchema.optional(),
  os: osSummarySchema.optional(),
  timeline: timelineSchema,
});
export type Replay = z.infer<typeof replaySchema>;

/** The document that `--json` prints. */
export const resultSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  verdict: verdictSchema,
  recordings: z.array(replaySchema),
});
export type Result = z.infer<typeof resultSchema>;
