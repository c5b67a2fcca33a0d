/** The rows as the kernel's lane reads them: which event types it is open for, and what their steps ask and do. */
import { EV } from '../decode/index.ts';
import type { Program, Step } from './compile.ts';
import { BINDS, FACET, LANE, PACE, REASONS, ROWS, SELECTIONS, SHAPE } from './layout.ts';
import { NEED } from './needs.ts';
import { GOROUTINE } from './states.ts';

export interface LaneTable {
  /** By event type LANE.steps steps, each LANE.stepSize bytes. */
  readonly steps: Uint8Array;
  /** Reasons that choose a step: 1 for each interned one. */
  readonly selections: readonly Uint8Array[];
  /** Rows whose reasons are counted apart. */
  readonly faceted: readonly number[];
}

/** `givers`: of an event type the place of its table of givers + 1, 0 where it has none. */
export function compileLane(program: Program, givers: (type: number) => number): LaneTable {
  const steps = new Uint8Array(256 * LANE.steps * LANE.stepSize);
  const selections: Uint8Array[] = [];
  const faceted: number[] = [];
  for (let type = 0; type < 256; type++) {
    const first = type * LANE.steps * LANE.stepSize;
    const shapes = shapesOf(program[type], type);
    shapes.forEach((shape, i) => {
      steps[first + i * LANE.stepSize + LANE.shape] = shape;
    });
    if (shapes[0] === SHAPE.closed) continue;
    program[type]?.forEach((step, i) => {
      const bytes = steps.subarray(first + i * LANE.stepSize, first + (i + 1) * LANE.stepSize);
      write(bytes, step);
      if (step.facet !== undefined) faceted.push(step.index);
      bytes[LANE.givers] = givers(type);
      bytes[LANE.rooted] = type === ROOTED ? 1 : 0;
      if (step.reasons === undefined) return;
      selections.push(step.reasons);
      bytes[LANE.selection] = selections.length;
    });
    steps[first + LANE.pace] = paceOf(program[type] ?? [], shapes);
  }
  if (selections.length > SELECTIONS) throw new RangeError(`${selections.length} selections of reasons`);
  return { steps, selections, faceted };
}

function write(bytes: Uint8Array, { from, to, needs, effect, facet, index }: Step): void {
  bytes[LANE.from] = from;
  bytes[LANE.to] = to;
  bytes[LANE.needs] = needs;
  bytes[LANE.binds] = bindsOf(effect) ?? BINDS.none;
  bytes[LANE.facet] = facetOf(facet) ?? FACET.none;
  bytes[LANE.row] = index & 0xff;
  bytes[LANE.row + 1] = index >> 8;
}

/** Asked for the outermost function of its stack, unless it was preempted; what is interrupted, and others, may lack frames. */
export const ROOTED = EV.GoBlock;

/** The shapes of a type's steps; that of the first is `closed` where any of them is. */
function shapesOf(steps: readonly Step[] | undefined, type: number): number[] {
  if (steps === undefined) return [SHAPE.nothing];
  const shapes = steps.map((step) => shapeOf(step, type));
  if (steps.length > LANE.steps || shapes.includes(SHAPE.closed)) return [SHAPE.closed];
  return [...shapes, SHAPE.none].slice(0, LANE.steps);
}

/** What an M without the one or the other is asked at full stride; other needs are asked step by step. */
const QUICK_NEEDS = NEED.M | NEED.P | NEED.G | NEED.noP | NEED.noG;

function paceOf(steps: readonly Step[], [shape, also, more]: readonly number[]): number {
  const [step] = steps;
  if (step === undefined || step.to === GOROUTINE.dead) return PACE.slow;
  if (steps.some(({ needs }) => (needs & ~QUICK_NEEDS) !== 0)) return PACE.slow;
  const { effect, facet, reasons } = step;
  const does = (bound: Step['effect'], counted: Step['facet']) => effect === bound && facet === counted;
  if (shape === SHAPE.self && also === SHAPE.own && more === SHAPE.none)
    return does('none', undefined) && reasons === undefined ? PACE.passes : PACE.slow;
  if (also !== SHAPE.none) return PACE.slow;
  if (shape === SHAPE.self) return does('unbind G', 'reason') ? PACE.leaves : PACE.slow;
  if (shape !== SHAPE.named || reasons !== undefined) return PACE.slow;
  if (does('none', 'wait')) return PACE.wakes;
  return does('bind G', undefined) ? PACE.starts : PACE.slow;
}

/** These come to be without anything else about them being asked. */
export const CREATES: ReadonlySet<number> = new Set([EV.GoCreate, EV.GoCreateBlocked]);

/** Of these the judge asks more than rows and times (invariants.ts), or does more than their steps say. */
const MORE: ReadonlySet<number> = new Set([
  EV.GoStatus,
  EV.GoStatusStack,
  EV.ProcStatus,
  EV.ProcStart,
  EV.GCEnd,
  EV.STWBegin,
  EV.STWEnd,
  EV.GCSweepBegin,
  EV.GoDestroySyscall,
]);

const DEAD = 1 << GOROUTINE.dead;

function shapeOf(step: Step, type: number): number {
  const fits =
    !MORE.has(type) &&
    step.index < ROWS &&
    bindsOf(step.effect) !== undefined &&
    facetOf(step.facet) !== undefined &&
    (step.facet !== 'reason' || step.reasons !== undefined) &&
    (step.reasons === undefined || step.reasons.length <= REASONS);
  if (!fits) return SHAPE.closed;
  if (step.subject === 'task') return isPlain(step) && step.to >= 0 ? SHAPE.task : SHAPE.closed;
  if (step.from === 0 && step.to < 0) return isPlain(step) ? SHAPE.plain : SHAPE.closed;
  if (step.machine === 'goroutine') return ofGoroutine(step, type);
  const changesOnly = step.effect === 'none' && step.facet === undefined;
  return step.machine === 'P' && step.subject === 'own' && step.to >= 0 && changesOnly
    ? SHAPE.own
    : SHAPE.closed;
}

function isPlain({ effect, facet, reasons }: Step): boolean {
  return effect === 'none' && facet === undefined && reasons === undefined;
}

function ofGoroutine({ from, to, subject, effect, facet }: Step, type: number): number {
  if (to < 0 || from === 0) return SHAPE.closed;
  const isThere = (from & DEAD) === 0;
  if (subject === 'self') return isThere ? SHAPE.self : SHAPE.closed;
  if (subject !== 'named') return SHAPE.closed;
  if (isThere) return SHAPE.named;
  const onlyComes = effect === 'none' && facet === undefined && to !== GOROUTINE.dead;
  return CREATES.has(type) && onlyComes ? SHAPE.created : SHAPE.closed;
}

/** Undefined where it is no binding of a goroutine. */
function bindsOf(effect: Step['effect']): number | undefined {
  if (effect === 'none') return BINDS.none;
  if (effect === 'bind G') return BINDS.bind;
  return effect === 'unbind G' ? BINDS.unbind : undefined;
}

function facetOf(facet: Step['facet']): number | undefined {
  if (facet === undefined) return FACET.none;
  return facet === 'kind' ? undefined : FACET[facet];
}
