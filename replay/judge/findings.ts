/**
 * What the judge found: for each place where real Go and the model part, the
 * rule, the state before, what was seen and what would have been allowed.
 *
 * One defect breaks many later rules. So the things that took part in a finding
 * are held in doubt until a status event, or a step that fits, shows where they
 * are; what goes wrong with them meanwhile is counted as its consequence.
 */
import { EV, eventName } from '../decode/index.ts';
import { type InvariantName, type Row, STATES, type TracerDefect } from '../model/index.ts';
import type { Forced, OrderedGeneration } from '../order/index.ts';
import type { Citation, Divergence, EventView, Subject } from '../result.ts';
import { signature } from '../signature.ts';
import type { Step } from './compile.ts';
import { explain, subjectName } from './guards.ts';
import type { Moment } from './moment.ts';
import type { Involved, Scene } from './scene.ts';
import { functionsOf, viewOf } from './view.ts';
import { NO_SLOT, type Slots, type World } from './world.ts';

/** Findings kept whole; what comes after them is only counted. */
const MAX_FINDINGS = 200;
/** Suspicions kept: one in a generation tells all that one clock does. */
const MAX_SUSPICIONS = 20;
/** Alternatives shown for the subject's present state. */
const MAX_ALTERNATIVES = 8;
/** The first number of a generation, as an unmet wait has it. */
const AGAIN = 'sequence 1';

type Class = Divergence['class'];

export interface Finding {
  readonly rule: string;
  readonly signature: string;
  readonly class: Class;
  readonly text: string;
  readonly cite: readonly Citation[];
  readonly subject: Subject;
  readonly at: EventView;
  readonly before: Divergence['before'];
  readonly observed: string;
  readonly allowed: Divergence['allowed'];
  readonly involved: Involved;
  consequences: number;
}

/** What is only unlikely: it is told, and no verdict rests on it. */
export type Suspicion = Pick<Finding, 'rule' | 'signature' | 'text' | 'subject' | 'at' | 'observed'>;

interface Verdict {
  readonly rule: string;
  readonly text: string;
  readonly cite: readonly Citation[];
  readonly observed: string;
  readonly allowed: Divergence['allowed'];
  readonly shape: readonly string[];
  readonly class: Class;
}

