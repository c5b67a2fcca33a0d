/**
 * The judge's lane: the steps that most events are, taken as long as they fit. What a step asks and
 * does is compiled from the model's rows (replay/judge/lane.ts); an event that does not fit, or whose
 * type is closed, is left as it is to the judge, who says what is wrong with it if anything is.
 * So the lane may only let through what the judge would, and must then do the same.
 */
import { ofGoroutines, ofProcs } from './changes';
import { args, argStart, kind, time } from './columns';
import { grown } from './memory';
import { event } from './order';
import {
  AT_HOLDER,
  AT_LASTGOID,
  AT_OTHER,
  AT_RANGE,
  AT_SERIAL,
  AT_SETBY,
  AT_SINCE,
  AT_BEGUN,
  AT_STATE,
  BINDS_BIND,
  CLASSES,
  FACET_REASON,
  FACET_WAIT,
  GOROUTINE_DEAD,
  GOROUTINE_RUNNING,
  LANE_BINDS,
  LANE_FACET,
  LANE_FROM,
  LANE_GIVERS,
  LANE_NEEDS,
  LANE_ROOTED,
  LANE_ROW,
  LANE_SELECTION,
  LANE_SHAPE,
  LANE_STEPS,
  LANE_STEPSIZE,
  LANE_TO,
  NEED_G,
  NEED_G_RUNNING,
  NEED_M,
  NEED_NOG,
  NEED_NOP,
  NEED_P,
  NEED_P_LEFT,
  NONE_WORD,
  PROC_RUNNING,
  PROC_SYSCALL,
  RANGE_OFF,
  REASONS,
  SHAPE_CLOSED,
  SHAPE_CREATED,
  SHAPE_NAMED,
  SHAPE_NONE,
  SHAPE_NOTHING,
  SHAPE_OWN,
  SHAPE_PLAIN,
  SHAPE_TASK,
  STACK_IDS,
  STRING_IDS,
  UNASKED,
  TASK_CLOSED,
  TASK_OPEN,
} from './specs';
import { laneStride } from './lane-stride';
import { addRunning, goroutines, procs, threads, isTaskOpen, setTask } from './world';

const NO_SLOT: i32 = -1;
/** A step that the event's reason does not choose. */
const NOT_CHOSEN: i32 = -2;

/** By event type, LANE_STEPS steps of it. */
export const steps: usize = memory.data(256 * 64);
/** By selection and interned reason: 1 where it is chosen. */
export const selections: usize = memory.data(2048);
/** By givers, class and interned reason: 1 where it is given. */
export const gives: usize = memory.data(65536);
/** By string: the interned reason, or UNASKED. */
export const strings: usize = memory.data(1024);
/**
 * By stack, what its functions say: by givers the class of the one on top, in a byte each; the outermost one, and the one
 * that a goroutine begins with which has this as its first stack. All ones where nobody asked yet.
 */
const functions: usize = memory.data(1048576);
const FUNCTIONS_BITS: u32 = 4;
const OUTERMOST: usize = 4;
const BEGUN: usize = 8;
/** The highest stack that was told of. */
let highest: u32 = STACK_IDS - 1;

export function tellStack(stack: u32, classes: u32, outermost: u32, begun: u32): void {
  const place = functions + (<usize>stack << FUNCTIONS_BITS);
  store<u32>(place, classes);
  store<u32>(place, outermost, OUTERMOST);
  store<u32>(place, begun, BEGUN);
  highest = max(highest, stack);
}

/** Of another generation nothing is known yet. */
export function forgetStacks(): void {
  memory.fill(functions, 0xff, (<usize>highest + 1) << FUNCTIONS_BITS);
  highest = 0;
}
/** By row, and by row and reason: how often since they were last taken away. */
export const counts: usize = memory.data(1024);
export const facetCounts: usize = memory.data(262144);

/** Slots of an event's steps, until they are taken. */
const chosen: usize = memory.data(16);

/** Rows of events for each block of them that is looked up at once. */
export const BLOCK_BITS: u32 = 10;
/** Of the batches with rows, and one that begins behind all: the first row, and the slot of the M. */
export let firstRows: usize = 0;
export let batchThreads: usize = 0;
export let blocks: usize = 0;

/** Room for so many batches, and for their index once they stand there. */
export function reserveBatches(batches: u32, rows: u32): void {
  if (firstRows !== 0) heap.free(firstRows);
  const places = batches + 1 + batches + (rows >> BLOCK_BITS) + 1;
  firstRows = grown(0, 0, <f64>places * 4);
  batchThreads = firstRows + ((<usize>batches + 1) << 2);
  blocks = batchThreads + (<usize>batches << 2);
}

