/** Reasons as an excerpt has them and as its release knows them, by event, and how to name one in a generation. */
import type { WireGeneration } from '../decode/index.ts';
import { modelOf, releaseOf, STW_REASONS } from '../model/index.ts';
import type { Change, Excerpt } from './excerpt.ts';

interface Texts {
  readonly byId: ReadonlyMap<number, string>;
  readonly ids: ReadonlyMap<string, number>;
}

const known = new WeakMap<WireGeneration, Texts>();

/** The string table of a generation. */
export function textsOf(generation: WireGeneration): Texts {
  let texts = known.get(generation);
  if (texts === undefined) {
    const byId = new Map<number, string>();
    for (const { events } of generation.batches)
      for (const { name, args, data } of events)
        if (name === 'String') byId.set(Number(args.id), new TextDecoder().decode(data));
    texts = { byId, ids: new Map([...byId].map(([id, text]) => [text, id])) };
    known.set(generation, texts);
  }
  return texts;
}

const ARGUMENT: Readonly<Record<string, string>> = {
  GoBlock: 'reason_string',
  GoStop: 'reason_string',
  STWBegin: 'kind_string',
};

export class Reasons {
  readonly #excerpt: Excerpt;
  readonly #vocabulary = new Map<string, string[]>();
  readonly #used = new Map<string, string[]>();
  readonly #foreign = new Map<string, string[]>();

  constructor(excerpt: Excerpt, go: string) {
    this.#excerpt = excerpt;
    for (const { on, reasons = [] } of modelOf(releaseOf(go, excerpt.version).release))
      if (on in ARGUMENT) this.#vocabulary.set(on, [...(this.#vocabulary.get(on) ?? []), ...reasons]);
    this.#vocabulary.set('STWBegin', [...STW_REASONS]);
  }

  /** Reasons that the excerpt has for an event, in the order of the file. */
  used(event: string): readonly string[] {
    let found = this.#used.get(event);
    if (found === undefined) {
      found = [...new Set(this.#given(event))];
      this.#used.set(event, found);
    }
    return found;
  }

  *#given(event: string): Generator<string, void> {
    for (const generation of this.#excerpt.generations) {
      const { byId } = textsOf(generation);
      for (const { events } of generation.batches)
        for (const { name, args } of events)
          if (name === event) yield byId.get(Number(args[ARGUMENT[name] as string])) ?? '';
    }
  }

  /** Reasons that the release has for it. */
  known(event: string): readonly string[] {
    return this.#vocabulary.get(event) ?? [];
  }

  /** Texts of the excerpt's first generation that are no reason for it. */
  foreign(event: string): readonly string[] {
    let found = this.#foreign.get(event);
    if (found === undefined) {
      const [first] = this.#excerpt.generations;
      const reasons = new Set(this.known(event));
      found = first === undefined ? [] : [...textsOf(first).ids.keys()].filter((text) => !reasons.has(text));
      this.#foreign.set(event, found);
    }
    return found;
  }

  /** A text's number in a generation; where it has none, a change that gives it one. */
  idIn(generation: WireGeneration, text: string): { id: number; added: Change[] } {
    const { ids, byId } = textsOf(generation);
    const has = ids.get(text);
    if (has !== undefined) return { id: has, added: [] };
    const batch = generation.batches.find(({ events }) => events[0]?.name === 'Strings');
    const id = Math.max(0, ...byId.keys()) + 1;
    if (batch === undefined) return { id: 0, added: [] };
    const event = { name: 'String' as const, args: { id }, data: new TextEncoder().encode(text) };
    return { id, added: [{ batch, from: 1, to: 1, events: [event] }] };
  }
}