export class Findings {
  readonly found: Finding[] = [];
  /** Findings beyond those that are kept. */
  beyond = 0;
  readonly suspicions: Suspicion[] = [];
  /** Findings and consequences, however many. */
  count = 0;
  readonly #scene: Scene;
  readonly #world: World;
  readonly #moment: Moment;
  #ordered!: OrderedGeneration;
  #position = 0;
  /** Consequences of an event that has not come yet. */
  #unblamed = 0;
  #forced: Forced | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#world = scene.world;
    this.#moment = scene.moment;
  }

  /** Where the judge is; called before every event, so it only remembers. */
  at(ordered: OrderedGeneration, position: number, forced: Forced | undefined): void {
    this.#ordered = ordered;
    this.#position = position;
    this.#forced = forced;
  }

  /** A step that its row does not allow. */
  refuse(step: Step, slot: number): void {
    const guards = explain(this.#world, step, this.#moment);
    const failed = guards.filter((guard) => !guard.holds);
    const states = this.#scene.stateName(step, slot);
    const why = failed.map(({ text, why }) => `${text}? No: ${why}`).join('; ');
    const defect = this.#defect(step);
    this.#note(step, {
      ...rule(step.row),
      cite: [...step.row.cite, ...(defect?.cite ?? [])],
      observed: `${this.#event()}: ${why}${this.#numbering()}${defect === undefined ? '' : `; ${defect.text}`}`,
      allowed: this.#alternatives(step),
      shape: [step.row.on, `from ${states}`, ...failedNeeds(step, guards), this.#numberingShape()],
      class: this.#isMisnumbered() ? 'malformed' : 'diverges',
    });
  }

  /** A step that a row allows and an invariant does not. */
  violate(name: InvariantName, step: Step): void {
    const invariant = this.#scene.invariants[name];
    this.#note(step, {
      rule: invariant.id,
      text: invariant.text,
      cite: invariant.cite,
      observed: `${this.#event()} ${this.#circumstance(name)}`,
      allowed: this.#alternatives(step),
      shape: [step.row.on],
      class: 'diverges',
    });
    // Said once for each stop: the world counts as started again.
    if (name === 'stwHolderRuns') this.#world.stw.state = STATES.stw.indexOf('running');
  }

  /** A step at which an invariant is broken by so little that it may yet hold. */
  suspect(name: InvariantName, step: Step): void {
    if (this.suspicions.length >= MAX_SUSPICIONS) return;
    const { id, text } = this.#scene.invariants[name];
    const subject = this.#scene.subject(step);
    this.suspicions.push({
      rule: id,
      signature: signature(id, subject.kind, [step.row.on]),
      text,
      subject,
      at: viewOf(this.#ordered, this.#position, this.#moment.index),
      observed: `${this.#event()} ${this.#circumstance(name)}, by less than clocks may be apart`,
    });
  }

  /** A status event that contradicts the events before it, or that no runtime writes. */
  contradict(step: Step, claimed: number, known: number): void {
    const states: readonly string[] = STATES[step.machine];
    const name = subjectName(this.#world, step, this.#moment);
    const claim = states[claimed] ?? 'a status that does not exist';
    this.#note(step, {
      ...rule(step.row),
      observed: `${this.#event()} says that ${name} is ${claim}; the events before it left it ${states[known] ?? 'unknown'}`,
      allowed: [
        {
          row: step.row.id,
          text: step.row.text,
          guards: [{ text: `${name} is ${claim}`, holds: false, why: `it is ${states[known] ?? 'unknown'}` }],
        },
      ],
      shape: [step.row.on, `claims ${claim}`, `known ${states[known] ?? 'unknown'}`],
      class: claimed < 0 ? 'malformed' : 'diverges',
    });
  }

  /** A step that fits the model but carries the wrong number. */
  misnumbered(step: Step, forced: Forced): void {
    const { id, text, cite } = this.#scene.invariants.sequence;
    this.#note(step, {
      rule: id,
      text,
      cite,
      observed: `${this.#event()} could not be put in order${this.#numbering()}`,
      allowed: [
        {
          row: id,
          text,
          guards: forced.waits.map((each) => ({ text: each.expected, holds: false, why: each.found })),
        },
      ],
      shape: [step.row.on, forced.waits[0]?.kind ?? 'order'],
      class: 'malformed',
    });
  }

  /**
   * An event that fits. On an M in doubt that proves little (a start that changed
   * places with its block fits too), and what it touches is in doubt as well; but
   * once the M gives up what it ran, it is where the model has it. A P is known
   * again when a number of its own follows on the one before.
   */
  fits(steps: readonly Step[]): void {
    const { goroutines, procs, threads } = this.#world;
    const { kind, g, p, m } = this.#moment;
    const doubt = threads.doubt[m] as number;
    if (steps.some((step) => step.effect === 'unbind G')) {
      this.trust(goroutines, g);
      this.trust(threads, m);
    } else if (doubt !== 0) this.#doubt(doubt);
    if (kind === EV.GoSyscallBegin) this.trust(procs, p);
    if (kind === EV.ProcStart || kind === EV.ProcSteal)
      this.trust(procs, this.#moment.subject(this.#world, 'namedP'));
  }

  /** Something is known of this thing again. */
  trust(slots: Slots, slot: number): void {
    if (slot !== NO_SLOT) slots.doubt[slot] = 0;
  }

  #note(step: Step, verdict: Verdict): void {
    this.count++;
    if (this.#isSkewed(step)) {
      this.#blameLast();
      return;
    }
    const cause = this.#cause(step);
    const earlier = this.found[cause - 1];
    if (earlier !== undefined) earlier.consequences++;
    else if (this.found.length < MAX_FINDINGS) {
      this.found.push(this.#finding(step, verdict));
      this.#unblamed = 0;
    } else this.beyond++;
    const number = earlier === undefined ? this.found.length : cause;
    if (step.machine === 'goroutine' || step.machine === 'P') this.#doubt(number);
  }

  #finding(step: Step, verdict: Verdict): Finding {
    const subject = this.#scene.subject(step);
    return {
      rule: verdict.rule,
      signature: signature(verdict.rule, subject.kind, verdict.shape),
      class: verdict.class,
      text: verdict.text,
      cite: verdict.cite,
      subject,
      at: viewOf(this.#ordered, this.#position, this.#moment.index),
      before: this.#scene.before(step),
      observed: verdict.observed,
      allowed: verdict.allowed,
      involved: this.#scene.involved(step),
      consequences: this.#unblamed,
    };
  }

  /** The finding that this one follows from: the one that put something here in doubt. */
  #cause(step: Step): number {
    const { goroutines, procs, threads } = this.#world;
    const { g, p, m } = this.#moment;
    const named = this.#moment.subject(this.#world, step.subject);
    const about = step.machine === 'P' || step.machine === 'sweep' ? procs : goroutines;
    return (
      (named === NO_SLOT ? 0 : about.doubt[named]) ||
      (g === NO_SLOT ? 0 : goroutines.doubt[g]) ||
      (p === NO_SLOT ? 0 : procs.doubt[p]) ||
      (m === NO_SLOT ? 0 : threads.doubt[m]) ||
      0
    );
  }

  /**
   * The collector and the world are one for all Ms, so their order rests on
   * times. While an event waits to be let through out of turn, and after it,
   * they accuse nobody: what they show is put down to that event.
   */
  #isSkewed(step: Step): boolean {
    const shared = step.machine === 'gc' || step.machine === 'stw';
    return this.#moment.skewed && shared && this.#forced === undefined;
  }

  #blameLast(): void {
    const last = this.found.at(-1);
    if (last === undefined) this.#unblamed++;
    else last.consequences++;
  }

  #doubt(number: number): void {
    const { goroutines, procs, threads } = this.#world;
    const { g, p, m, thread } = this.#moment;
    if (g !== NO_SLOT) goroutines.doubt[g] = number;
    if (p !== NO_SLOT) procs.doubt[p] = number;
    if (m !== NO_SLOT && thread >= 0) threads.doubt[m] = number;
    for (const slot of this.#scene.namedGoroutine()) {
      goroutines.doubt[slot] = number;
      const on = goroutines.m[slot] as number;
      if (on !== NO_SLOT) threads.doubt[on] = number;
    }
    for (const slot of this.#scene.namedProc()) {
      procs.doubt[slot] = number;
      const on = procs.m[slot] as number;
      if (on !== NO_SLOT) threads.doubt[on] = number;
    }
  }

  #circumstance(name: InvariantName): string {
    const world = this.#world;
    switch (name) {
      case 'gcEndStopped':
        return 'while the world runs';
      case 'gcEndAlone':
        return `while ${world.procsRunning} Ps run`;
      case 'stwSameHolder':
      case 'stwHolderRuns':
        return `while the world is ${this.#scene.worldText()}`;
      case 'procsWithinLimit':
        return `while GOMAXPROCS is ${world.gomaxprocs}`;
      case 'stolenFrom':
        return `takes it from another M than went into a system call with it, which is ${this.#scene.holderText()}`;
      case 'vocabulary':
        return 'gives a reason that this release does not have';
      case 'gcBeginStops':
        return 'stops the world, though a collection has begun whose sweep termination did not come yet';
      case 'gcEndReason':
        return `while the world is ${this.#scene.worldText()}`;
      case 'noSweep':
        return 'sweeps while a collection marks';
      case 'procsAtMost':
        return `while ${world.procsRunning} Ps run and GOMAXPROCS is ${world.gomaxprocs}`;
      case 'goidsIncrease':
        return `after G${world.procs.lastGoid[this.#moment.p]} was made on the same P`;
      case 'forever':
        return 'wakes what blocked for ever';
      case 'reasonFitsStack':
        return `gives a reason that ${functionsOf(this.#moment).slice(0, 2).join(', called by ')} does not have`;
      case 'wakerEndsWait':
        return `is by ${functionsOf(this.#moment)[0]}, which ends no wait for ${this.#scene.waitText()}`;
      case 'stackFromStart':
        return `has a stack that ends in ${functionsOf(this.#moment).at(-1)}, though ${this.#scene.begunText()}`;
      case 'stackWithoutGoexit':
        return 'has a stack with runtime.goexit on it';
      case 'stackOfRunning':
        return this.#moment.g === NO_SLOT
          ? 'has a stack, though its M runs no goroutine'
          : 'has a stack in a system call, or none though a goroutine runs';
      case 'statedOnce':
        return 'says it again in the same generation';
      case 'statedFirst':
        return 'is the first of its generation about that, which nothing in the generation has said to be there';
      case 'timeOfGoroutine':
      case 'timeOfProc':
      case 'timeOfGcEnd':
        return 'is earlier than what happened before it';
      case 'timeOfThread':
        return 'is earlier than what its M wrote before';
      case 'timeInGeneration':
        return 'is later than the end of its generation';
      case 'sequence':
        return 'carries a number that does not follow';
    }
  }

  /** The event's own rows, then what the subject could have done instead, guard by guard. */
  #alternatives(step: Step): Divergence['allowed'] {
    const world = this.#world;
    const moment = this.#moment;
    const own = { row: step.row.id, text: step.row.text, guards: explain(world, step, moment) };
    const state = this.#scene.stateName(step, moment.subject(world, step.subject));
    const others = this.#scene.rows
      .filter((row) => row.machine === step.machine && row.id !== step.row.id)
      .filter((row) => row.to !== undefined && (row.from as readonly string[]).includes(state))
      .slice(0, MAX_ALTERNATIVES)
      .map((row) => ({
        row: row.id,
        text: row.text,
        guards: [{ text: `the event is ${row.on}`, holds: false, why: `it is ${step.row.on}` }],
      }));
    return [own, ...others];
  }

  #event(): string {
    const { kind, thread } = this.#moment;
    const view = viewOf(this.#ordered, this.#position, this.#moment.index);
    const where = thread < 0 ? 'without an M' : `on M${thread}`;
    return [eventName(kind), view.args, where].filter((part) => part !== '').join(' ');
  }

  #isMisnumbered(): boolean {
    return this.#forced?.waits.some((wait) => wait.kind === 'sequence') ?? false;
  }

  #numbering(): string {
    const gaps = this.#forced?.waits.filter((wait) => wait.kind === 'sequence') ?? [];
    return gaps
      .map((wait) => `; its number does not follow: ${wait.expected} was due, ${wait.found} came`)
      .join('');
  }

  /** What Go's tracer is known to get wrong, where it is that: the number begins again in the middle of a generation. */
  #defect(step: Step): TracerDefect | undefined {
    const gap = this.#forced?.waits.find(({ kind }) => kind === 'sequence');
    const restarts = gap?.found === AGAIN && gap.expected.startsWith('sequence ');
    if (!restarts) return undefined;
    return this.#scene.defects.find(({ on }) => on === step.row.on);
  }

  #numberingShape(): string {
    return this.#isMisnumbered() ? 'misnumbered' : 'numbered';
  }
}

function rule(row: Row): Pick<Verdict, 'rule' | 'text' | 'cite'> {
  return { rule: row.id, text: row.text, cite: row.cite };
}

function failedNeeds(step: Step, guards: Divergence['allowed'][number]['guards']): string[] {
  const { needs } = step.row;
  const offset = guards.length - needs.length;
  return needs.filter((_, index) => guards[index + offset]?.holds === false);
}
