/** The text layer: what a Go runtime writes to fd 2 under GODEBUG and when it dies. Start at judge.ts. */
export { isForcedStack, type TraceFacts, type TraceGcCycle } from './facts.ts';
export { judgeText, type TextResult } from './judge.ts';
