/**
 * Reads batches into the columns. These loops see every byte of a trace, and
 * call nothing as long as numbers stay below 2^28.
 */

import {
  argStart,
  args,
  batch,
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
import { CPUSample } from './specs';
import { next, read } from './varint';

/** The largest batch, and as many bytes as the longest event may be read past it. */
const INPUT: i32 = (64 << 10) + 128;
/** Where JavaScript puts a batch's data. */
export const input: usize = memory.data(INPUT, 8);
/** By event type: arguments after `dt`, or NOT_TIMED. */
export const argCounts: usize = memory.data(256);
const NOT_TIMED: u32 = 255;

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
export function readEvents(size: u32, batchIndex: u32, start: f64, nsPerTick: f64): u32 {
  // Two bytes make the shortest event, one an argument.
  reserve((size >> 1) + 1, size);
  const end = input + size;
  // Locals cost less than the columns' addresses do.
  const counts = argCounts;
  const intoKind = kind;
  const intoTime = time;
  const intoBatch = batch;
  const intoPlace = place;
  const intoStart = argStart;
  const intoArgs = args;
  let row = count;
  let word = words;
  let now = start;
  let at = input;
  let event = at;
  while (at < end) {
    event = at;
    const type = load<u8>(at++);
    const argCount = <u32>load<u8>(counts + type);
    if (argCount === NOT_TIMED) break;
    let byte = <u32>load<u8>(at++);
    let ticks = <u64>byte;
    if (byte > 127) {
      byte = load<u8>(at++);
      let low = (<u32>ticks & 127) | ((byte & 127) << 7);
      if (byte > 127) {
        byte = load<u8>(at++);
        low |= (byte & 127) << 14;
      }
      ticks = low;
      if (byte > 127) {
        ticks = read(at - 3, end);
        at = next;
        if (at === 0) break;
      }
    }
    const when = now + Math.trunc(<f64>ticks * nsPerTick);
    if (when > FARTHEST) break;
    const lastWord = word + argCount;
    let index = word;
    for (; index < lastWord; index++) {
      byte = load<u8>(at++);
      let value = byte;
      if (byte > 127) {
        byte = load<u8>(at++);
        value = (value & 127) | ((byte & 127) << 7);
        if (byte > 127) {
          byte = load<u8>(at++);
          value |= (byte & 127) << 14;
          if (byte > 127) {
            byte = load<u8>(at++);
            value |= (byte & 127) << 21;
            if (byte > 127) {
              const wide = read(at - 4, end);
              at = next;
              if (at === 0) break;
              value = wordOf(wide, index);
            }
          }
        }
      }
      store<u32>(intoArgs + ((<usize>index) << 2), value);
    }
    if (index < lastWord || at > end) break;
    now = when;
    store<u8>(intoKind + row, type);
    store<f64>(intoTime + ((<usize>row) << 3), when);
    store<u32>(intoBatch + ((<usize>row) << 2), batchIndex);
    store<u16>(intoPlace + ((<usize>row) << 1), <u16>(event - input));
    store<u32>(intoStart + ((<usize>row) << 2), word);
    word = lastWord;
    row++;
    event = at;
  }
  return finish(row, word, event, end);
}

/** Closes the columns behind the last event read; bytes read. */
function finish(row: u32, word: u32, event: usize, end: usize): u32 {
  store<u32>(argStart + ((<usize>row) << 2), word);
  setCounts(row, word);
  if (event < end) dropWides(word);
  return <u32>(min(event, end) - input);
}

/** `m p g stack`, after the time. */
const SAMPLE_ARGS: u32 = 4;

/**
 * The same for a batch of CPU samples, whose first byte says so. Each carries
 * its own whole time, so `base` is the trace's base in ns on its own clock.
 */
export function readSamples(size: u32, batchIndex: u32, base: f64, nsPerTick: f64): u32 {
  reserve((size >> 1) + 1, size);
  const end = input + size;
  let row = count;
  let word = words;
  let at = input + 1;
  let event = at;
  while (at < end) {
    event = at;
    if (load<u8>(at) !== CPUSample) break;
    const ticks = read(at + 1, end);
    at = next;
    if (at === 0) break;
    const when = since(<f64>ticks * nsPerTick, base);
    if (Number.isNaN(when)) break;
    const lastWord = word + SAMPLE_ARGS;
    let index = word;
    for (; index < lastWord; index++) {
      const value = read(at, end);
      at = next;
      if (at === 0) break;
      store<u32>(args + ((<usize>index) << 2), wordOf(value, index));
    }
    if (index < lastWord) break;
    store<u8>(kind + row, CPUSample);
    store<f64>(time + ((<usize>row) << 3), when);
    store<u32>(batch + ((<usize>row) << 2), batchIndex);
    store<u16>(place + ((<usize>row) << 1), <u16>(event - input));
    store<u32>(argStart + ((<usize>row) << 2), word);
    word = lastWord;
    row++;
    event = at;
  }
  return finish(row, word, event, end);
}

/** The difference of two times, each of which may lie past 2^53; NaN when the difference does too. */
function since(ns: f64, base: f64): f64 {
  if (!(ns < 9.2e18 && base < 9.2e18)) return NaN;
  const difference = <i64>ns - <i64>base;
  return <f64>abs(difference) > FARTHEST ? NaN : <f64>difference;
}
