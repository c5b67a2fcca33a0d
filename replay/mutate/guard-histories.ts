/**
 * For each row of the model, out of the table itself: small histories that take it from every state that it allows,
 * and for each of its guards one that breaks this guard alone, which the row must refuse. So each guard is shown to
 * judge something, and a model without it is found out.
 */
import { EVENT_SPECS } from '../decode/index.ts';
import {
  type Givers,
  type Machine,
  type Model,
  type Need,
  type Row,
  STATES,
  type SubjectRole,
} from '../model/index.ts';
import type { History } from './history.ts';

/**
 * The stage. M1 does what the history is about, with P0 and G1 if it has any; G2 and P1 are what the event names;
 * M2 has them where they are on an M, with G3 in its system call; M9, P9 and G9 see to the collector and the world
 * before. G5 and P6 stand by, to be started.
 */
type Things = 'G1' | 'G2' | 'P0' | 'P1';
const THINGS: Readonly<Record<SubjectRole, Things | undefined>> = {
  self: 'G1',
  named: 'G2',
  own: 'P0',
  namedP: 'P1',
  world: undefined,
  task: undefined,
};

/** How things stand: states of the tables. What is not there is not on the stage. */
type States = Partial<Record<Things, string>>;

interface Play {
  readonly row: Row;
  /** All rows that the event takes. */
  readonly rows: readonly Row[];
  /** The state of the row's subject before. */
  readonly from: string | undefined;
  /** What M1 lacks, of all that the rows need. */
  readonly broken?: Need;
  readonly reason?: string;
}

const OUTSIDE = 'main.reason';
const TASK = 7;

export function guardHistories({ rows, givers }: Model): History[] {
  // What a status says is held against what is known, whatever that is: written by hand (invariant-histories.ts).
  return rows.filter(({ id }) => !id.includes('/status')).flatMap((row) => ofRow(row, rows, givers));
}

function ofRow(row: Row, all: readonly Row[], givers: Givers): History[] {
  const rows = all.filter(
    ({ on, reasons }) => on === row.on && (reasons === undefined || reasons === row.reasons),
  );
  const reason = row.reasons?.[0];
  const play: Play = { row, rows, from: row.from[0], ...(reason === undefined ? {} : { reason }) };
  const events = (each: Play): string[] => [...before(each), eventOf(each, givers)];
  return [...taken(play, events), ...broken(play, events), ...again(play, events)];
}

type Events = (play: Play) => string[];

function history({ id }: Row, name: string, refused: string | undefined, lines: readonly string[]): History {
  return { name: `${id} ${name}`, about: id, refused, lines: lines.join('\n') };
}

/** From each state that the row allows. */
function taken(play: Play, events: Events): History[] {
  const { row } = play;
  return (row.from.length === 0 ? [undefined] : row.from).flatMap((from) => {
    const each = { ...play, from };
    const name = `from ${from ?? 'anywhere'}`;
    return [
      history(row, `${name}, and what it led to`, undefined, [...events(each), ...said(each)]),
      history(row, `${name}, and what may follow`, undefined, [...events(each), ...follows(each)]),
    ];
  });
}

/** For each guard; where rows of one event have the same, the first of them says so. */
function broken(play: Play, events: Events): History[] {
  const { row, rows, reason } = play;
  const needs = row.needs.filter((need) => rows.find((each) => each.needs.includes(need)) === row);
  const strange = events({ ...play, reason: OUTSIDE });
  return [
    ...othersThan(row).map((from) => history(row, `from ${from}`, row.id, events({ ...play, from }))),
    ...needs.map((need) => history(row, `without ${need}`, row.id, events({ ...play, broken: need }))),
    ...(reason === undefined
      ? []
      : [history(row, 'for a reason that is none', 'goroutine/reason-vocabulary', strange)]),
  ];
}

/** States that the row does not allow, where the stage can have them: what an M runs or holds is in few. */
function othersThan({ machine, subject, from }: Row): string[] {
  if (from.length === 0) return [];
  const onM = (subject === 'self' && machine === 'goroutine') || (subject === 'own' && machine === 'P');
  const states: readonly string[] = onM ? ['running', 'syscall'] : STATES[machine];
  return states.filter((state) => !(from as readonly string[]).includes(state));
}

function before(play: Play): string[] {
  const states = statesBefore(play);
  const lines = [...prelude(play), ...statuses(states), ...standby(), ...ranges(play)];
  const { G2, ...others } = states;
  // In the first generation nobody is known not to be there, and a generation says once that somebody is.
  const isLater =
    G2 === 'dead' || (G2 !== undefined && G2 !== 'undetermined' && play.row.on.startsWith('GoCreate'));
  return isLater ? [...lines, 'generation', ...statuses(others), ...standby()] : lines;
}

