/**
 * Breaks the model one place at a time and asks whether anybody notices: a sound history that is refused now
 * (the mutant is too strict), a wrong one that passes (too lax), or one that is named by another rule.
 * The histories are small ones, made of the model's own tables (histories.ts, fine-histories.ts), and real traces
 * with mutants of them.
 */
import { fineModelOf, RELEASES, type Release, releaseOf, wholeModelOf } from '../model/index.ts';
import { firstObjection } from './ask.ts';
import { MODEL_EDITS } from './edit-kinds.ts';
import { type FineEdit, fineEditsOf } from './fine-edits.ts';
import { type FineHistory, fineHistoriesOf, rulesAgainst } from './fine-histories.ts';
import { historiesOf } from './histories.ts';
import { editsOf, type ModelEdit } from './model-edits.ts';
import { excuseForModel } from './model-survivors.ts';
import { type MutantOptions, mutantsOf, type RealTrace } from './mutants.ts';
import type { ModelMutation } from './result.ts';

export interface ModelOptions extends MutantOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((asked: number, all: number) => void) | undefined;
}

/** `traces`, if any, must be sound and should be small: all of them are judged by nearly every mutant. */
export async function mutateModel(
  traces: readonly RealTrace[],
  options: ModelOptions,
): Promise<ModelMutation> {
  const from = process.cpuUsage().user;
  const [coarse, fine] = [everyEdit(), everyFineEdit()];
  const mutants = await mutantsThatShow(traces, options);
  const real = [...traces.map(asSound), ...mutants];
  const report = new Report();
  const all = coarse.length + fine.length;
  const step = (): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(report.asked, all);
  };
  for (const { release, edit } of coarse) {
    const small = await noticedBy(edit, ofHistories(release));
    const great = await noticedBy(
      edit,
      real.filter((each) => concerns(each, edit)),
    );
    report.add('trace', edit, small ?? great, traces.length === 0 ? undefined : great !== undefined);
    step();
  }
  for (const { release, edit } of fine) {
    report.add('probe', edit, await noticedByRecords(edit, release), undefined);
    step();
  }
  return {
    ...report.result(),
    histories: RELEASES.reduce(
      (sum, release) => sum + ofHistories(release).length + ofRecords(release).length,
      0,
    ),
    witnesses: mutants.length,
    cpuMs: (process.cpuUsage().user - from) / 1000,
  };
}

type How = keyof ModelMutation['noticed'];
type Counts = ModelMutation['edits'][number];

/** What comes of all mutants. */
class Report {
  readonly #counts = new Map<string, Counts>();
  readonly #unnoticed: ModelMutation['unnoticed'] = [];

  get asked(): number {
    return this.#edits.reduce((sum, { made }) => sum + made, 0);
  }

  get #edits(): Counts[] {
    return [...this.#counts.values()];
  }

  add(
    layer: Counts['layer'],
    { kind, name }: Pick<ModelEdit, 'kind' | 'name'>,
    how: How | undefined,
    byTraces: boolean | undefined,
  ): void {
    const key = `${layer} ${kind}`;
    const counts = this.#counts.get(key) ?? {
      layer,
      edit: kind,
      text: MODEL_EDITS[kind],
      made: 0,
      noticed: { refuses: 0, passes: 0, renames: 0 },
      byTraces: byTraces === undefined ? null : 0,
    };
    this.#counts.set(key, counts);
    counts.made++;
    if (counts.byTraces !== null && byTraces) counts.byTraces++;
    if (how === undefined) this.#unnoticed.push({ name, why: excuseForModel(name) });
    else counts.noticed[how]++;
  }

  result(): Pick<ModelMutation, 'mutants' | 'noticed' | 'edits' | 'unnoticed'> {
    const edits = this.#edits;
    const sum = (how: How): number => edits.reduce((n, { noticed }) => n + noticed[how], 0);
    const noticed = { refuses: sum('refuses'), passes: sum('passes'), renames: sum('renames') };
    return { mutants: this.asked, noticed, edits, unnoticed: this.#unnoticed };
  }
}

