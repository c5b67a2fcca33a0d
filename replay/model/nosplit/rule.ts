/** What a rule of the stack check is: a sentence, and the statements of Go's source that make it so. */
import type { Citation } from '../../result.ts';

export interface NosplitRule {
  readonly id: string;
  readonly text: string;
  readonly cite: readonly Citation[];
}
