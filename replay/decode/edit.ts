/** Traces as objects, for those who edit them: mutants and tests. Readers of traces need none of it. */
export * from './edits.ts';
export * from './encode.ts';
