/** A small history, and who must object to it. */
export interface History {
  readonly name: string;
  /** The row or invariant that it is a witness of. */
  readonly about: string;
  /** The rule that refuses it first; undefined for one that Go may have written. */
  readonly refused: string | undefined;
  /** As small-trace.ts reads them. */
  readonly lines: string;
}