export function indexBatches(rows: u32): void {
  let at: u32 = 0;
  for (let block: u32 = 0; block <= rows >> BLOCK_BITS; block++) {
    while (load<u32>(firstRows + ((<usize>at + 1) << 2)) <= block << BLOCK_BITS && block << BLOCK_BITS < rows) at++;
    store<u32>(blocks + (<usize>block << 2), at);
  }
}

/** What holds in this generation: the state of what nobody mentioned, and how early an event may be. */
let absent: u32 = 0;
export let tolerance: f64 = 0;
/** The interned reasons of a wait that nobody ends, and of what stops in the middle of anything. */
let forever: u32 = 0;
let preempted: u32 = 0;

export function enter(absentState: u32, toleranceNs: f64, foreverReason: u32, preemptedReason: u32): void {
  absent = <u32>1 << absentState;
  tolerance = toleranceNs;
  forever = foreverReason;
  preempted = preemptedReason;
}

/** The goroutine that has stopped the world, of which the lane takes nothing; NO_SLOT for none. */
export let stopper: i32 = NO_SLOT;

/**
 * Takes the steps of the events from a position on, as far as they fit; where that ends. `before` is how
 * many events came before the generation.
 */
export function runLane(from: u32, end: u32, before: f64, stopperSlot: i32): u32 {
  stopper = stopperSlot;
  let position = from;
  while (position < end) {
    ofGoroutines.open();
    ofProcs.open();
    position = laneStride(position, end, before);
    if (position === end || !step(position, before)) break;
    position++;
  }
  return position;
}

/** The slot of the M that wrote a row; NO_SLOT for one that the judge has not named. */
function threadOf(row: u32): i32 {
  let at = load<u32>(blocks + (<usize>(row >> BLOCK_BITS) << 2));
  while (load<u32>(firstRows + ((<usize>at + 1) << 2)) <= row) at++;
  return load<i32>(batchThreads + (<usize>at << 2));
}

/** One event, whatever its steps; false where it is not the lane's, and nothing was done. */
function step(position: u32, before: f64): bool {
  const row = load<u32>(event + (<usize>position << 2));
  const first = steps + <usize>load<u8>(kind + row) * (LANE_STEPS * LANE_STEPSIZE);
  const shape = <u32>load<u8>(first, LANE_SHAPE);
  if (shape === SHAPE_NOTHING) return true;
  if (shape === SHAPE_CLOSED) return false;
  const m = threadOf(row);
  if (m < 0) return false;
  const n = choose(first, row, m);
  if (n === 0) return false;
  for (let i: u32 = 0; i < n; i++) {
    const slot = load<i32>(chosen + (<usize>i << 2));
    if (slot !== NOT_CHOSEN) take(first + <usize>i * LANE_STEPSIZE, slot, row, m, before + <f64>position);
  }
  return true;
}

/** The event's reason as `choose` found it. */
let reason: u32 = UNASKED;

/** How many steps the event has, if all fit that its reason chooses, and those are any; else 0. */
function choose(first: usize, row: u32, m: i32): u32 {
  const argument = args + (<usize>load<u32>(argStart + (<usize>row << 2)) << 2);
  const met = metNeeds(m);
  let fits = false;
  let n: u32 = 0;
  for (; n < LANE_STEPS; n++) {
    const step = first + <usize>n * LANE_STEPSIZE;
    if (load<u8>(step, LANE_SHAPE) === SHAPE_NONE) break;
    const place = chosen + (<usize>n << 2);
    const selection = <u32>load<u8>(step, LANE_SELECTION);
    if (selection !== 0) {
      reason = reasonOf(load<u32>(argument));
      if (reason === UNASKED) return 0;
      if (!selects(selection, reason)) {
        store<i32>(place, NOT_CHOSEN);
        continue;
      }
      const givers = <u32>load<u8>(step, LANE_GIVERS);
      if (givers !== 0 && !given(givers, load<u32>(argument, 4), reason)) return 0;
    }
    if ((<u32>load<u8>(step, LANE_NEEDS) & ~met) !== 0) return 0;
    const slot = subjectOf(step, argument, m);
    if (slot < NO_SLOT || !timely(step, slot, row)) return 0;
    if (load<u8>(step, LANE_ROOTED) !== 0 && slot >= 0 && !rooted(load<u32>(argument, 4), begunWith(slot), reason)) return 0;
    store<i32>(place, slot);
    fits = true;
  }
  return fits ? n : 0;
}

const NO_SUBJECT: i32 = -3;

