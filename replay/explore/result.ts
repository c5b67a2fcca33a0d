/** What `gotwin explore` finds out about one world, as data: its JSON, its page and its text show this. */
import { z } from 'zod';
import { eventViewSchema } from '../result.ts';

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

/** What `gotwin explore --steer` finds out on real Go. */
const statementSchema = z.object({ func: z.string(), statement: z.string() });

export const steeringSchema = z.object({
  /** The seeded fault that real Go is built with, and the program. */
  fault: z.string(),
  fixture: z.string(),
  /** Where the story holds a thread; null where nobody has to come in between. */
  window: z
    .object({
      thread: z.string(),
      /** The step behind which it is held, from 1. */
      step: z.number().int(),
      behind: statementSchema,
      before: statementSchema,
    })
    .nullable(),
  /** Where the fault waits, in the words of its source. */
  place: z.object({ behind: z.string(), before: z.string() }),
  /** The fault waits where the story holds the thread. */
  meets: z.boolean(),
  /** Microseconds; the sum of what those need who must come in between. */
  delayUs: z.number().int(),
  paces: z.array(z.object({ func: z.string(), us: z.number().int(), why: z.string() })),
  /** What the breach is about, `G1`, and the rules of which a replay is to name one. */
  subject: z.string(),
  rules: z.array(z.string()),
});
export type Steering = z.infer<typeof steeringSchema>;

export const steeredRunSchema = z.object({
  /** From 1. */
  run: z.number().int(),
  /** Path of the recording; null where it was not kept. */
  file: z.string().nullable(),
  exit: z.string(),
  durationMs: z.number(),
  records: z.number().int(),
  /** Places in the recording where the records came as predicted; at most 1000. */
  sightings: z.number().int(),
  /** The replay objects to one of them, by a predicted rule. */
  shown: z.boolean(),
  finding: z.object({ rule: z.string(), id: z.string() }).nullable(),
  /** From the story's names to the recording's: `G1` is `G8`. */
  names: z.record(z.string(), z.string()),
  steps: z.array(
    storyStepSchema.pick({ thread: true, func: true, statement: true, about: true, changes: true }).extend({
      /** Of the story, from 1. */
      step: z.number().int(),
      /** The probes record this step. */
      isLookedFor: z.boolean(),
      /** It is the one that the rule objects to. */
      isBroken: z.boolean(),
      recorded: eventViewSchema.nullable(),
    }),
  ),
});
export type SteeredRun = z.infer<typeof steeredRunSchema>;

export const steeredSchema = steeringSchema.extend({
  go: z.string(),
  arch: z.string(),
  emulated: z.boolean(),
  /** Runs that showed it. */
  shown: z.number().int(),
  runs: z.array(steeredRunSchema),
});
export type SteeredResult = z.infer<typeof steeredSchema>;
