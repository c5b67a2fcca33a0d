/** The Ms that can be tried, as a heap by the time of their next event. */
import { grown } from './memory';

export let size: i32 = 0;
let room: i32 = 0;
let times: usize = 0;
let slots: usize = 0;

// @ts-expect-error: decorators are AssemblyScript's
@inline
function timeAt(i: i32): f64 {
  return load<f64>(times + (<usize>i << 3));
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function put(i: i32, slot: i32, time: f64): void {
  store<f64>(times + (<usize>i << 3), time);
  store<i32>(slots + (<usize>i << 2), slot);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function move(from: i32, to: i32): void {
  put(to, load<i32>(slots + (<usize>from << 2)), timeAt(from));
}

/** The M with the earliest event. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function top(): i32 {
  return load<i32>(slots);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function topTime(): f64 {
  return size > 0 ? timeAt(0) : Infinity;
}

export function clear(): void {
  size = 0;
}

export function push(slot: i32, time: f64): void {
  if (size === room) {
    room = max(64, room * 2);
    times = grown(times, <f64>size * 8, <f64>room * 8);
    slots = grown(slots, <f64>size * 4, <f64>room * 4);
  }
  let i = size++;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (timeAt(parent) <= time) break;
    move(parent, i);
    i = parent;
  }
  put(i, slot, time);
}

/** The earliest time but that of the top. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function secondTime(): f64 {
  if (size < 2) return Infinity;
  return size === 2 ? timeAt(1) : Math.min(timeAt(1), timeAt(2));
}

/** Gives the top a time at which it stays there. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function keepTop(time: f64): void {
  store<f64>(times, time);
}

/** Gives the top a time at which it no longer may be the top. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function sinkTop(time: f64): void {
  sink(top(), time);
}

/** Gives the top a later time. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function retime(time: f64): void {
  if (time <= secondTime()) keepTop(time);
  else sinkTop(time);
}

export function pop(): void {
  if (--size > 0) sink(load<i32>(slots + (<usize>size << 2)), timeAt(size));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sink(slot: i32, time: f64): void {
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && timeAt(child + 1) < timeAt(child)) child++;
    if (timeAt(child) >= time) break;
    move(child, i);
    i = child;
  }
  put(i, slot, time);
}
