/** What two sets of runs of the same programs come to beside each other; the schema is the source of `gotwin diff --json`. */
import { z } from 'zod';
import { divergenceSchema, layerSchema } from '../replay/result.ts';

/** In how many of a side's runs something was seen. */
const oddsSchema = z.object({ seen: z.number().int(), of: z.number().int() });
export type Odds = z.infer<typeof oddsSchema>;

/** How many there are in a thousand events or records of the layer: the least, the middle and the most of a side's runs. */
const shareSchema = z.object({ least: z.number(), median: z.number(), most: z.number() });
export type Share = z.infer<typeof shareSchema>;

/** A finding that either side has. */
const findingChangeSchema = divergenceSchema
  .pick({ signature: true, rule: true, text: true, class: true })
  .extend({
    program: z.string(),
    a: oddsSchema,
    b: oddsSchema,
    /** `same` where both sides have it, in however many runs; `incomparable` where no run of one side could have shown it. */
    change: z.enum(['new', 'gone', 'same', 'incomparable']),
    /** How likely so uneven a table is if nothing changed, 0 to 1. */
    p: z.number(),
  });
export type FindingChange = z.infer<typeof findingChangeSchema>;

/** A row of the model, or one of its reasons or kinds. */
const rowSchema = z.object({
  program: z.string(),
  row: z.string(),
  facet: z.string().optional(),
  layer: layerSchema,
  text: z.string(),
  p: z.number(),
});

/** One that the runs of only one side reach. */
const reachChangeSchema = rowSchema.extend({ a: oddsSchema, b: oddsSchema });
export type ReachChange = z.infer<typeof reachChangeSchema>;

/** One that is more or less frequent in every run of the one side than in any of the other; `ratio` is b's median by a's. */
const shareChangeSchema = rowSchema.extend({ a: shareSchema, b: shareSchema, ratio: z.number() });
export type ShareChange = z.infer<typeof shareChangeSchema>;

/** Of all goroutines that were created at one place, those that did just what most of them do. */
const journeyChangeSchema = z.object({
  program: z.string(),
  /** The function that they start with, and the one that created them. */
  site: z.string(),
  a: oddsSchema,
  b: oddsSchema,
  /** What most of A's do against what most of B's do: a text diff, a step a line. What is repeated stands once. */
  lines: z.array(z.string()),
});
export type JourneyChange = z.infer<typeof journeyChangeSchema>;

/** Nanoseconds, each to 5%; `most` is the longest. */
const spreadSchema = z.object({
  count: z.number().int(),
  median: z.number(),
  p90: z.number(),
  p99: z.number(),
  most: z.number(),
});
export type Spread = z.infer<typeof spreadSchema>;

/** How long something took; `ratio` is b's median by a's. */
const latencyChangeSchema = z.object({
  program: z.string(),
  what: z.string(),
  a: spreadSchema,
  b: spreadSchema,
  ratio: z.number(),
  /** Whether the medians of all runs of the one side lie beyond those of the other, and by half at least. */
  moved: z.boolean(),
  p: z.number(),
});
export type LatencyChange = z.infer<typeof latencyChangeSchema>;

export const comparisonSchema = z.object({
  /** Programs that both sides ran, with the number of runs that were compared. */
  programs: z.array(z.object({ program: z.string(), a: z.number().int(), b: z.number().int() })),
  /** Recordings that hold the same run as another of their side: they were left out. */
  copies: z.object({ a: z.number().int(), b: z.number().int() }),
  /** Programs of one side only: nothing was compared. */
  alone: z.object({ a: z.array(z.string()), b: z.array(z.string()) }),
  findings: z.array(findingChangeSchema),
  reach: z.array(reachChangeSchema),
  shares: z.array(shareChangeSchema),
  journeys: z.array(journeyChangeSchema),
  latencies: z.array(latencyChangeSchema),
  /** Rows and reasons that were compared: among many some will differ by chance. */
  asked: z.number().int(),
});
export type Comparison = z.infer<typeof comparisonSchema>;
