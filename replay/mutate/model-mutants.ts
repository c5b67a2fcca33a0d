/**
 * Breaks the model one place at a time and asks whether anybody notices: a sound history that is refused now
 * (the mutant is too strict), a wrong one that passes (too lax), or one that is named by another rule.
 * The histories are small ones, made of the model's own tables (histories.ts), and real traces with mutants of them.
 */
import { RELEASES, type Release, releaseOf, wholeModelOf } from '../model/index.ts';
import { firstObjection } from './ask.ts';
import { historiesOf } from './histories.ts';
import { editsOf, MODEL_EDITS, type ModelEdit, type ModelEditKind } from './model-edits.ts';
import { excuseForModel } from './model-survivors.ts';
import { type MutantOptions, mutantsOf, type RealTrace } from './mutants.ts';
import type { ModelMutation } from './result.ts';

interface Witness {
  readonly bytes: Uint8Array;
  readonly go: string;
  /** The rule that refuses it; undefined for a sound one. */
  readonly refused: string | undefined;
  /** What it is a witness of, if that is known. */
  readonly about: string | undefined;
}

export interface ModelOptions extends MutantOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((asked: number, all: number) => void) | undefined;
}

type How = keyof ModelMutation['noticed'];
type Counts = ModelMutation['edits'][number];

/** `traces`, if any, must be sound and should be small: all of them are judged by nearly every mutant. */
export async function mutateModel(
  traces: readonly RealTrace[],
  options: ModelOptions,
): Promise<ModelMutation> {
  const from = process.cpuUsage().user;
  const edits = everyEdit();
  const histories = new Map(RELEASES.map((release) => [release, ofHistories(release)]));
  const mutants = await mutantsThatShow(traces, options);
  const real = [...traces.map(asSound), ...mutants];
  const kinds = new Map<ModelEditKind, Counts>();
  const unnoticed: ModelMutation['unnoticed'] = [];
  let asked = 0;
  for (const { release, edit } of edits) {
    options.signal?.throwIfAborted();
    const small = await noticedBy(edit, histories.get(release) ?? []);
    const great = await noticedBy(edit, real);
    const how = small ?? great;
    if (how === undefined) unnoticed.push({ name: edit.name, why: excuseForModel(edit.name) });
    count(kinds, edit.kind, how, traces.length === 0 ? undefined : great !== undefined);
    options.onProgress?.(++asked, edits.length);
  }
  return {
    mutants: edits.length,
    histories: [...histories.values()].reduce((sum, { length }) => sum + length, 0),
    witnesses: mutants.length,
    noticed: sumOf([...kinds.values()]),
    edits: [...kinds.values()],
    unnoticed,
    cpuMs: (process.cpuUsage().user - from) / 1000,
  };
}

/** Of each edit the newest release that has what it changes. */
export function everyEdit(): { release: Release; edit: ModelEdit }[] {
  const edits = new Map<string, { release: Release; edit: ModelEdit }>();
  for (const release of RELEASES)
    for (const edit of editsOf(wholeModelOf(release))) edits.set(edit.name, { release, edit });
  return [...edits.values()];
}

export function ofHistories(release: Release): Witness[] {
  return historiesOf(release).map(({ bytes, about, refused }) => ({ bytes, go: release, about, refused }));
}

const asSound = ({ bytes, go }: RealTrace): Witness => ({ bytes, go, refused: undefined, about: undefined });

function count(
  kinds: Map<ModelEditKind, Counts>,
  kind: ModelEditKind,
  how: How | undefined,
  byTraces: boolean | undefined,
): void {
  const counts = kinds.get(kind) ?? {
    edit: kind,
    text: MODEL_EDITS[kind],
    made: 0,
    noticed: { refuses: 0, passes: 0, renames: 0 },
    byTraces: byTraces === undefined ? null : 0,
  };
  kinds.set(kind, counts);
  counts.made++;
  if (how !== undefined) counts.noticed[how]++;
  if (counts.byTraces !== null && byTraces) counts.byTraces++;
}

function sumOf(kinds: readonly Counts[]): ModelMutation['noticed'] {
  const sum = (how: How): number => kinds.reduce((n, { noticed }) => n + noticed[how], 0);
  return { refuses: sum('refuses'), passes: sum('passes'), renames: sum('renames') };
}

/** `go 1.26 trace`: what a bare trace says of its release. */
const formatIn = (bytes: Uint8Array): number => Number(new TextDecoder().decode(bytes.subarray(5, 7)));

/** Trace mutants that the model as it is notices: of each signature the smallest, which is the quickest. */
async function mutantsThatShow(traces: readonly RealTrace[], options: ModelOptions): Promise<Witness[]> {
  const found = new Map<string, Witness>();
  for (const { bytes, go } of mutantsOf(traces, { ...options, spread: true })) {
    options.signal?.throwIfAborted();
    const objection = await firstObjection(bytes, go);
    // Damage is told before any rule is asked, and not by the model.
    if (objection === undefined || objection.event === 'damage') continue;
    const { rule, signature } = objection;
    if (bytes.length < (found.get(signature)?.bytes.length ?? Number.POSITIVE_INFINITY))
      found.set(signature, { bytes, go, refused: rule, about: rule });
  }
  return [...found.values()];
}

/** How the first of these notices that does: those that are about what is changed are asked first. */
export async function noticedBy(
  { about, edit }: Pick<ModelEdit, 'about' | 'edit'>,
  witnesses: readonly Witness[],
): Promise<How | undefined> {
  const near = witnesses.filter((each) => each.about === about);
  const far = witnesses.filter((each) => each.about !== about);
  for (const witness of [...near, ...far]) {
    const how = noticedIn(witness, await ruleThatRefuses(witness, edit));
    if (how === undefined) continue;
    // It proves something only if the model as it is says what the witness says.
    if ((await ruleThatRefuses(witness, (model) => model)) === witness.refused) return how;
    throw new RangeError(`a history about ${witness.about} is not what it says to be`);
  }
  return undefined;
}

function noticedIn({ refused }: Witness, now: string | undefined): How | undefined {
  if (now === refused) return undefined;
  if (refused === undefined) return 'refuses';
  return now === undefined ? 'passes' : 'renames';
}

async function ruleThatRefuses({ bytes, go }: Witness, edit: ModelEdit['edit']): Promise<string | undefined> {
  const model = edit(wholeModelOf(releaseOf(go, formatIn(bytes)).release));
  return (await firstObjection(bytes, go, model))?.rule;
}
