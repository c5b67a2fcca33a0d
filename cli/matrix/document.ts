/** What a matrix writes: a document for each cell, and one for the whole. Both may come back from anywhere, so they are read by schema. */
import { z } from 'zod';
import { RECORDED_LAYERS } from '../../collector/index.ts';
import { RESULT_SCHEMA, verdictSchema } from '../../replay/result.ts';
import { CELL_SCHEMA, KEY } from './key.ts';

/** Ids hold a program's arguments. */
const MOST_CHARACTERS = 1 << 16;
const text = z.string().max(MOST_CHARACTERS);
const ms = z.number().nonnegative();
/** One that leads nowhere else. */
const fileName = z.string().regex(/^[\w.-]{1,240}\.gotwin$/);

const place = {
  /** `netguy go1.26.8 amd64`: unique in its matrix. */
  id: text,
  program: text,
  /** With patch level, or the name of a tree. */
  go: text,
  arch: text,
  /** Name of the setting. */
  setting: text,
  layers: z.array(z.enum(RECORDED_LAYERS)),
};

const gotwinSchema = z.object({ version: text, code: text });

/** `cells/KEY/cell.json`. */
export const cellDocumentSchema = z.object({
  schema: z.literal(CELL_SCHEMA),
  key: z.string().regex(KEY),
  ...place,
  verdict: verdictSchema,
  why: text,
  exit: text,
  /** Of a release without a model: whether it ended as that release is known to make it end. */
  endedAsKnown: z.boolean().optional(),
  emulated: z.boolean(),
  /** Signatures of its divergences, sorted. */
  signatures: z.array(text).max(10_000),
  notObserved: z.array(text).max(100),
  /** Wall time to build and run, and to judge, without waiting for cores. */
  ms: z.object({ record: ms, judge: ms }),
  file: fileName,
  judgedBy: gotwinSchema,
});
export type CellDocument = z.infer<typeof cellDocumentSchema>;

const CELL_STATES = ['judged', 'failed', 'left-out', 'excluded', 'elsewhere', 'missing'] as const;

/** A Go tree of the user's own. */
const treeSchema = z.object({
  /** Under which it stands beside the releases. */
  name: text,
  /** What it calls itself. */
  version: text,
  /** Of all that it builds with. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** The installed release that it was held against; empty where there is none. */
  release: text,
  /** Sources of its runtime that are not as the release has them. */
  changed: z.array(text).max(10_000),
});

const rowSchema = z.object({
  ...place,
  /** Of a tree's cell: the same cell of the release whose name the tree has. */
  released: text.optional(),
  /** Whose it is; 0 for what the call did not ask for, or is excluded. */
  shard: z.int().nonnegative(),
  state: z.enum(CELL_STATES),
  /** Of a cell that was judged. */
  key: z.string().regex(KEY).optional(),
  verdict: verdictSchema.optional(),
  signatures: z.array(text).max(10_000).optional(),
  /** Of the verdict, or why there is none. */
  why: text,
  notObserved: z.array(text).max(100),
  endedAsKnown: z.boolean().optional(),
  ms: ms.optional(),
  /** What is not as it was in the matrix that `--since` names; empty where nothing is. */
  news: text.optional(),
});
export type MatrixRow = z.infer<typeof rowSchema>;

/** `matrix.json`, and what `matrix --json` and `merge --json` print. */
export const matrixDocumentSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  /** Of all cells that were judged; absent where none was. */
  verdict: verdictSchema.optional(),
  /** Of the ids of all cells: what belongs together has the same. */
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  shard: z.object({ index: z.int().positive(), count: z.int().positive().max(20_000) }),
  /** Whether all cells of the shard have come to something. */
  done: z.boolean(),
  judgedBy: gotwinSchema,
  trees: z.array(treeSchema).max(1000).optional(),
  cells: z.array(rowSchema).max(50_000),
  /** Of all cells with a text layer: how often it was held against the trace of the same run. */
  text: z
    .object({
      snapshots: z.int().nonnegative(),
      collections: z.int().nonnegative(),
      checks: z.int().nonnegative(),
      disagreements: z.int().nonnegative(),
    })
    .optional(),
  report: text.optional(),
});
export type MatrixDocument = z.infer<typeof matrixDocumentSchema>;
