/**
 * Replays that look like real ones, for the reports' tests: eight recordings of
 * netguy and netecho on two architectures and two releases. `hostile` puts an
 * attack into every string that a program or a file could choose.
 */
import type {
  Divergence,
  EventView,
  Lane,
  Timeline,
  Layer,
  Replay,
  RowCoverage,
  Verdict,
} from '../../replay/index.ts';

export const ATTACK = '<img src=x onerror="window.attacked=1"></script><script>window.attacked=1</script>';
export const STRANGE = `a|b \`c\` "d" 'e' & \u2028\u202e gnp.exe \u0000\u001b[31m ${ATTACK}`;

export interface SampleOptions {
  /** Every recording conforms. */
  clean?: boolean;
  /** Strings are attacks. */
  hostile?: boolean;
}

export function sampleReplays(options: SampleOptions = {}): Replay[] {
  const replays: Replay[] = [];
  for (const program of ['netguy', 'netecho']) {
    for (const go of ['go1.22.12', 'go1.26.8']) {
      for (const arch of ['amd64', 'arm64']) {
        replays.push(sampleReplay(program, go, arch, replays.length, options));
      }
    }
  }
  return replays;
}

export function sampleReplay(
  program: string,
  go: string,
  arch: string,
  seed = 1,
  options: SampleOptions = {},
): Replay {
  const random = randomFrom(seed + 17);
  const verdict = options.clean ? 'conforms' : verdictOf(program, go, arch);
  const file = `${program}-${go}-linux-${arch}.gotwin`;
  const duration = 5.02e9 + seed * 1.7e6;
  const rows = coverageRows(go, arch, random);
  const lost = verdict === 'malformed' ? 41_213 : 0;
  const divergences =
    verdict === 'diverges'
      ? [startOfWaiting(file, duration), secondRunner(file, duration)]
      : verdict === 'malformed'
        ? [lostGeneration(file)]
        : [];
  const replay: Replay = {
    file,
    program,
    go,
    arch,
    emulated: arch === 'arm64',
    layers: ['trace', 'text'],
    events: 141_871 + seed * 9_377,
    generations: 6,
    counts: { goroutines: 43 + seed, procs: 2, threads: 7 },
    duration,
    lost: {
      bytes: lost,
      events: lost ? 1_204 : 0,
      notes: lost ? ['The batch at byte 1,483,201 is 65,540 bytes long; Go writes at most 65,536.'] : [],
    },
    verdict,
    why: whyOf(verdict),
    exit: 'exit 0',
    divergences,
    suspicions: divergences.map(({ rule, signature, text, subject, at, observed }) => ({
      rule,
      signature,
      text,
      subject,
      at,
      observed,
    })),
    coverage: {
      rows,
      observed: rows.filter((row) => row.count > 0).length,
      unobserved: rows.filter((row) => row.observable && row.count === 0).length,
      promises: promisesOf(program, verdict),
    },
    text: {
      snapshots: 49,
      gcCycles: 517,
      unread: verdict === 'malformed' ? 2 : 0,
      checks: { 'snapshot/procs': 98, 'snapshot/holds': 343, 'gctrace/cycles': 517 },
    },
    timeline: {
      start: 0,
      end: duration,
      resolution: 2e6,
      lanes: lanesOf(duration, divergences.length > 0, random),
      counts: countsOf(duration, random),
    },
  };
  return options.hostile ? withAttacks(replay) : replay;
}

function verdictOf(program: string, go: string, arch: string): Verdict {
  if (program === 'netguy' && arch === 'arm64' && go === 'go1.26.8') return 'diverges';
  if (program === 'netecho' && arch === 'arm64' && go === 'go1.22.12') return 'malformed';
  if (program === 'netecho' && arch === 'arm64') return 'unobservable';
  return 'conforms';
}