interface Chosen<E> {
  readonly release: Release;
  readonly edit: E;
}

/** Of each edit the newest release that has what it changes. */
export const everyEdit = (): Chosen<ModelEdit>[] => newest((release) => editsOf(wholeModelOf(release)));
export const everyFineEdit = (): Chosen<FineEdit>[] => newest((release) => fineEditsOf(fineModelOf(release)));

function newest<E extends { readonly name: string }>(of: (release: Release) => readonly E[]): Chosen<E>[] {
  const edits = new Map<string, Chosen<E>>();
  for (const release of RELEASES) for (const edit of of(release)) edits.set(edit.name, { release, edit });
  return [...edits.values()];
}

interface Witness {
  readonly bytes: Uint8Array;
  readonly go: string;
  /** The rule that refuses it; undefined for a sound one. */
  readonly refused: string | undefined;
  /** What it is a witness of, if that is known. */
  readonly about: string | undefined;
}

const asSound = ({ bytes, go }: RealTrace): Witness => ({ bytes, go, refused: undefined, about: undefined });

/** A sound trace may show anything; of its mutants, each of which takes its time, those that the changed rule refused. */
function concerns({ refused }: Witness, { about, kind }: ModelEdit): boolean {
  const isGiver = kind === 'function unknown' || kind === 'function silent';
  return refused === undefined || refused === (isGiver ? 'blocking/reason-fits-stack' : about);
}

/** The small histories of a release, which are made once. */
const ofHistories = once((release: Release): readonly Witness[] =>
  historiesOf(release).map(({ bytes, about, refused }) => ({ bytes, go: release, about, refused })),
);
const ofRecords = once((release: Release): readonly FineHistory[] => fineHistoriesOf(release));

function once<T>(make: (release: Release) => T): (release: Release) => T {
  const made = new Map<Release, T>();
  return (release) => {
    const known = made.get(release) ?? make(release);
    made.set(release, known);
    return known;
  };
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

/** How a small history notices. */
export async function noticedBySmall({ release, edit }: Chosen<ModelEdit>): Promise<How | undefined> {
  return await noticedBy(edit, ofHistories(release));
}

/** How the first of these notices that does. */
async function noticedBy(
  { about, edit }: ModelEdit,
  witnesses: readonly Witness[],
): Promise<How | undefined> {
  for (const witness of nearFirst(witnesses, about)) {
    const how = howNoticed(witness.refused, await ruleThatRefuses(witness, edit));
    if (how === undefined) continue;
    // It proves something only if the model as it is says what the witness says.
    if ((await ruleThatRefuses(witness, (model) => model)) === witness.refused) return how;
    throw new RangeError(`a history about ${witness.about} is not what it says to be`);
  }
  return undefined;
}

/** Those that are about what is changed are asked first. */
const nearFirst = <T extends { readonly about: string | undefined }>(
  all: readonly T[],
  about: string,
): T[] => [...all.filter((each) => each.about === about), ...all.filter((each) => each.about !== about)];

function howNoticed(refused: string | undefined, now: string | undefined): How | undefined {
  if (now === refused) return undefined;
  if (refused === undefined) return 'refuses';
  return now === undefined ? 'passes' : 'renames';
}

async function ruleThatRefuses({ bytes, go }: Witness, edit: ModelEdit['edit']): Promise<string | undefined> {
  const model = edit(wholeModelOf(releaseOf(go, formatIn(bytes)).release));
  return (await firstObjection(bytes, go, model))?.rule;
}

/** How the first of a release's histories of records notices that does. */
export async function noticedByRecords(
  { about, edit }: FineEdit,
  release: Release,
): Promise<How | undefined> {
  const model = { rows: fineModelOf(release) };
  const mutant = edit(model);
  for (const history of nearFirst(ofRecords(release), about)) {
    const [refused] = await rulesAgainst(history, release, model);
    const how = howNoticed(refused, (await rulesAgainst(history, release, mutant))[0]);
    if (how !== undefined) return how;
  }
  return undefined;
}
