/** What a row may need, as bits. */
import type { Need } from '../model/index.ts';

export const NEED = {
  M: 1,
  P: 2,
  G: 4,
  noG: 8,
  noP: 16,
  'G running': 32,
  'P left': 64,
} as const satisfies Readonly<Record<Need, number>>;
