/**
 * The Go programs that come with Gotwin, one behaviour each. A fixture is a
 * folder with a `main.go` and a `fixture.json`, which says what the program
 * exercises and which rows of the model a run must have reached.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { assetPath } from './assets.ts';

/** A Go release without its patch level: `1.22`. */
const minorSchema = z.string().regex(/^1\.\d+$/);

/** A row of the model that every run of a program must exercise, or it has shown nothing. */
const fixturePromiseSchema = z.strictObject({
  /** Id of the row, for example `goroutine/park`. */
  row: z.string().min(1),
  /** Reason or kind within the row, for example `network`. */
  facet: z.string().min(1).optional(),
  atLeast: z.int().positive(),
  /** Where the row can be seen: a run that does not record that layer does not promise it. */
  layer: z.enum(['trace', 'probe']).default('trace'),
});

export const fixtureManifestSchema = z.strictObject({
  /** What the program does, in a sentence or two. */
  summary: z.string().min(1),
  /** The parts of the runtime that it is there to exercise. */
  exercises: z.array(z.string()).min(1),
  /** Arguments of a run for which none are given. */
  args: z.array(z.string()),
  /** A run that takes longer than this hangs, on any architecture. */
  timeLimitMs: z.int().positive(),
  /** First and last release that it suits, inclusive; no `to` means all later ones. */
  go: z.strictObject({ from: minorSchema, to: minorSchema.optional() }),
  /** GOARCH values that it suits. */
  arch: z.array(z.string()).min(1),
  /** It does not end on releases up to this one, and why. */
  hangs: z.strictObject({ until: minorSchema, why: z.string().min(1) }).optional(),
  /** What its source makes certain, whatever its arguments: some rules need it. */
  premises: z.array(z.enum(['never-unlocks', 'calls-nothing'])).optional(),
  /** Kept only by a run with the arguments above, or by one that works for at least as long. */
  promises: z.array(fixturePromiseSchema),
});
type FixtureManifest = z.infer<typeof fixtureManifestSchema>;

export interface Fixture {
  readonly name: string;
  /** Folder of the program's package main. */
  readonly dir: string;
  readonly manifest: FixtureManifest;
}

/** Folder of the module that holds every fixture: where `go build` runs. */
export function fixturesRoot(): string {
  return assetPath('go-fixtures');
}

/** Every fixture, by name. Throws a ZodError when a manifest is not as it should be. */
export function listFixtures(): Fixture[] {
  return readdirSync(fixturesRoot(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasManifest(entry.name))
    .map((entry) => readFixture(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function findFixture(name: string): Fixture | undefined {
  return listFixtures().find((fixture) => fixture.name === name);
}

function hasManifest(name: string): boolean {
  return readdirSync(join(fixturesRoot(), name)).includes('fixture.json');
}

function readFixture(name: string): Fixture {
  const dir = join(fixturesRoot(), name);
  const manifest: unknown = JSON.parse(readFileSync(join(dir, 'fixture.json'), 'utf8'));
  return { name, dir, manifest: fixtureManifestSchema.parse(manifest) };
}