/** What the rows ask of the stage, but for what is broken. */
function statesBefore({ row, rows, from, broken }: Play): States {
  const needs = new Set(rows.flatMap((each) => each.needs));
  const subjects = new Set(rows.map(({ subject }) => subject));
  const states: States = {};
  if (needs.has('P') || subjects.has('own')) states.P0 = 'running';
  if (needs.has('G') || needs.has('G running') || subjects.has('self')) states.G1 = 'running';
  for (const each of rows) {
    const thing = THINGS[each.subject];
    if (thing === undefined) continue;
    if (each.machine !== 'goroutine' && each.machine !== 'P') states[thing] = 'running';
    else if (each.from.length > 0) states[thing] = (each === row ? from : each.from[0]) ?? 'undetermined';
  }
  // It is on an M, whose P it needs to be sure that a range has ended.
  if (row.machine === 'assist' && states.G2 !== undefined) states.P1 = 'running';
  if (broken === 'P') delete states.P0;
  if (broken === 'G') delete states.G1;
  if (broken === 'noG') states.G1 = 'running';
  if (broken === 'noP') states.P0 = 'running';
  if (broken === 'G running') states.G1 = 'syscall';
  if (broken === 'P left') states.P0 = 'syscall';
  return states;
}

/** The statuses that put things there; `on`: the M of each, where it is on one. */
function statuses(states: States, on = HOLDERS): string[] {
  const lines = (Object.entries(states) as [Things, string][]).flatMap(([thing, state]) => {
    if (state === 'undetermined' || state === 'dead') return [];
    const isHeld = state === 'running' || state === 'syscall';
    const [kind, id] = thing;
    const m = isHeld ? on[thing] : '-';
    return kind === 'P'
      ? `${m} ProcStatus p=${id} pstatus=${state}`
      : `${m} GoStatus g=${id} gstatus=${state}`;
  });
  // A P is taken from an M that is in a system call.
  return states.P1 === 'syscall' ? [...lines, 'M2 GoStatus g=3 gstatus=syscall'] : lines;
}

const HOLDERS: Readonly<Record<Things, string>> = { G1: 'M1', P0: 'M1', G2: 'M2', P1: 'M2' };

const standby = (): string[] => ['- GoStatus g=5 gstatus=runnable', '- ProcStatus p=6 pstatus=idle'];

const STAGEHAND = ['M9 ProcStatus p=9 pstatus=running', 'M9 GoStatus g=9 gstatus=running'];
const LEAVES = ['M9 GoStop reason_string=preempted stack=main.f', 'M9 ProcStop'];
const COLLECTION_ENDS = (m: string): string[] => [
  ...stop(m, 'GC mark termination'),
  `${m} GCEnd`,
  `${m} STWEnd`,
];
const stop = (m: string, kind: string): string[] => [`${m} STWBegin kind_string="${kind}" stack=main.f`];

/** What the collector, the world and tasks have come to before anybody else is there. */
function prelude({ row, from }: Play): string[] {
  const lines = machinePrelude(row.machine, from);
  return lines.length === 0 ? [] : [...STAGEHAND, ...lines, ...LEAVES];
}

function machinePrelude(machine: Machine, state: string | undefined): string[] {
  if (machine === 'gc' && state === 'marking') return ['M9 GCActive'];
  if (machine === 'gc' && state === 'off') return ['M9 GCActive', ...COLLECTION_ENDS('M9')];
  if (machine === 'stw' && state === 'running') return [...stop('M9', 'unknown'), 'M9 STWEnd'];
  if (machine === 'annotations' && state === 'open')
    return [`M9 UserTaskBegin task=${TASK} name_string=main.task`];
  return [];
}

/** Sweeps, assists and stops that are under way: M1's own, or those of what is named; of somebody else where M1 cannot. */
function ranges({ row, from, broken }: Play): string[] {
  const { machine, subject } = row;
  if (machine === 'stw' && from === 'stopped') return stopping('unknown', broken);
  if (row.id === 'gc/end') return stopping('GC mark termination', broken);
  if (from === undefined || from === 'undetermined') return [];
  const isOwn = subject === 'self' || subject === 'own';
  if ((machine === 'assist' && broken === 'G') || (machine === 'sweep' && broken === 'P')) return [];
  const m = isOwn ? 'M1' : 'M2';
  if (machine === 'assist')
    return [`- GCMarkAssistActive g=${isOwn ? 1 : 2}`, ...(from === 'off' ? [`${m} GCMarkAssistEnd`] : [])];
  if (machine === 'sweep')
    return [`- GCSweepActive p=${isOwn ? 0 : 1}`, ...(from === 'off' ? [`${m} GCSweepEnd`] : [])];
  return [];
}

function stopping(kind: string, broken: Need | undefined): string[] {
  if (broken === undefined) return stop('M1', kind);
  return ['M8 ProcStatus p=8 pstatus=running', 'M8 GoStatus g=8 gstatus=running', ...stop('M8', kind)];
}

const SPECS = new Map(EVENT_SPECS.map((spec) => [spec.name, spec]));

/** The event that the history is about. */
function eventOf({ row, broken, reason }: Play, givers: Givers): string {
  const { args = [], kinds = [] } = SPECS.get(row.on) ?? {};
  const told = args.flatMap((name, i) => {
    const kind = kinds[i];
    if (kind === 'string') return `${name}="${reason ?? 'main.text'}"`;
    if (kind === 'stack')
      return name === 'stack' && hasStack(row, broken) ? `stack=${stackFor(row, reason, givers)}` : [];
    if (kind === 'g' || name === 'new_g') return `${name}=2`;
    if (kind === 'p') return 'p=1';
    if (kind === 'm') return 'm=2';
    return name === 'task' ? `task=${TASK}` : [];
  });
  return [broken === 'M' ? '-' : 'M1', row.on, ...told].join(' ');
}

