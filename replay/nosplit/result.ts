/** What `gotwin nosplit` finds out about one build of one program, as data: its JSON, its page and its text show this. */
import { z } from 'zod';

const stepSchema = z.object({
  /** Bytes below the entry of the function before; negative where that one popped. */
  grows: z.number().int(),
  /** The function that is called there; empty where the function before uses them itself. */
  calls: z.string(),
});

const chainSchema = z.object({
  /** The function at the top of the chain, as the linker prints it. */
  function: z.string(),
  height: z.number().int(),
  /** Bytes left of the limit; negative for what is over. Null for a cycle, which has no bottom. */
  left: z.number().int().nullable(),
  steps: z.array(stepSchema),
});
export type NosplitChain = z.infer<typeof chainSchema>;

export const nosplitResultSchema = z.object({
  package: z.string(),
  go: z.string(),
  arch: z.string(),
  os: z.string(),
  race: z.boolean(),
  /** Flags of `go build`. */
  flags: z.array(z.string()),
  /** Of `go/arch` and what else sets this build apart from others. */
  build: z.string(),
  model: z.object({
    verdict: z.enum(['ok', 'overflow']),
    /** Bytes that a chain may use. */
    limit: z.number().int(),
    /** Bytes over the limit, of the deepest chain; 0 where none is over, null for a cycle. */
    over: z.number().int().nullable(),
    /** The deepest chain, over the limit or not. */
    chain: chainSchema.nullable(),
    /** The linker's text as the model has it; the one of several that the linker gave, where it gave one of them. */
    text: z.string(),
    /** Around cycles the linker's answer depends on the order of a Go map: how many it may give. */
    answers: z.number().int(),
    functions: z.number().int(),
    ms: z.number(),
  }),
  linker: z.object({ verdict: z.enum(['ok', 'overflow']), text: z.string() }),
  /** The linker gave an answer that the model gives. */
  equal: z.boolean(),
  /** The linker's listing against the compiler's object files, function by function. */
  feeds: z.object({
    functions: z.number().int(),
    agree: z.number().int(),
    differ: z.array(z.object({ function: z.string(), linker: z.string(), compiler: z.string() })),
    /** The model's text from the object files alone is the linker's too. */
    equal: z.boolean(),
  }),
  /** The deepest chains, deepest first. */
  deepest: z.array(chainSchema),
});
export type NosplitResult = z.infer<typeof nosplitResultSchema>;

export const nosplitDifferenceSchema = z.object({
  package: z.string(),
  from: z.string(),
  to: z.string(),
  /** Of the first build and of the second. */
  verdicts: z.tuple([z.enum(['ok', 'overflow']), z.enum(['ok', 'overflow'])]),
  /** Functions that are in both. */
  functions: z.number().int(),
  changed: z.number().int(),
  /** Bytes that are left of the limit below a function, in each of the builds; those that lose most come first. */
  most: z.array(z.object({ function: z.string(), before: z.number().int(), after: z.number().int() })),
});
export type NosplitDifference = z.infer<typeof nosplitDifferenceSchema>;