/** The slot of what the step is about, if its state allows the step: else NO_SUBJECT. */
function subjectOf(step: usize, argument: usize, m: i32): i32 {
  const shape = <u32>load<u8>(step, LANE_SHAPE);
  const states = <u32>load<u8>(step, LANE_FROM);
  if (shape === SHAPE_PLAIN) return NO_SLOT;
  if (shape === SHAPE_CREATED)
    return (states & absent) !== 0 && creates(argument, procOf(m)) ? NO_SLOT : NO_SUBJECT;
  if (shape === SHAPE_TASK) {
    const id = load<u32>(argument);
    if (id >= NONE_WORD) return NO_SUBJECT;
    const state: u32 = isTaskOpen(<f64>id) ? TASK_OPEN : TASK_CLOSED;
    return (states & (<u32>1 << state)) !== 0 ? NO_SLOT : NO_SUBJECT;
  }
  const slots = shape === SHAPE_OWN ? procs : goroutines;
  let slot = shape === SHAPE_OWN ? procOf(m) : goroutineOf(m);
  if (shape === SHAPE_NAMED) {
    const id = load<u32>(argument);
    slot = id < NONE_WORD ? goroutines.index.known(id) : NO_SLOT;
  }
  if (slot < 0 || (slots === goroutines && slot === stopper)) return NO_SUBJECT;
  return (states & (<u32>1 << load<u8>(slots.column(AT_STATE) + slot))) !== 0 ? slot : NO_SUBJECT;
}

/** Whether nothing is known to have happened to it later, nor that it waits for ever. */
function timely(step: usize, slot: i32, row: u32): bool {
  if (slot < 0) return true;
  const slots = load<u8>(step, LANE_SHAPE) === SHAPE_OWN ? procs : goroutines;
  const latest = load<f64>(time + (<usize>row << 3)) + tolerance;
  if (load<f64>(slots.column(AT_SINCE) + (<usize>slot << 3)) > latest) return false;
  if (load<u8>(step, LANE_FACET) !== FACET_WAIT) return true;
  const wait = load<u32>(goroutines.column(AT_OTHER) + (<usize>slot << 2));
  const argument = args + (<usize>load<u32>(argStart + (<usize>row << 2)) << 2);
  return ends(wait) && wakes(<u32>load<u8>(step, LANE_GIVERS), load<u32>(argument, 8), wait);
}

/** Bits of NEED that hold on an M. */
function metNeeds(m: i32): u32 {
  const p = procOf(m);
  const g = goroutineOf(m);
  let met = NEED_M | (p < 0 ? NEED_NOP : NEED_P) | (g < 0 ? NEED_NOG : NEED_G);
  if (g < 0 || load<u8>(goroutines.column(AT_STATE) + g) === GOROUTINE_RUNNING) met |= NEED_G_RUNNING;
  if (p < 0 || load<u8>(procs.column(AT_STATE) + p) !== PROC_SYSCALL) met |= NEED_P_LEFT;
  return met;
}

function procOf(m: i32): i32 {
  return load<i32>(threads.column(AT_HOLDER) + (<usize>m << 2));
}

function goroutineOf(m: i32): i32 {
  return load<i32>(threads.column(AT_OTHER) + (<usize>m << 2));
}

function take(step: usize, slot: i32, row: u32, m: i32, index: f64): void {
  const shape = <u32>load<u8>(step, LANE_SHAPE);
  const taken = <u32>load<u16>(step, LANE_ROW);
  const to = <u32>load<u8>(step, LANE_TO);
  const now = load<f64>(time + (<usize>row << 3));
  count(counts + (<usize>taken << 2));
  if (shape === SHAPE_PLAIN) return;
  if (shape === SHAPE_TASK) {
    setTask(<f64>load<u32>(args + (<usize>load<u32>(argStart + (<usize>row << 2)) << 2)), to === TASK_OPEN);
    return;
  }
  if (shape === SHAPE_OWN) {
    setProc(slot, to, index, now);
    return;
  }
  let g = slot;
  if (shape === SHAPE_CREATED)
    g = create(args + (<usize>load<u32>(argStart + (<usize>row << 2)) << 2), to, index, procOf(m));
  const facet = <u32>load<u8>(step, LANE_FACET);
  if (facet !== 0) countFacet(facet, taken, goroutines.column(AT_OTHER) + (<usize>g << 2));
  store<f64>(goroutines.column(AT_SINCE) + (<usize>g << 3), now);
  const binds = <u32>load<u8>(step, LANE_BINDS);
  if (binds !== 0) unbind(m, index);
  if (binds === BINDS_BIND) bind(m, g, index);
  ofGoroutines.open();
  ofGoroutines.put(load<u32>(goroutines.column(AT_SERIAL) + (<usize>g << 2)), to, now);
  if (to === GOROUTINE_DEAD) {
    goroutines.remove(g);
    return;
  }
  store<u8>(goroutines.column(AT_STATE) + g, to);
  store<f64>(goroutines.column(AT_SETBY) + (<usize>g << 3), index);
}

function countFacet(facet: u32, taken: u32, wait: usize): void {
  if (facet === FACET_REASON) store<u32>(wait, reason);
  count(facetCounts + ((<usize>taken * REASONS + load<u32>(wait)) << 2));
}