function whyOf(verdict: Verdict): string {
  if (verdict === 'diverges') return 'Two rules were broken, first at event 88,412.';
  if (verdict === 'malformed') return 'Generation 4 is missing between 3 and 5: Go cannot have written this.';
  if (verdict === 'unobservable') return 'The program promised 1,000 network blocks and reached 212.';
  return 'Every event fits a row of the model, and the program reached all rows that it promised.';
}

function promisesOf(program: string, verdict: Verdict): Replay['coverage']['promises'] {
  if (program !== 'netecho') return [{ row: 'gc/begin', atLeast: 10, seen: 517 }];
  return [
    { row: 'gc/begin', atLeast: 50, seen: 517 },
    { row: 'goroutine/park', facet: 'network', atLeast: 1000, seen: verdict === 'unobservable' ? 212 : 41_220 },
    { row: 'goroutine/ready', facet: 'network', atLeast: 1000, seen: verdict === 'unobservable' ? 209 : 41_214 },
  ];
}

type Edge = [row: string, from: string, to: string, text: string, weight: number];

const GOROUTINE: Edge[] = [
  ['goroutine/create', 'undetermined|dead', 'runnable', 'A running goroutine creates another.', 44],
  ['goroutine/create-blocked', 'undetermined|dead', 'waiting', 'A goroutine is created blocked.', 0],
  ['goroutine/start', 'runnable', 'running', 'An M with a P takes a runnable goroutine.', 48_211],
  ['goroutine/stop', 'running', 'runnable', 'A goroutine yields or is preempted.', 3_802],
  ['goroutine/park', 'running', 'waiting', 'A goroutine blocks, with a reason.', 44_365],
  ['goroutine/ready', 'waiting', 'runnable', 'Whoever can end the wait makes it runnable.', 44_321],
  ['goroutine/switch', 'running', 'waiting', 'A coroutine hands its M over.', 0],
  ['goroutine/enter-syscall', 'running', 'syscall', 'A goroutine enters a system call.', 91_204],
  ['goroutine/exit-syscall', 'syscall', 'running', 'It comes back and keeps its P.', 91_117],
  ['goroutine/exit-syscall-blocked', 'syscall', 'runnable', 'It comes back and has lost its P.', 87],
  ['goroutine/destroy', 'running', 'dead', 'The goroutine returns or calls Goexit.', 39],
  ['goroutine/create-syscall', 'undetermined|dead', 'syscall', 'A C thread calls into Go.', 0],
  ['goroutine/destroy-syscall', 'syscall', 'dead', 'A C thread that called into Go goes.', 0],
  ['goroutine/reuse', 'dead', 'idle', 'A dead G is taken from the free list.', 0],
];
const PROC: Edge[] = [
  ['P/start', 'idle', 'running', 'An M takes an idle P.', 18_220],
  ['P/stop', 'running', 'idle', 'An M gives its P up.', 18_133],
  ['P/enter-syscall', 'running', 'syscall', "The P's goroutine enters a system call.", 91_204],
  ['P/exit-syscall', 'syscall', 'running', 'The goroutine comes back in time.', 91_117],
  ['P/retake', 'syscall|abandoned', 'idle', 'Another M takes the P away.', 87],
  ['P/abandon', 'syscall', 'abandoned', 'A C thread goes and leaves its P.', 0],
];
const GC: Edge[] = [
  ['gc/begin', 'off', 'marking', 'Sweep termination ends and marking begins.', 517],
  ['gc/end', 'marking', 'off', 'Mark termination ends under a stopped world.', 517],
  ['gc/assist', 'marking', 'marking', 'A goroutine pays for what it allocates.', 212],
];