/** There is a stack where a goroutine runs on the M, and none in its system call. */
function hasStack({ needs, subject }: Row, broken: Need | undefined): boolean {
  return (needs.includes('G') || needs.includes('G running') || subject === 'self') && broken !== 'G running';
}

function stackFor({ on }: Row, reason: string | undefined, givers: Givers): string {
  const giver = givers[on as keyof Givers]?.find(
    ({ func, gives }) => func !== '' && gives.includes(reason ?? ''),
  );
  return giver === undefined || giver.func.endsWith('*') ? 'main.f' : giver.func;
}

/** How the stage is when the rows have been taken. */
function statesAfter(play: Play): States {
  const states = statesBefore(play);
  for (const { machine, subject, to } of play.rows) {
    const thing = THINGS[subject];
    if (thing !== undefined && to !== undefined && (machine === 'goroutine' || machine === 'P'))
      states[thing] = to;
  }
  return states;
}

/** Whom the rows have put onto M1. */
function holdersAfter({ rows }: Play): Record<Things, string> {
  const binds = (what: string): boolean => rows.some(({ effect }) => effect === what);
  return { ...HOLDERS, ...(binds('bind G') ? { G2: 'M1' } : {}), ...(binds('bind P') ? { P1: 'M1' } : {}) };
}

/** The next generation says where everything is. */
function said(play: Play): string[] {
  return ['generation', ...statuses(statesAfter(play), holdersAfter(play)), ...standby()];
}

/** What M1, and the M that lost a P, can do next only if they have what the rows have left them with. */
function follows(play: Play): string[] {
  const states = statesAfter(play);
  const on = holdersAfter(play);
  const onM1 = (things: readonly Things[]): string | undefined =>
    things
      .filter((each) => on[each] === 'M1')
      .map((each) => states[each])
      .find((state) => state === 'running' || state === 'syscall');
  const [g, p] = [onM1(['G1', 'G2']), onM1(['P0', 'P1'])];
  const robbed = play.rows.some(({ effect }) => effect === 'strip P') && play.from === 'syscall';
  return [
    ...afterwards(play),
    ...presence(g, p),
    ...(robbed ? ['M2 GoSyscallEndBlocked', 'M2 ProcStart p=1'] : []),
  ];
}

function presence(g: string | undefined, p: string | undefined): string[] {
  if (g === 'running')
    return p === undefined ? [] : ['M1 UserLog key_string=main.key value_string=main.text'];
  if (g === 'syscall') return p === undefined ? ['M1 GoDestroySyscall'] : ['M1 GoSyscallEnd'];
  return [...(p === undefined ? ['M1 ProcStart p=6'] : []), 'M1 GoStart g=5'];
}

/** What ends or begins again what the row began or ended. */
function afterwards({ row: { machine, to, on, subject } }: Play): string[] {
  const m = subject === 'named' || subject === 'namedP' ? 'M2' : 'M1';
  switch (`${machine} ${to}`) {
    case 'gc marking':
      return [
        ...(on === 'GCBegin' ? [...stop(m, 'GC sweep termination'), `${m} STWEnd`] : []),
        ...COLLECTION_ENDS(m),
      ];
    case 'gc off':
      return [`${m} STWEnd`, `${m} GCBegin`];
    case 'stw stopped':
      return [`${m} STWEnd`];
    case 'stw running':
      return [...stop(m, 'unknown'), `${m} STWEnd`];
    case 'sweep sweeping':
      return [`${m} GCSweepEnd`];
    case 'sweep off':
      return [`${m} GCSweepBegin`, `${m} GCSweepEnd`];
    case 'assist assisting':
      return [`${m} GCMarkAssistEnd`];
    case 'assist off':
      return [`${m} GCMarkAssistBegin`, `${m} GCMarkAssistEnd`];
    case 'annotations open':
      return [`${m} UserTaskEnd task=${TASK}`, `${m} UserTaskBegin task=${TASK} name_string=main.task`];
    case 'annotations closed':
      return [`${m} UserTaskBegin task=${TASK} name_string=main.task`];
    default:
      return [];
  }
}

/** What may not follow: the dead do not run, and an open task is not begun. */
function again(play: Play, events: Events): History[] {
  const { row } = play;
  const { machine, to, on } = row;
  const refuse = (rule: string, ...lines: string[]): History[] => [
    history(row, 'and then again', rule, [...events(play), ...lines]),
  ];
  if (machine === 'goroutine' && to === 'dead')
    return refuse('goroutine/start', 'M8 ProcStatus p=8 pstatus=running', 'M8 GoStart g=1');
  if (machine === 'annotations' && to === 'open')
    return refuse('task/begin', `M1 ${on} task=${TASK} name_string=main.task`);
  return [];
}
