/**
 * Breaks the model one place at a time and asks whether anybody notices: a sound recording that is refused now
 * (the mutant is too strict), a mutant of a trace that passes (too lax), or one that is named by another rule.
 */
import { type Model, releaseOf, wholeModelOf } from '../model/index.ts';
import { firstObjection, type Objection } from './ask.ts';
import { editsOf, type ModelEdit } from './model-edits.ts';
import { type Mutant, type MutantOptions, mutantsOf, type RealTrace } from './mutants.ts';
import type { ModelMutation } from './result.ts';

/** Mutants of traces that are kept of each signature: others were refused for the same reason. */
const ALIKE = 1;

interface Witness {
  readonly mutant: Mutant;
  readonly objection: Objection;
}

export interface ModelOptions extends MutantOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((asked: number, all: number) => void) | undefined;
}

/** `traces` must be sound and should be small: all of them are judged by nearly every mutant. */
export async function mutateModel(
  traces: readonly RealTrace[],
  options: ModelOptions,
): Promise<ModelMutation> {
  const from = process.cpuUsage().user;
  const witnesses = await witnessesOf(traces, options);
  const models = new Map(traces.map((trace) => [trace, modelFor(trace)]));
  const edits = new Map<string, ModelEdit>();
  for (const model of models.values()) for (const edit of editsOf(model)) edits.set(edit.name, edit);
  const noticed: ModelMutation['noticed'] = { refuses: 0, passes: 0, renames: 0 };
  const survivors: string[] = [];
  let asked = 0;
  for (const edit of edits.values()) {
    options.signal?.throwIfAborted();
    const how = await noticedBy(edit, models, witnesses);
    if (how === undefined) survivors.push(edit.name);
    else noticed[how]++;
    options.onProgress?.(++asked, edits.size);
  }
  return {
    mutants: edits.size,
    witnesses: witnesses.length,
    noticed,
    survivors,
    cpuMs: (process.cpuUsage().user - from) / 1000,
  };
}

const modelFor = ({ go, bytes }: RealTrace): Model => wholeModelOf(releaseOf(go, formatIn(bytes)).release);

/** `go 1.26 trace`: what a bare trace says of its release. */
const formatIn = (bytes: Uint8Array): number => Number(new TextDecoder().decode(bytes.subarray(5, 7)));

/** Trace mutants that the model as it is notices, a few for each reason. */
async function witnessesOf(traces: readonly RealTrace[], options: ModelOptions): Promise<Witness[]> {
  const found = new Map<string, Witness[]>();
  for (const mutant of mutantsOf(traces, { ...options, spread: true })) {
    options.signal?.throwIfAborted();
    const objection = await firstObjection(mutant.bytes, mutant.go);
    if (
      objection === undefined ||
      objection.rule.startsWith('format/') !== objection.rule.startsWith('format/s')
    )
      continue;
    const alike = found.get(objection.signature) ?? [];
    found.set(objection.signature, alike);
    // The smaller of two that show the same is the quicker.
    alike.push({ mutant, objection });
    alike.sort((a, b) => a.mutant.bytes.length - b.mutant.bytes.length);
    alike.splice(ALIKE);
  }
  return [...found.values()].flat();
}

type How = keyof ModelMutation['noticed'];

async function noticedBy(
  { name, edit }: ModelEdit,
  models: ReadonlyMap<RealTrace, Model>,
  witnesses: readonly Witness[],
): Promise<How | undefined> {
  for (const [{ bytes, go }, model] of models)
    if ((await firstObjection(bytes, go, edit(model))) !== undefined) return 'refuses';
  let renamed = false;
  // Those whom the changed rule refused are the likeliest to pass.
  const near = ({ objection }: Witness): number => (name.endsWith(objection.rule) ? 0 : 1);
  for (const { mutant, objection } of [...witnesses].sort((a, b) => near(a) - near(b))) {
    const model = wholeModelOf(releaseOf(mutant.go, formatIn(mutant.bytes)).release);
    const now = await firstObjection(mutant.bytes, mutant.go, edit(model));
    if (now === undefined) return 'passes';
    renamed ||= now.rule !== objection.rule;
  }
  return renamed ? 'renames' : undefined;
}
