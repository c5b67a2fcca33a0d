/** Why the judge passes what it passes: what a mutant of this kind and of these events shows to nobody. */
interface Excuse {
  /** Of the kind, and of the events as they are told: `GoBlock network → sync`. */
  readonly kind: RegExp;
  readonly events: RegExp;
  readonly why: string;
}

/** The first that fits counts. */
const EXCUSES: readonly Excuse[] = [
  {
    kind: /^(delete|duplicate|swap)$/,
    events:
      /^(Heap(Alloc|Goal)|ProcsChange|User(Log|Task)\w*)( (Heap(Alloc|Goal)|ProcsChange|User(Log|Task)\w*))?$/,
    why: 'it changes nothing that another event needs: a figure or a word of the program, which may be there once, twice or not at all',
  },
  {
    kind: /^(delete|duplicate|swap)$/,
    events: /\b(GoLabel|GCMarkAssistActive|GCSweepActive|GCActive|GoStatus|GoStatusStack|ProcStatus)\b/,
    why: 'it says again what is known, or what nothing in the rest of the excerpt depends on',
  },
  {
    kind: /^(delete|duplicate|swap)$/,
    events: /^UserRegion/,
    why: 'regions are to be nested, but a program that does not keep to it is no fault of the runtime',
  },
  {
    kind: /^swap$/,
    events: /^Go(Block|Stop) GoUnblock$/,
    why: 'a wake may lack its stack where Go unwinds without frame pointers, and then may as well stand before the goroutine stops',
  },
  {
    kind: /^(delete|retarget|swap)$/,
    events: /./,
    why: 'nothing that comes later in the excerpt has to do with what it was about',
  },
  {
    kind: /^shift-(10s|100ms)$/,
    events: /./,
    why: 'nothing else is asked about those times: behind it stand only statuses, which may be written late, or nothing happens on any other M until the generation ends',
  },
  {
    kind: /^shift-1ms$/,
    events: /./,
    why: 'the M went on by itself for a millisecond: no goroutine or P of the shifted events was anywhere else before its generation ended',
  },
  {
    kind: /^shift-100us$/,
    events: /./,
    why: 'clocks may be apart by 100 us (`tolerance` in replay/model says why); what is noticed is the order that changes by it',
  },
  {
    kind: /^lost-batch$/,
    events: /./,
    why: 'the batch was the last of its M, or held only samples or statuses that nothing else refers to',
  },
  {
    kind: /^reason/,
    events: /^GoBlock .* → preempted$/,
    why: 'from Go 1.26 on a goroutine that is preempted keeps its stack, and any function may be',
  },
  {
    kind: /^reason/,
    events: /→ forever$/,
    why: 'a channel that is nil is waited for in the same function, and nothing later wakes the goroutine',
  },
  {
    kind: /^reason/,
    events: /Gosched|preempted/,
    why: 'until Go 1.24 the stack of a goroutine that stops begins above Gosched, so yielding and being preempted look the same',
  },
  {
    kind: /^reason/,
    events: /network → sync|sync → network/,
    why: 'package poll waits for the network and for its own locks, from functions that are in the stack of both',
  },
];

export function excuseFor(kind: string, events: string): string {
  return EXCUSES.find((each) => each.kind.test(kind) && each.events.test(events))?.why ?? '';
}
