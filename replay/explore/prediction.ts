/**
 * What a counterexample predicts of real Go: where to hold a thread, for how long, and
 * which records the probes then write, in which order, by threads that are told apart.
 */
import type { KindName } from '../probe/kinds.ts';
import { type Breach, type Exploration, explore } from './explore.ts';
import type { Variant } from './history.ts';
import type { Thing } from './layout.ts';
import { PACES, type Pace } from './paces.ts';
import type { Told } from './rules.ts';
import { nameIn, type StoryStep, tell } from './story.ts';
import { criticalWindow, type Window } from './window.ts';
import type { World } from './world.ts';

/** A record as the story has it, with the story's names. */
export interface ExpectedRecord {
  /** Index of its step among those of the prediction. */
  readonly step: number;
  readonly thread: string;
  readonly kind: KindName;
  /** The status words, where it is a change of one or a wait for one. */
  readonly words?: readonly [from: number, to: number];
  /** The function that does it, where today's Go has it under that name. */
  readonly by?: string;
  /** Which word of the record names the subject; absent where it is about something else. */
  readonly subject?: 'gp' | 'a';
}

export interface Prediction {
  /** The whole story, and what the thread that was held does next. */
  readonly steps: readonly StoryStep[];
  /** Absent where nobody has to come in between. */
  readonly window?: Window;
  /** Who must come in between, and how long that takes. */
  readonly paces: readonly Pace[];
  /** The thread that is held, or does it all. */
  readonly held: string;
  /** What it is about: `G1`. */
  readonly subject: string;
  /** Rules of today, one of which a replay names. */
  readonly rules: readonly string[];
  /** In the order in which they come. */
  readonly records: readonly ExpectedRecord[];
  /** Index in `records`: the one that the rule objects to. Those behind it may be missing, since real Go may be dead by then. */
  readonly broken: number;
}

/** Undefined where nothing goes wrong in the world, or nothing that the probes record. */
export function predict(variant: Variant): Prediction | undefined {
  const world = variant.world();
  const exploration = explore(world);
  const { breach } = exploration;
  if (breach === undefined) return undefined;
  const { steps: story } = tell(world, exploration, breach.state, breach.via);
  const window = criticalWindow(variant, story, breach);
  const held = window?.thread ?? (story.at(-1) as StoryStep).thread;
  const steps = window === undefined ? story : withNext(world, exploration, breach, story, held);
  // In a wedge it is who waits in vain that is found.
  const breaking = (breach.kind === 'wedge' ? steps : story).length - 1;
  return predicted({ world, steps, window, held, breaking, breach });
}

/** The story, and the statement before which the thread was held, unless it ends with that. */
function withNext(
  world: World,
  exploration: Exploration,
  { state, via, waits }: Breach,
  story: readonly StoryStep[],
  held: string,
): readonly StoryStep[] {
  if (waits && story.at(-1)?.thread === held) return story;
  return tell(world, exploration, state, via, held).steps;
}

interface Found {
  readonly world: World;
  readonly steps: readonly StoryStep[];
  readonly window: Window | undefined;
  readonly held: string;
  /** Index of the step that goes wrong. */
  readonly breaking: number;
  readonly breach: Breach;
}

function predicted(found: Found): Prediction | undefined {
  const { world, steps, window, held, breaking, breach } = found;
  const { told, asked } = steps[breaking] as StoryStep;
  const subject = told.map(subjectOf).find((each) => each !== undefined);
  if (subject === undefined) return undefined;
  const records = recordsOf(found, subject);
  const objections = asked.flatMap(({ row, objection }) => (objection === undefined ? [] : [row]));
  return {
    steps,
    ...(window === undefined ? {} : { window }),
    paces: window === undefined ? [] : pacesOf(steps.slice(window.opens + 1), held),
    held,
    subject: nameIn(world, subject),
    rules: breach.row === undefined ? objections : [breach.row],
    records,
    broken: records.findIndex((record) => record.step === breaking && record.subject !== undefined),
  };
}

/** What a record is about: the goroutine, or the M that it names. */
function subjectOf({ g, a }: Told): Thing | undefined {
  return g ?? (typeof a === 'number' ? undefined : a);
}

/** What the held thread wrote last, what others write about the subject meanwhile, and what the held thread writes then. */
function recordsOf({ world, steps, window, held, breaking }: Found, subject: Thing): ExpectedRecord[] {
  const all = steps.flatMap(({ told, place }, step) =>
    told.map((each) => expected(world, each, step, subject, place.file !== undefined)),
  );
  const opens = window?.opens ?? breaking - 1;
  const isAbout = (record: ExpectedRecord) => record.subject !== undefined;
  const before = all.findLast(
    (record) => record.thread === held && record.step <= opens && (window !== undefined || isAbout(record)),
  );
  const since = all.filter((record) => record.step > opens && isAbout(record));
  return [...(before === undefined ? [] : [before]), ...since];
}

function expected(
  world: World,
  { kind, m, g, a, b, by }: Told,
  step: number,
  about: Thing,
  isOfToday: boolean,
): ExpectedRecord {
  const isChange = kind === 'gstatus' || kind === 'gstatuswait';
  const subject = g === about ? 'gp' : a === about ? 'a' : undefined;
  return {
    step,
    thread: nameIn(world, m),
    kind,
    ...(isChange ? { words: [a as number, b as number] as const } : {}),
    ...(by === undefined || !isOfToday ? {} : { by }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function pacesOf(steps: readonly StoryStep[], held: string): Pace[] {
  const others = steps.filter(({ thread }) => thread !== held).map(({ place }) => place.func);
  return PACES.filter(({ func }) => others.includes(func));
}
