/** Where the layers part, as findings: both sequences side by side, with the first difference. */
import type { LayersRow } from '../model/index.ts';
import type { Divergence, EventView, SliceStep, Subject } from '../result.ts';
import { signature } from '../signature.ts';
import { type Entry, type Parting, type Seen, SUBJECT } from './ledger.ts';
import { STATE } from './states.ts';
import { whatText } from './words.ts';

export type Unnumbered = Omit<Divergence, 'id' | 'repro'>;

/** By kind of subject. */
const SUBJECT_KINDS: readonly Subject['kind'][] = ['goroutine', 'P', 'stw', 'gc', 'program'];
const RULES = ['layers/goroutine', 'layers/proc', 'layers/stop', 'layers/gc', 'layers/gomaxprocs'];

/** The rule that a parting breaks. */
function ruleOf({ why, kind }: Parting): string {
  if (why === 'thread' || why === 'gone thread') return 'layers/thread';
  if (why === 'began otherwise') return 'layers/begin';
  return RULES[kind] as string;
}

/** `base`: nanotime from which the times of the replay count. */
export function ofParting(parting: Parting, rows: readonly LayersRow[], base: number): Unnumbered {
  const id = ruleOf(parting);
  const row = rows.find((each) => each.id === id) as LayersRow;
  const subject = subjectOf(parting);
  const said = sidesOf(parting);
  return {
    signature: signature(id, subject.kind, shapeOf(parting)),
    class: 'diverges',
    rule: id,
    text: row.text,
    cite: [...row.cite],
    layers: ['trace', 'probe'],
    evidence: 'observed',
    subject,
    at: viewOf(firstOf(parting), parting, base),
    before: [
      { name: 'both layers', value: beforeText(parting) },
      { name: 'then the trace', value: said.trace },
      { name: 'then the probe', value: said.probe },
    ],
    observed: observedText(parting, subject, said),
    allowed: [
      {
        row: id,
        text: row.text,
        guards: [{ text: allowedText(parting), holds: false, why: whyText(parting, said) }],
      },
    ],
    slice: sliceOf(parting, base),
    consequences: parting.consequences,
  };
}

function subjectOf({ kind, id }: Parting): Subject {
  const isOne = kind !== SUBJECT.goroutine && kind !== SUBJECT.proc;
  return { kind: SUBJECT_KINDS[kind] as Subject['kind'], id: isOne ? '' : String(id) };
}

/** No ids and no times: what was said before, and what each says then. */
function shapeOf({ why, kind, before, trace, probe }: Parting): string[] {
  const text = (entry: Entry | undefined): string =>
    entry === undefined ? '' : whatText(kind, entry.what, kind === SUBJECT.world ? entry.figure : 0);
  return [why, String(before.at(-1) ?? 0), text(trace[0]), text(probe[0])];
}

interface Said {
  readonly trace: string;
  readonly probe: string;
}

function sidesOf({ kind, trace, probe }: Parting): Said {
  const text = (entries: readonly Entry[]): string =>
    entries.length === 0
      ? 'nothing'
      : entries.map(({ what, figure }) => whatText(kind, what, figure)).join(', ');
  return { trace: text(trace), probe: text(probe) };
}

function beforeText({ kind, before }: Parting): string {
  if (before.length === 0) return 'nothing yet';
  const first = before[0] === STATE.none && kind === SUBJECT.goroutine;
  const words = before.map((what) => whatText(kind, what));
  return (first ? ['not created', ...words.slice(1)] : words).join(', ');
}

function nameOf({ kind, id }: Subject): string {
  switch (kind) {
    case 'goroutine':
      return `G${id}`;
    case 'P':
      return `P${id}`;
    case 'gc':
      return 'the collector';
    case 'program':
      return 'GOMAXPROCS';
    default:
      return 'the world';
  }
}

