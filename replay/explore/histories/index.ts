/** The histories, in the order in which they are told: the five of the design, then two other classic races. */
import type { History } from '../history.ts';
import { copystack } from './copystack.ts';
import { goexit } from './goexit.ts';
import { markTermination } from './mark-termination.ts';
import { nosplit } from './nosplit.ts';
import { retake } from './retake.ts';
import { systemstack } from './systemstack.ts';
import { threadExit } from './thread-exit.ts';

export const HISTORIES: readonly History[] = [
  copystack,
  systemstack,
  goexit,
  threadExit,
  nosplit,
  retake,
  markTermination,
];
