/** What was said of mutants, as data. */
import { z } from 'zod';

const countsSchema = z.record(z.string(), z.number().int());

/** Mutants of one kind. */
export const mutantKindSchema = z.object({
  kind: z.string(),
  text: z.string(),
  /** All that were made. */
  made: z.number().int(),
  /** Of those: histories that Go may have written, to which nobody can object. */
  legal: z.number().int(),
  /** Of the others, those to which the judge objects. */
  noticed: z.number().int(),
  /** And those that it calls suspicious. */
  suspected: z.number().int(),
  /** Legal ones to which the judge or Go objects all the same. */
  legalRefused: z.number().int(),
  /** How often which rule objected first. */
  rules: countsSchema,
  /** Objections by a rule that is not about what was changed. */
  misnamed: z.number().int(),
  /** Of those that are not legal: what Go's reader refuses, and what its reader or its validator does; null where it was not asked. */
  go: z.object({ reader: z.number().int(), either: z.number().int() }).nullable(),
});

/** Mutants that the judge passes, by kind and by the events that were changed. */
export const survivorSchema = z.object({
  kind: z.string(),
  events: z.string(),
  count: z.number().int(),
  /** How many of them Go refuses; null where it was not asked. */
  go: z.number().int().nullable(),
  /** The first of them, for a person. */
  example: z.string(),
  trace: z.string(),
});

export const traceMutationSchema = z.object({
  seed: z.number().int(),
  /** Of each kind. */
  count: z.number().int(),
  traces: z.array(z.object({ name: z.string(), go: z.string(), bytes: z.number().int() })),
  /** The release whose reader and validator were asked; null for none. */
  peer: z.string().nullable(),
  kinds: z.array(mutantKindSchema),
  survivors: z.array(survivorSchema),
  /** A sample of what was noticed, with the rule that said so. */
  sample: z.array(
    z.object({
      kind: z.string(),
      what: z.string(),
      rule: z.string(),
      event: z.string(),
      observed: z.string(),
    }),
  ),
  /** User CPU of this process. */
  cpuMs: z.number(),
});
/** How mutants of the model were noticed: a sound history is refused, a wrong one passes, or is named by another rule. */
const noticedSchema = z.object({
  refuses: z.number().int(),
  passes: z.number().int(),
  renames: z.number().int(),
});
/** Mutants of the model: rows, guards, targets and invariants that were changed one at a time. */
export const modelMutationSchema = z.object({
  mutants: z.number().int(),
  /** Small histories that were made of the model's own tables, of all releases and both layers, and mutants of the traces. */
  histories: z.number().int(),
  witnesses: z.number().int(),
  noticed: noticedSchema,
  edits: z.array(
    z.object({
      layer: z.enum(['trace', 'probe']),
      edit: z.string(),
      text: z.string(),
      made: z.number().int(),
      noticed: noticedSchema,
      /** Those that the traces and their mutants notice too; null where no trace was given, and in the probe layer. */
      byTraces: z.number().int().nullable(),
    }),
  ),
  /** With the reason why nobody can; empty where none is known. */
  unnoticed: z.array(z.object({ name: z.string(), why: z.string() })),
  cpuMs: z.number(),
});
export type ModelMutation = z.infer<typeof modelMutationSchema>;

export type TraceMutation = z.infer<typeof traceMutationSchema>;
export type MutantKindResult = z.infer<typeof mutantKindSchema>;
export type Survivor = z.infer<typeof survivorSchema>;