function observedText(parting: Parting, subject: Subject, said: Said): string {
  const name = nameOf(subject);
  const before = `after ${beforeText(parting)}`;
  switch (parting.why) {
    case 'thread': {
      const [known, now] = parting.threads as readonly [number, number];
      const m = parting.probe[0]?.thread ?? -1;
      return `M${m} of the probe was thread ${known} of the trace, and does now what thread ${now} tells of ${name}`;
    }
    case 'gone thread': {
      const [thread, since] = parting.threads as readonly [number, number];
      const m = parting.probe[0]?.thread ?? -1;
      return `M${m} of the probe was thread ${thread} of the trace, which M${since} has been since, and does again what that thread tells of ${name}`;
    }
    case 'out of step': {
      const [known, now] = parting.threads as readonly [number, number];
      const m = parting.probe[0]?.thread ?? -1;
      return `${name}, ${before}: M${m} of the probe, which is thread ${known} of the trace, does what the trace tells of thread ${now}, and not for the first time: one of them left something out before`;
    }
    case 'only the probe':
      return `${name}, ${before}: the probe has ${said.probe}, and the trace has passed it in silence`;
    case 'only the trace':
      return `${name}, ${before}: the trace has ${said.trace}, and the probe has passed it in silence`;
    case 'began otherwise':
      return `${name} was ${beforeText(parting)} by its status word when tracing was switched on, and the trace says otherwise`;
    default:
      return `${name}, ${before}: the trace has ${said.trace}, the probe ${said.probe}`;
  }
}

function allowedText({ why }: Parting): string {
  if (why === 'thread' || why === 'gone thread') return 'each M is one thread';
  return 'both layers tell the same next';
}

function whyText({ why, trace, probe }: Parting, said: Said): string {
  switch (why) {
    case 'thread':
      return 'two threads of the trace would be one M';
    case 'gone thread':
      return 'one thread of the trace would be two Ms at a time';
    case 'out of step':
      return 'two changes are told of other threads';
    case 'only the probe':
      return `the trace tells nothing, though it tells what M${probe[0]?.thread ?? '?'} did later`;
    case 'only the trace':
      return `the probe tells nothing, though it tells what thread ${trace[0]?.thread ?? '?'} did later`;
    case 'began otherwise':
      return 'their beginnings differ';
    default:
      return `the trace tells ${said.trace.split(',')[0]}, the probe ${said.probe.split(',')[0]}`;
  }
}

function firstOf({ trace, probe }: Parting): Seen {
  const [t, p] = [trace[0], probe[0]];
  if (t !== undefined) return { ...t, layer: 'trace' };
  if (p !== undefined) return { ...p, layer: 'probe' };
  return { what: 0, figure: 0, thread: -1, at: -1, time: Number.NaN, layer: 'trace' };
}

function viewOf(
  { layer, what, figure, thread, at, time }: Seen,
  { kind, id }: Parting,
  base: number,
): EventView {
  return {
    index: at,
    generation: 0,
    time: Number.isNaN(time) ? 0 : time - base,
    m: thread,
    p: kind === SUBJECT.proc ? id : -1,
    g: kind === SUBJECT.goroutine ? id : -1,
    name: layer,
    args: whatText(kind, what, figure),
    stack: [],
    offset: 0,
  };
}

/** What each layer said last, by time; the first that the other has not is marked. */
function sliceOf(parting: Parting, base: number): SliceStep[] {
  const first = { trace: parting.trace[0]?.at, probe: parting.probe[0]?.at };
  const last = new Map<string, number>();
  return parting.seen.map((seen) => {
    const before = last.get(seen.layer);
    last.set(seen.layer, seen.at);
    const isOwn = seen.at >= (first[seen.layer] ?? Number.POSITIVE_INFINITY);
    const role =
      seen.at === first[seen.layer] ? 'is where they part' : isOwn ? 'after it' : 'both layers have it';
    return {
      event: viewOf(seen, parting, base),
      role,
      after: before === undefined ? [] : [before],
    };
  });
}
