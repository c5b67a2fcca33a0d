/**
 * What holds of the whole state, whichever row leads to it. Each was seen to
 * hold on millions of events of real traces, Go 1.22 to 1.26 on amd64 and
 * arm64, before it was made a rule.
 */
import { at, type Invariant, type Release } from './row.ts';

const nextSeq = (file: string) => at(file, '(*traceSchedResourceState) nextSeq', 'r.seq[gen%2]++');

/** Go 1.22. */
const invariants = {
  gcEndStopped: {
    id: 'gc/end-while-stopped',
    text: 'a collection ends while the world is stopped',
    cite: [at('mgc.go', 'gcMarkDone', 'gcController.endCycle(now, int(gomaxprocs), work.userForced)')],
  },
  gcEndAlone: {
    id: 'gc/end-alone',
    text: 'when a collection ends, exactly one P runs',
    cite: [at('proc.go', 'stopTheWorldWithSema', 'bad = "stopTheWorld: not stopped (status != _Pgcstop)"')],
  },
  stwSameHolder: {
    id: 'stw/same-holder',
    text: 'the goroutine and the M that stopped the world start it again',
    cite: [at('proc.go', 'startTheWorldWithSema', 'assertWorldStopped()')],
  },
  stwHolderRuns: {
    id: 'stw/holder-runs',
    text: 'the goroutine that stopped the world neither waits, exits nor enters a system call before it has started it again',
    cite: [
      at(
        'proc.go',
        'startTheWorldWithSema',
        'mp := acquirem() // disable preemption because it can be holding p in a local var',
      ),
    ],
  },
  procsWithinLimit: {
    id: 'P/within-gomaxprocs',
    text: 'no P numbered GOMAXPROCS or above runs',
    cite: [at('proc.go', 'procresize', 'for i := nprocs; i < old; i++ {')],
  },
  vocabulary: {
    id: 'goroutine/reason-vocabulary',
    text: 'the reason given for a stop or a block is one that this release knows',
    cite: [at('proc.go', 'park_m', 'trace.GoPark(mp.waitTraceBlockReason, mp.waitTraceSkip)')],
  },
  sequence: {
    id: 'format/sequence',
    text: 'events about one goroutine, P or collector are numbered without gaps or repeats',
    cite: [nextSeq('trace2status.go')],
  },
} as const satisfies Record<string, Invariant>;

export type InvariantName = keyof typeof invariants;
export type Invariants = Readonly<Record<InvariantName, Invariant>>;

const since123: Invariants = {
  ...invariants,
  sequence: { ...invariants.sequence, cite: [nextSeq('tracestatus.go')] },
};

/** The invariants that hold for a release. */
export function invariantsOf(release: Release): Invariants {
  return release === 'go1.22' ? invariants : since123;
}
