/** What a sealed recording and a `.part` have in common. */
export interface Container {
  readonly entries: ReadonlyMap<string, { bytes: number }>;
  read(name: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
