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

export const comparisonSchema = z.object({
  /** Programs that both sides ran, with the number of runs that were compared. */
  programs: z.array(z.object({ program: z.string(), a: z.number().int(), b: z.number().int() })),
  /** Programs of one side only: nothing was compared. */
  alone: z.object({ a: z.array(z.string()), b: z.array(z.string()) }),
  findings: z.array(findingChangeSchema),
  reach: z.array(reachChangeSchema),
  shares: z.array(shareChangeSchema),
  /** Rows and reasons that were compared: among many some will differ by chance. */
  asked: z.number().int(),
});
export type Comparison = z.infer<typeof comparisonSchema>;
