/** How a process group is brought to an end: politely, then with a goroutine dump, then for good. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Rung {
  readonly signal: NodeJS.Signals;
  /** Milliseconds to wait for the end before the next rung. */
  readonly waitMs: number;
}

/**
 * SIGTERM lets the added file save the trace; SIGQUIT makes Go's runtime print
 * every goroutine, which is what a hang leaves as evidence; SIGKILL ends anything.
 */
export const PATIENT: readonly Rung[] = [
  { signal: 'SIGTERM', waitMs: 8000 },
  { signal: 'SIGQUIT', waitMs: 5000 },
  { signal: 'SIGKILL', waitMs: 5000 },
];

/** For a program that has no handler of ours, whom SIGTERM would end before it shows what hangs. */
export const DUMP_FIRST: readonly Rung[] = PATIENT.slice(1);

/** For a person who has pressed Ctrl-C and waits. */
export const HURRIED: readonly Rung[] = [
  { signal: 'SIGTERM', waitMs: 2000 },
  { signal: 'SIGQUIT', waitMs: 1500 },
  { signal: 'SIGKILL', waitMs: 2000 },
];

/** Signals the group until `ended` resolves; returns the signals that were sent, in order. */
export async function descend(
  group: number,
  rungs: readonly Rung[],
  ended: Promise<unknown>,
): Promise<string[]> {
  const sent: string[] = [];
  for (const { signal, waitMs } of rungs) {
    if (!signalGroup(group, signal)) break;
    sent.push(signal);
    if (await settlesWithin(ended, waitMs)) break;
  }
  return sent;
}

/** Ends whatever a program has left behind in its group. */
export async function clearGroup(group: number): Promise<void> {
  if (!signalGroup(group, 0)) return;
  signalGroup(group, 'SIGTERM');
  for (let i = 0; i < 10 && signalGroup(group, 0); i++) await sleep(50);
  signalGroup(group, 'SIGKILL');
}

/** False when the group has no process any more. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    // EPERM: there is one, though not ours to signal (it has changed its user).
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether it settles in that time; never rejects. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    late,
  ]);
  timer.abort();
  return settled;
}
