/**
 * A generation has more events than fit into the 4 GB that a kernel can address
 * (60 million and more), or than the machine has memory for.
 */
export class CapacityError extends Error {
  override readonly name = 'CapacityError';
  readonly code = 'generation-size';

  constructor() {
    super('a generation of this trace is larger than can be held: at most 4 GB, and what the machine gives');
  }
}