function unbind(m: i32, index: f64): void {
  const off = goroutineOf(m);
  if (off < 0) return;
  store<i32>(goroutines.column(AT_HOLDER) + (<usize>off << 2), NO_SLOT);
  store<i32>(threads.column(AT_OTHER) + (<usize>m << 2), NO_SLOT);
  store<f64>(threads.column(AT_SETBY) + (<usize>m << 3), index);
}

function bind(m: i32, g: i32, index: f64): void {
  const holder = goroutines.column(AT_HOLDER) + (<usize>g << 2);
  const other = load<i32>(holder);
  if (other >= 0) store<i32>(threads.column(AT_OTHER) + (<usize>other << 2), NO_SLOT);
  store<i32>(holder, m);
  store<i32>(threads.column(AT_OTHER) + (<usize>m << 2), g);
  store<f64>(threads.column(AT_SETBY) + (<usize>m << 3), index);
}

function setProc(p: i32, to: u32, index: f64, now: f64): void {
  const state = procs.column(AT_STATE) + p;
  addRunning(<i32>(to === PROC_RUNNING) - <i32>(load<u8>(state) === PROC_RUNNING));
  store<u8>(state, to);
  store<f64>(procs.column(AT_SETBY) + (<usize>p << 3), index);
  store<f64>(procs.column(AT_SINCE) + (<usize>p << 3), now);
  ofProcs.open();
  ofProcs.put(load<u32>(procs.column(AT_SERIAL) + (<usize>p << 2)), to, now);
}

/** The interned reason that a string is, UNASKED where it is not known here. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function reasonOf(id: u32): u32 {
  return id < STRING_IDS ? load<u8>(strings + id) : UNASKED;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function selects(selection: u32, reason: u32): bool {
  return load<u8>(selections + (selection - 1) * REASONS + reason) !== 0;
}

/** Whether a wait with this reason ends, and is one that is counted here. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function ends(wait: u32): bool {
  return wait !== forever && wait < REASONS;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function count(cell: usize): void {
  store<u32>(cell, load<u32>(cell) + 1);
}

/** Whether the function on top of a stack is known to end such a wait; who waits for an unknown reason may be woken by any. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function wakes(wakers: u32, stack: u32, wait: u32): bool {
  return wakers === 0 || wait === 0 || given(wakers, stack, wait);
}

/** Whether the function on top of a stack is known to give the reason, or to be none that is asked; stack 0 is that there is none. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function given(givers: u32, stack: u32, reason: u32): bool {
  if (stack >= STACK_IDS) return false;
  const found = <u32>load<u8>(functions + (<usize>stack << FUNCTIONS_BITS) + (givers - 1));
  if (found === 0) return true;
  return found !== UNASKED && load<u8>(gives + ((givers - 1) * CLASSES + found) * REASONS + reason) !== 0;
}

/** The function that a goroutine began with; 0 where it is not known. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function begunWith(g: i32): u32 {
  return <u32>load<f64>(goroutines.column(AT_BEGUN) + (<usize>g << 3));
}

/** Whether the outermost function of a stack is known to be the one that its goroutine began with, or to be none that is asked. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function rooted(stack: u32, begun: u32, reason: u32): bool {
  if (stack === 0 || begun === 0 || reason === preempted) return true;
  if (stack >= STACK_IDS) return false;
  const outermost = load<u32>(functions + (<usize>stack << FUNCTIONS_BITS), OUTERMOST);
  return outermost === begun || outermost === 0;
}

const UNKNOWN: u32 = 0xffffffff;

/** The function that a goroutine begins with that has this as its first stack: UNKNOWN where nobody asked yet. */
function begins(stack: u32): u32 {
  if (stack === 0) return 0;
  return stack < STACK_IDS ? load<u32>(functions + (<usize>stack << FUNCTIONS_BITS), BEGUN) : UNKNOWN;
}

/** Whether a goroutine may come to be: nobody has the number, its P gave out none as high, and it is known what it begins with. */
function creates(argument: usize, p: i32): bool {
  const id = load<u32>(argument);
  if (id >= NONE_WORD || goroutines.full || goroutines.index.known(id) >= 0) return false;
  if (begins(load<u32>(argument, 4)) === UNKNOWN) return false;
  return p < 0 || <f64>id > load<f64>(procs.column(AT_LASTGOID) + (<usize>p << 3));
}

function create(argument: usize, state: u32, index: f64, p: i32): i32 {
  const id = load<u32>(argument);
  const slot = goroutines.add(id, state, index);
  store<u8>(goroutines.column(AT_RANGE) + slot, RANGE_OFF);
  store<f64>(goroutines.column(AT_BEGUN) + (<usize>slot << 3), begins(load<u32>(argument, 4)));
  if (p >= 0) store<f64>(procs.column(AT_LASTGOID) + (<usize>p << 3), id);
  return slot;
}
