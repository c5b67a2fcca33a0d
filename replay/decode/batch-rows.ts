/** Which batch holds a row, where the rows of each stand together. */

/** Rows looked up at once: a batch has thousands, so there is seldom a second to try. */
const BLOCK_BITS = 10;

/** A column of batch numbers would take four bytes a row, and be written by the hottest loop of all. */
export class BatchRows {
  /** Of the batches that have rows: their first row, and their number. */
  readonly #first: Uint32Array;
  readonly #number: Uint32Array;
  /** By block of rows: the place in both of the batch that holds the block's first row. */
  readonly #block: Uint32Array;

  /** The batches of a generation, in the order of its rows. */
  constructor(batches: readonly { readonly first: number; readonly last: number }[]) {
    const numbers = batches.flatMap(({ first, last }, number) => (last > first ? [number] : []));
    this.#number = Uint32Array.from(numbers);
    this.#first = Uint32Array.from(numbers, (number) => batches[number]!.first);
    const end = numbers.length > 0 ? batches[numbers.at(-1)!]!.last : 0;
    this.#block = new Uint32Array((end >> BLOCK_BITS) + 1);
    for (let block = 1, at = 0; block < this.#block.length; block++) {
      while (this.#first[at + 1]! <= block << BLOCK_BITS) at++;
      this.#block[block] = at;
    }
  }

  /** The number of the batch that holds a row. */
  of(row: number): number {
    let at = this.#block[row >> BLOCK_BITS]!;
    while (this.#first[at + 1]! <= row) at++;
    return this.#number[at]!;
  }
}
