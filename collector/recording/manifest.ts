/** The manifest of a recording: its type, and its protobuf form, checked both ways. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { z } from 'zod';
import { assetPath } from '../../go-fixtures/index.ts';
import { RecordingError } from '../errors.ts';

/** What most recordings are. It is raised when a reader that does not know a new field would misread the old ones. */
export const MANIFEST_SCHEMA = 1;
/** A recording of a runtime with a seeded fault: who does not know of it would blame the toolchain. */
export const MANIFEST_SCHEMA_FAULT = 2;
/** A recording of a tree of the user's own: who does not know of it would take it for the release. */
export const MANIFEST_SCHEMA_TREE = 3;

/** No manifest that Gotwin writes comes near this many bytes. */
export const MANIFEST_MAX_BYTES = 4 << 20;

const count = z.int().nonnegative();
/** What the toolchain and the system call things: it stands in lines that people and CI read, so it is one line of printable ASCII. */
const word = z.string().regex(/^[ -~]*$/, 'expected one line of printable ASCII');
/** SHA-256 in hex, or nothing where it is not known. */
const hash = z.string().regex(/^([0-9a-f]{64})?$/, 'expected a SHA-256 in hex');

/** Where evidence comes from (ARCHITECTURE.md, "Layers of evidence"). */
export const evidenceLayerSchema = z.enum(['trace', 'text', 'probe', 'link', 'os']);
export type EvidenceLayer = z.infer<typeof evidenceLayerSchema>;

export const exitReasonSchema = z.enum([
  'exited',
  'signalled',
  'stopped',
  'time-limit',
  'size-limit',
  'interrupted',
  /** Nobody saw the end: the collector still runs, or was killed. */
  'lost',
]);
export type ExitReason = z.infer<typeof exitReasonSchema>;

const manifestPromiseSchema = z.object({
  row: z.string().min(1),
  facet: z.string().min(1).optional(),
  atLeast: count,
});
export type ManifestPromise = z.infer<typeof manifestPromiseSchema>;

export const manifestSchema = z.object({
  schema: z.int().positive(),
  program: z.object({
    name: z.string().min(1),
    kind: z.enum(['fixture', 'package', 'test', 'trace']),
    /** As it was given: a fixture's name, a package's path, a file. */
    target: z.string(),
    args: z.array(z.string()),
    /** SHA-256 of the binary, or of the trace where there is no binary. */
    hash,
    promises: z.array(manifestPromiseSchema),
    /** What its source makes certain, which some rules need; absent where it says nothing of itself. */
    premises: z.array(z.string().min(1)).optional(),
  }),
  toolchain: z.object({
    /** As runtime.Version() gives it: `go1.26.8`; empty for a trace of unknown origin. */
    version: word,
    hash,
    goos: word,
    goarch: word,
    /** Of a tree of the user's own. */
    tree: z
      .object({
        /** SHA-256 over the runtime's sources. */
        runtimeHash: hash,
        /** The release that it was held against; empty where none of its version was at hand. */
        release: word,
        /** Source files of the runtime that are not as that release has them. */
        changed: z.array(word),
      })
      .optional(),
  }),
  emulated: z.boolean(),
  /** Name and version of the emulator; empty when there is none. */
  emulator: word,
  command: z.array(z.string()),
  /** The variables that the collector set or changed. */
  env: z.record(z.string(), z.string()),
  machine: z.object({ os: z.string(), arch: z.string(), cpus: count, kernel: z.string() }),
  /** Milliseconds since 1970, UTC. */
  startedAtMs: count,
  durationMs: count,
  exit: z.object({
    /** -1 when there is none. */
    code: z.int().min(-1),
    signal: word,
    reason: exitReasonSchema,
    /** The signals that the collector sent, in order. */
    ladder: z.array(word),
  }),
  /** What belongs to the run and is not here; `bytes` is 0 where the number is not known. */
  lost: z.array(z.object({ what: z.string().min(1), bytes: count })),
  layers: z.array(evidenceLayerSchema),
  /** The fault that was seeded into the program's runtime. */
  fault: z.object({ name: z.string().min(1), delayUs: count }).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function encodeManifest(manifest: Manifest): Uint8Array {
  const checked = manifestSchema.parse(manifest);
  return messageType().encode(messageType().fromObject(checked)).finish();
}

/** Throws RecordingError `damaged`, naming the field, or `newer-schema`. `path` is for the message only. */
export function decodeManifest(bytes: Uint8Array, path: string): Manifest {
  const plain = decodePlain(bytes, path);
  if (typeof plain.schema === 'number' && plain.schema > MANIFEST_SCHEMA_TREE) {
    throw new RecordingError(
      'newer-schema',
      `${path} has a manifest of schema ${plain.schema}; this Gotwin reads up to ${MANIFEST_SCHEMA_TREE}`,
      { path, entry: 'manifest.pb', advice: 'Read it with the Gotwin that wrote it, or a later one.' },
    );
  }
  const checked = manifestSchema.safeParse(withoutAbsent(plain));
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw damaged(
    path,
    `its manifest's ${field || 'content'} is wrong: ${issue?.message}`,
    checked.error,
    field,
  );
}

type Plain = {
  schema?: unknown;
  program?: { promises?: { facet?: string }[]; premises?: unknown[] };
  toolchain?: { tree?: unknown };
  fault?: unknown;
};

function decodePlain(bytes: Uint8Array, path: string): Plain {
  try {
    const message = messageType().decode(bytes);
    return messageType().toObject(message, { longs: Number, arrays: true, objects: true, defaults: true });
  } catch (cause) {
    throw damaged(path, 'its manifest is not a protobuf message of ours', cause, 'manifest.pb');
  }
}

/** Protobuf has no absent string, and null for an absent message; here what is absent is not there. */
function withoutAbsent(plain: Plain): Plain {
  if (plain.fault === null) delete plain.fault;
  if (plain.program?.premises?.length === 0) delete plain.program.premises;
  if (plain.toolchain?.tree === null) delete plain.toolchain.tree;
  for (const promise of plain.program?.promises ?? []) {
    if (promise.facet === '') delete promise.facet;
  }
  return plain;
}

function damaged(path: string, what: string, cause: unknown, entry: string): RecordingError {
  return new RecordingError('damaged', `${path} is damaged: ${what}`, { path, entry, cause });
}

let type: protobuf.Type | undefined;

function messageType(): protobuf.Type {
  type ??= protobuf
    .parse(readFileSync(assetPath('collector/recording/manifest.proto'), 'utf8'))
    .root.lookupType('gotwin.Manifest');
  return type;
}
