/**
 * Reads batches into the columns. These loops see every byte of a trace, and
 * call nothing as long as numbers stay below 2^28.
 */

import {
  argStart,
  args,
  count,
  dropWides,
  kind,
  place,
  reserve,
  setCounts,
  time,
  wordOf,
  words,
} from './columns';
import { CPUSample, NOT_TIMED } from './specs';
import { namesUnheld } from './names';
import { next, read } from './varint';

/** The largest batch, and as many bytes as the longest event may be read past it. */
const INPUT: i32 = (64 << 10) + 128;
/** Where JavaScript puts a batch's data. */
export const input: usize = memory.data(INPUT, 8);
/** By event type: arguments after `dt`, or NOT_TIMED. */
export const argCounts: usize = memory.data(256);
/** More arguments than any event has. */
const MOST_ARGS: u32 = 16;

/** 2^53 - 1: as far from the base as a double counts nanoseconds. */
const FARTHEST: f64 = 9007199254740991;

/**
 * Appends the events of a batch of `size` bytes, whose time is `start` ns since
 * the trace's base. Returns how many bytes were read: less than `size` when the
 * event that begins there makes no sense.
 *
 * Time is Go's: every delta is made nanoseconds and truncated by itself, then
 * summed (`batchCursor.nextEvent`).
 */
export function readEvents(size: u32, start: f64, nsPerTick: f64): u32 {
  // Two bytes make the shortest event, one an argument; an event that is cut may read some that are not there.
  reserve((size >> 1) + 1, size + MOST_ARGS);
  const end = input + size;
  let event = input;
  let now = start;
  do {
    event = readShort(event, end, now, nsPerTick);
    now = lastTime;
    if (event >= end) break;
    event = readLong(event, end, now, nsPerTick);
    now = lastTime;
  } while (event !== 0 && event < end);
  return finish(event === 0 ? stopped : event, end);
}

/** The first row of the generation that may name what is not held; above every row when there is none. */
export let suspect: u32 = u32.MAX_VALUE;

export function clearSuspect(): void {
  suspect = u32.MAX_VALUE;
}

/** Time of the last event read. */
let lastTime: f64 = 0;
/** Where `readLong` found an event that makes no sense. */
let stopped: usize = 0;

/**
 * Reads events as long as all their numbers are below 2^28, and returns where
 * the first stands that is not so. There is no call in this loop: around one,
 * everything that it keeps in registers would have to leave them.
 */
function readShort(from: usize, end: usize, start: f64, nsPerTick: f64): usize {
  // Locals cost less than the columns' addresses do.
  const counts = argCounts;
  const data = input;
  const intoKind = kind;
  const intoTime = time;
  const intoPlace = place;
  const intoStart = argStart;
  const intoArgs = args;
  let row = count;
  let word = words;
  let now = start;
  let event = from;
  while (event < end) {
    let at = event + 2;
    const type = load<u8>(event);
    const argCount = <u32>load<u8>(counts + type);
    if (argCount === NOT_TIMED) break;
    let ticks = <u32>load<u8>(event, 1);
    if (ticks > 127) {
      let byte = <u32>load<u8>(at++);
      ticks = (ticks & 127) | ((byte & 127) << 7);
      if (byte > 127) {
        byte = load<u8>(at++);
        ticks |= (byte & 127) << 14;
        if (byte > 127) {
          byte = load<u8>(at++);
          ticks |= (byte & 127) << 21;
          if (byte > 127) break;
        }
      }
    }
    let index = intoArgs + (<usize>word << 2);
    word += argCount;
    const lastIndex = intoArgs + (<usize>word << 2);
    let value: u32 = 0;
    for (; index < lastIndex; index += 4) {
      value = load<u8>(at++);
      if (value > 127) {
        let byte = <u32>load<u8>(at++);
        value = (value & 127) | ((byte & 127) << 7);
        if (byte > 127) {
          byte = load<u8>(at++);
          value |= (byte & 127) << 14;
          if (byte > 127) {
            byte = load<u8>(at++);
            value |= (byte & 127) << 21;
            if (byte > 127) break;
          }
        }
      }
      store<u32>(index, value);
    }
    const when = now + Math.trunc(<f64>ticks * nsPerTick);
    if (index < lastIndex || at > end || when > FARTHEST) {
      word -= argCount;
      break;
    }
    now = when;
    if (namesUnheld(type, lastIndex - (<usize>argCount << 2))) suspect = min(suspect, row);
    store<u8>(intoKind + row, type);
    store<f64>(intoTime + (<usize>row << 3), when);
    store<u16>(intoPlace + (<usize>row << 1), <u16>(event - data));
    store<u32>(intoStart + (<usize>row << 2), word - argCount);
    row++;
    event = at;
  }
  setCounts(row, word);
  lastTime = now;
  return event;
}