function coverageRows(go: string, arch: string, random: () => number): RowCoverage[] {
  const edges: [string, Edge[]][] = [
    ['goroutine', GOROUTINE],
    ['P', PROC],
    ['gc', GC],
  ];
  const rows = edges.flatMap(([family, all]) =>
    all.map((edge) => edgeRow(family, edge, arch === 'arm64' ? 0.2 : 0.9 + random() / 5, go)),
  );
  for (const row of ['annotation/task', 'annotation/region', 'annotation/log']) {
    rows.push({ ...bareRow(row, 'annotation', 'trace'), text: 'A task, region or log of the program.' });
  }
  rows.push({ ...bareRow('snapshot/holds', 'text', 'text'), text: 'An M and its P name each other.', count: 343 });
  return rows;
}

function edgeRow(family: string, [row, from, to, text, weight]: Edge, scale: number, go: string): RowCoverage {
  const count = Math.round(weight * scale);
  return {
    ...bareRow(row, family, 'trace'),
    text,
    from,
    to,
    count,
    facets: facetsOf(row, count),
    observable: !(row === 'goroutine/reuse' || (row === 'goroutine/switch' && go.startsWith('go1.22'))),
  };
}

function facetsOf(row: string, count: number): Record<string, number> {
  if (row !== 'goroutine/park' || count === 0) return {};
  const network = Math.round(count * 0.93);
  return { network, 'chan receive': count - network - 17, sleep: 12, 'GC background sweeper wait': 5 };
}

function bareRow(row: string, family: string, layer: Layer): RowCoverage {
  return { row, family, text: '', layer, count: 0, facets: {}, observable: true };
}

function event(index: number, time: number, at: Partial<EventView>): EventView {
  return {
    index,
    generation: 3,
    time,
    m: 4021,
    p: 0,
    g: -1,
    name: 'GoStart',
    args: '',
    stack: [],
    offset: 700_000 + index * 7,
    ...at,
  };
}

const POLL_STACK = [
  'internal/poll.runtime_pollWait /usr/local/go/src/runtime/netpoll.go:351',
  'internal/poll.(*pollDesc).wait /usr/local/go/src/internal/poll/fd_poll_runtime.go:84',
  'internal/poll.(*pollDesc).waitRead /usr/local/go/src/internal/poll/fd_poll_runtime.go:89',
  'internal/poll.(*FD).Read /usr/local/go/src/internal/poll/fd_unix.go:165',
  'net.(*netFD).Read /usr/local/go/src/net/fd_posix.go:68',
  'net.(*conn).Read /usr/local/go/src/net/net.go:196',
  'main.netguy /home/someone/netguy/main.go:71',
];

