/** What `gotwin explore` finds out about one world, as data: its JSON, its page and its text show this. */
import { z } from 'zod';

const placeSchema = z.object({
  /** `M1`. */
  thread: z.string(),
  func: z.string(),
  /** Below GOROOT/src; null for what is no part of today's Go. */
  file: z.string().nullable(),
  /** As Go has it. */
  statement: z.string(),
});

const storyStepSchema = placeSchema.extend({
  /** The goroutine or stack that the step chose. */
  about: z.string().nullable(),
  changes: z.array(z.object({ of: z.string(), field: z.string(), before: z.string(), after: z.string() })),
  /** Rows that were asked, each once. */
  rows: z.array(z.string()),
  /** What the rows of today object to, where the history is explored by those of its time. */
  objections: z.array(z.object({ row: z.string(), text: z.string() })),
});

export const explorationSchema = z.object({
  history: z.string(),
  variant: z.string(),
  text: z.string(),
  /** The commit of golang/go that mended it. */
  commit: z.string().nullable(),
  /** The seeded fault that shows the same on real Go; null where there is none. */
  fault: z.string().nullable(),
  /** Every state was met, and nothing was wrong in any. */
  exhausted: z.boolean(),
  /** What is known of this variant came out. */
  expected: z.boolean(),
  states: z.number().int(),
  transitions: z.number().int(),
  /** Steps to the state that is furthest from the first. */
  depth: z.number().int(),
  timeMs: z.number(),
  /** Milliseconds of processor time. */
  cpuMs: z.number(),
  /** Of processor time. */
  statesPerSecond: z.number().int(),
  breach: z
    .object({
      kind: z.enum(['row', 'always', 'throw', 'wedge', 'sometimes']),
      /** The row that refuses the last step; null where something else is wrong. */
      row: z.string().nullable(),
      text: z.string(),
      /** No shorter path leads there. */
      story: z.array(storyStepSchema),
      /** Where each thread stands at the end. */
      waiting: z.array(placeSchema),
      /** The first step at which a replay by today's rows would have objected. */
      today: z.object({ step: z.number().int(), row: z.string() }).nullable(),
    })
    .nullable(),
  /** How often each row was asked, and allowed what was done. */
  rows: z.record(z.string(), z.number().int()),
});
export type ExplorationResult = z.infer<typeof explorationSchema>;
export type StoryLine = z.infer<typeof storyStepSchema>;