/** Reads one event whose numbers may be of any length; where the next stands, 0 when it makes no sense. */
function readLong(event: usize, end: usize, start: f64, nsPerTick: f64): usize {
  stopped = event;
  const type = load<u8>(event);
  const argCount = <u32>load<u8>(argCounts + type);
  if (argCount === NOT_TIMED) return 0;
  const ticks = read(event + 1, end);
  let at = next;
  if (at === 0) return 0;
  const when = start + Math.trunc(<f64>ticks * nsPerTick);
  if (when > FARTHEST) return 0;
  at = readArgs(at, end, argCount);
  if (at === 0) return 0;
  lastTime = when;
  append(type, when, event, argCount);
  return at;
}

/** Reads arguments behind those of the last event; where they end, 0 when they are not all there. */
function readArgs(from: usize, end: usize, argCount: u32): usize {
  let at = from;
  for (let index = words; index < words + argCount; index++) {
    const value = read(at, end);
    at = next;
    if (at === 0) return 0;
    store<u32>(args + (<usize>index << 2), wordOf(value, index));
  }
  return at;
}

/** Makes a row of an event whose arguments were read. */
function append(type: u8, when: f64, event: usize, argCount: u32): void {
  const row = <usize>count;
  store<u8>(kind + row, type);
  store<f64>(time + (row << 3), when);
  store<u16>(place + (row << 1), <u16>(event - input));
  store<u32>(argStart + (row << 2), words);
  if (namesUnheld(type, args + (<usize>words << 2))) suspect = min(suspect, count);
  setCounts(count + 1, words + argCount);
}

/** Closes the columns behind the last event read; bytes read. */
function finish(event: usize, end: usize): u32 {
  store<u32>(argStart + (<usize>count << 2), words);
  if (event < end) dropWides(words);
  return <u32>(min(event, end) - input);
}

/** `m p g stack`, after the time. */
const SAMPLE_ARGS: u32 = 4;

/**
 * The same for a batch of CPU samples, whose first byte says so. Each carries
 * its own whole time, so `base` is the trace's base in ns on its own clock.
 */
export function readSamples(size: u32, base: f64, nsPerTick: f64): u32 {
  reserve((size >> 1) + 1, size + MOST_ARGS);
  const end = input + size;
  let event = input + 1;
  while (event < end && load<u8>(event) === CPUSample) {
    const ticks = read(event + 1, end);
    const when = since(<f64>ticks * nsPerTick, base);
    if (next === 0 || isNaN(when)) break;
    const at = readArgs(next, end, SAMPLE_ARGS);
    if (at === 0) break;
    append(<u8>CPUSample, when, event, SAMPLE_ARGS);
    event = at;
  }
  return finish(event, end);
}

/** The difference of two times, each of which may lie past 2^53; NaN when the difference does too. */
function since(ns: f64, base: f64): f64 {
  if (!(ns < 9.2e18 && base < 9.2e18)) return NaN;
  const difference = <i64>ns - <i64>base;
  return <f64>abs(difference) > FARTHEST ? NaN : <f64>difference;
}