function startOfWaiting(file: string, duration: number): Divergence {
  const t = duration * 0.62;
  const at = event(88_412, t, { g: -1, m: 4023, p: 1, name: 'GoStart', args: 'g=21 g_seq=1442' });
  const create = event(211, duration * 0.001, { g: 1, name: 'GoCreate', args: 'new_g=21 new_stack=14' });
  const block = event(88_390, t - 41_200, {
    g: 21,
    name: 'GoBlock',
    args: 'reason=network',
    stack: POLL_STACK,
  });
  const stop = event(88_397, t - 22_016, { m: 4023, p: 1, g: 9, name: 'GoStop', args: 'reason=preempted' });
  const unblock = event(88_381, t - 90_816, { m: 4023, p: 1, name: 'GoUnblock', args: 'g=21 g_seq=1440' });
  const start = event(88_384, t - 77_952, { name: 'GoStart', args: 'g=21 g_seq=1441' });
  return {
    id: 'goroutine/start~3f9ac41be207#1',
    signature: 'goroutine/start~3f9ac41be207',
    class: 'diverges',
    rule: 'goroutine/start',
    text: 'Only a runnable goroutine starts.',
    cite: [
      {
        file: 'runtime/proc.go',
        func: 'execute',
        statement: 'casgstatus(gp, _Grunnable, _Grunning)',
      },
      {
        file: 'runtime/proc.go',
        func: 'ready',
        statement: 'casgstatus(gp, _Gwaiting, _Grunnable)',
      },
    ],
    layers: ['trace'],
    evidence: 'observed',
    subject: { kind: 'goroutine', id: '21' },
    at,
    before: [
      { name: 'G21 status', value: 'waiting (network)', setBy: 88_390 },
      { name: 'G21 sequence', value: '1441', setBy: 88_384 },
      { name: 'M4023 runs', value: 'no goroutine', setBy: 88_397 },
      { name: 'M4023 holds', value: 'P1' },
      { name: 'gc', value: 'marking' },
    ],
    observed: 'M4023 started goroutine 21 on P1, and goroutine 21 was waiting for the network.',
    allowed: [
      {
        row: 'goroutine/start',
        text: 'An M with a P takes a runnable goroutine.',
        guards: [
          { text: 'the M has a P', holds: true, why: 'M4023 holds P1' },
          { text: 'the M runs no goroutine', holds: true, why: 'goroutine 9 stopped at event 88,397' },
          { text: 'the goroutine is runnable', holds: false, why: 'it blocked at event 88,390 and nobody has made it ready since' },
        ],
      },
      {
        row: 'goroutine/exit-syscall',
        text: 'A goroutine comes back from its system call and keeps its P.',
        guards: [
          { text: 'the goroutine is in a system call', holds: false, why: 'it is waiting' },
          { text: 'its P is still its own', holds: false, why: 'P1 belongs to M4023' },
        ],
      },
    ],
    slice: [
      { event: create, role: 'creates goroutine 21', after: [] },
      { event: unblock, role: 'the last time that G21 was made ready', after: [211] },
      { event: start, role: 'starts G21', after: [88_381] },
      { event: block, role: 'G21 blocks', after: [88_384] },
      { event: stop, role: 'frees M4023', after: [88_381] },
      { event: at, role: 'starts G21, which is waiting', after: [88_390, 88_397] },
    ],
    consequences: 3,
    repro: `gotwin replay ${file} --only 'goroutine/start~3f9ac41be207#1'`,
  };
}

function secondRunner(file: string, duration: number): Divergence {
  const first = startOfWaiting(file, duration);
  const t = duration * 0.71;
  const at = event(101_336, t, { m: 4025, p: 0, g: -1, name: 'ProcStart', args: 'p=0 p_seq=8110' });
  const before = event(101_300, t - 18_000, { m: 4021, p: -1, name: 'ProcStart', args: 'p=0 p_seq=8109' });
  return {
    ...first,
    id: 'P/start~77b0c2d1f4aa#1',
    signature: 'P/start~77b0c2d1f4aa',
    rule: 'P/start',
    text: 'A P runs on at most one M.',
    cite: [{ file: 'runtime/proc.go', func: 'wirep', statement: 'if pp.m != 0 || pp.status != _Pidle {' }],
    subject: { kind: 'P', id: '0' },
    evidence: 'inferred',
    layers: ['trace', 'text'],
    at,
    before: [{ name: 'P0 runs on', value: 'M4021', setBy: 101_300 }],
    observed: 'M4025 started P0, and P0 was running on M4021.',
    allowed: [
      {
        row: 'P/start',
        text: 'An M takes an idle P.',
        guards: [{ text: 'the P is idle', holds: false, why: 'M4021 started it at event 101,300' }],
      },
    ],
    slice: [
      { event: before, role: 'starts P0', after: [] },
      { event: at, role: 'starts P0 again', after: [101_300] },
    ],
    consequences: 0,
    repro: `gotwin replay ${file} --only 'P/start~77b0c2d1f4aa#1'`,
  };
}

