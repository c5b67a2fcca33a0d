/**
 * What Go's tracer itself gets wrong, so that the trace does not say what the runtime did: seen in real traces, and read in
 * the source of each release. Whoever finds such an event is told of it, and need not look for the cause in the scheduler.
 */
import type { EventName } from '../decode/index.ts';
import type { Citation } from '../result.ts';
import { at, RELEASES, type Release } from './row.ts';

export interface TracerDefect {
  /** Of an event whose number begins again at 1 in the middle of a generation. */
  readonly on: EventName;
  /** The last release that does so. */
  readonly to: Release;
  readonly text: string;
  readonly cite: readonly Citation[];
}

const DEFECTS: readonly TracerDefect[] = [
  {
    on: 'ProcSteal',
    to: 'go1.25',
    text:
      'the tracer of Go 1.22 to 1.25 writes this: an M that comes back from a system call asks for the tracer before it takes ' +
      'its P back, which another M may have led into the next generation meanwhile, where its numbers begin again',
    cite: [
      at(
        'proc.go',
        'exitsyscallfast',
        'if oldp != nil && oldp.status == _Psyscall && atomic.Cas(&oldp.status, _Psyscall, _Pidle) {',
      ),
      at('proc.go', 'exitsyscallfast_reacquired', 'trace.ProcSteal(gp.m.p.ptr(), true)'),
    ],
  },
];

/** Those of a release, in no order. */
export function tracerDefectsOf(release: Release): readonly TracerDefect[] {
  return DEFECTS.filter(({ to }) => RELEASES.indexOf(release) <= RELEASES.indexOf(to));
}
