/** Replays for tests of what is done with them: the least that one holds, and what a test says. */
import type { Divergence, Replay } from '../../replay/index.ts';

export function divergence(signature: string, index: number): Divergence {
  return {
    id: `${signature}#${index}`,
    signature,
    class: 'diverges',
    rule: signature.split('~')[0] ?? '',
    text: 'a rule',
    cite: [],
    layers: ['trace'],
    evidence: 'observed',
    subject: { kind: 'goroutine', id: '7' },
    at: { index, generation: 1, time: 0, m: 1, p: 0, g: 7, name: 'GoStart', args: '', stack: [], offset: 0 },
    before: [],
    observed: '',
    allowed: [],
    slice: [],
    consequences: 0,
    repro: '',
  };
}

export function replay(file: string, fields: Partial<Replay>): Replay {
  return {
    file,
    program: 'netguy',
    go: 'go1.26.8',
    arch: 'amd64',
    emulated: false,
    layers: ['trace'],
    events: 10,
    generations: 1,
    counts: { goroutines: 1, procs: 1, threads: 1 },
    duration: 1,
    lost: { bytes: 0, events: 0, notes: [] },
    verdict: fields.divergences?.length ? 'diverges' : 'conforms',
    why: '',
    exit: '',
    divergences: [],
    suspicions: [],
    coverage: { rows: [], observed: 0, unobserved: 0, promises: [] },
    timeline: { start: 0, end: 0, resolution: 0, lanes: [] },
    ...fields,
  };
}