function lostGeneration(file: string): Divergence {
  const at = event(60_201, 3.1e9, { generation: 5, m: -1, p: -1, g: -1, name: 'Sync', args: 'generation=5' });
  return {
    ...secondRunner(file, 5e9),
    id: 'trace/generations~09ab5512cd3e#1',
    signature: 'trace/generations~09ab5512cd3e',
    class: 'malformed',
    rule: 'trace/generations',
    text: 'Generations follow each other without a gap.',
    cite: [{ file: 'runtime/trace.go', func: 'traceAdvance', statement: 'trace.gen.Store(traceNextGen(gen))' }],
    layers: ['trace'],
    evidence: 'observed',
    subject: { kind: 'trace', id: '5' },
    at,
    before: [{ name: 'generation', value: '3' }],
    observed: 'Generation 5 follows generation 3.',
    allowed: [],
    slice: [{ event: at, role: 'begins generation 5', after: [] }],
    repro: `gotwin replay ${file} --only 'trace/generations~09ab5512cd3e#1'`,
  };
}

const GC_STATES = ['undetermined', 'off', 'marking'];
const STW_STATES = ['undetermined', 'running', 'stopped'];

function lanesOf(duration: number, diverges: boolean, random: () => number): Lane[] {
  const lanes: Lane[] = [
    lane('gc', 0, 'GC', 'band', cycles(duration, 110, 0.2, random), GC_STATES),
    lane('stw', 0, 'STW', 'band', cycles(duration, 220, 0.02, random), STW_STATES),
  ];
  for (const p of [0, 1]) lanes.push(lane('P', p, `P${p}`, 'P', mixed(duration, 500, 3, random), ['idle', 'running', 'syscall', 'abandoned']));
  for (const m of [4021, 4023])
    lanes.push(lane('M', m, `M${m}`, 'M', mixed(duration, 300, 2, random), ['without a P', 'holding a P']));
  const states = ['runnable', 'running', 'syscall', 'waiting'];
  for (const g of [1, 21, 9, 18, 22, 23, 24, 30]) {
    lanes.push(
      lane('goroutine', g, `G${g} main.netguy`, diverges && g === 21 ? 'diverges' : 'busiest', mixed(duration, 400, 4, random), states),
    );
  }
  return lanes;
}

function countsOf(duration: number, random: () => number): Timeline['counts'] {
  const states = ['running', 'runnable', 'syscall', 'waiting'];
  const mean = (most: number) => Math.round(most * 10 * random()) / 10;
  const means = [2, 6, 3, 40].map((most) => Array.from({ length: 120 }, () => mean(most)));
  return { step: duration / 120, states, means };
}

function lane(
  kind: Lane['kind'],
  id: number,
  label: string,
  why: string,
  spans: number[],
  states: string[],
): Lane {
  return { kind, id, label, why, spans, states };
}

function cycles(duration: number, count: number, share: number, random: () => number): number[] {
  const step = duration / count;
  return Array.from({ length: count }, (_, i) => {
    const start = i * step + random() * step * 0.3;
    const end = Math.round(start + step * share);
    return [Math.round(start), end, 2, end, Math.round((i + 1) * step), 1];
  }).flat();
}

function mixed(duration: number, count: number, states: number, random: () => number): number[] {
  const spans: number[] = [];
  let t = duration * 0.004 * random();
  for (let i = 0; i < count && t < duration; i++) {
    const end = Math.min(duration, t + (duration / count) * 2 * random());
    spans.push(Math.round(t), Math.round(end), Math.floor(random() * states));
    t = end;
  }
  return spans;
}

/** Replaces what a program, a file name or an environment could have chosen. */
function withAttacks(replay: Replay): Replay {
  const text = JSON.stringify(replay, (key, value) =>
    typeof value === 'string' && !KEPT.has(key) ? `${value} ${STRANGE}` : value,
  );
  const attacked = JSON.parse(text) as Replay;
  attacked.coverage.rows.forEach((row, i) => {
    row.row = `${replay.coverage.rows[i]?.row} ${STRANGE}`;
    row.facets = { [STRANGE]: 3, __proto__: 1 } as Record<string, number>;
  });
  return attacked;
}

/** Members whose values the schema closes. */
const KEPT = new Set(['verdict', 'class', 'evidence', 'kind', 'layer', '0', '1']);

/** A small seeded generator (mulberry32), so that two runs give the same sample. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
