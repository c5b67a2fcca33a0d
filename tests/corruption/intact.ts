/** A sound trace, read once, to which what is salvaged from its corrupted copies is compared. */
import { EV, type Generation, openTrace } from '../../replay/decode/index.ts';

export interface Batch {
  readonly kind: 'events' | 'samples' | 'strings' | 'stacks' | 'sync' | 'experimental';
  readonly m: number;
  /** Byte offsets: of its header, of its data, and after its data. */
  readonly offset: number;
  readonly data: number;
  readonly end: number;
  readonly generation: Generation;
  /** Its rows of the generation's columns. */
  readonly first: number;
  readonly last: number;
}

export interface Intact {
  readonly name: string;
  readonly version: number;
  readonly bytes: Uint8Array;
  readonly base: bigint;
  readonly generations: readonly Generation[];
  /** In the order of the file. */
  readonly batches: readonly Batch[];
  /** By file offset: one more than the row of the event that begins there, in its generation; 0 for none. */
  readonly rows: Uint32Array;
  /** Offsets at which a generation ends, and the file's header. */
  readonly boundaries: ReadonlySet<number>;
}

export async function readIntact(name: string, read: Uint8Array): Promise<Intact> {
  // A Buffer's slices are views of it, and what is made of them would change it.
  const bytes = new Uint8Array(read);
  const reader = await openTrace(bytes);
  const generations: Generation[] = [];
  for await (const generation of reader.generations()) generations.push(generation);
  const { damage } = reader;
  if (damage !== undefined) throw new Error(`${name} is damaged to begin with: ${damage.message}`);
  const rows = new Uint32Array(bytes.length);
  for (const generation of generations) {
    for (let row = 0; row < generation.count; row++) rows[generation.offsetOf(row)] = row + 1;
  }
  return {
    name,
    version: reader.version,
    bytes,
    base: reader.base,
    generations,
    batches: generations.flatMap((generation) =>
      generation.batches.map((batch) => ({ ...batch, end: batch.data + batch.size, generation })),
    ),
    rows,
    boundaries: new Set([16, ...generations.map(({ end }) => end)]),
  };
}

/** Types of the batches that hold tables. */
export const STRING = EV.String;
export const STACK = EV.Stack;
