/** The events of one generation as columns: see `EventColumns` in decode/columns.ts. */
import { grown } from './memory';
import { NONE_WORD, WIDE_WORD } from './specs';

/** Events read, and words of their arguments. */
export let count: u32 = 0;
export let words: u32 = 0;
/** One entry an event: u8, f64, u16, u32 (and one more). */
export let kind: usize = 0;
export let time: usize = 0;
export let place: usize = 0;
export let argStart: usize = 0;
/** One u32 an argument. */
export let args: usize = 0;
/** Arguments past 32 bits, by ascending index: u32 and u64. */
export let wides: u32 = 0;
export let wideIndex: usize = 0;
export let wideValue: usize = 0;

let rowRoom: u32 = 0;
let wordRoom: u32 = 0;
let wideRoom: u32 = 0;

export function setCounts(events: u32, argWords: u32): void {
  count = events;
  words = argWords;
}

/** Empties the columns, and makes room for so many events; what they held need not be moved. */
export function clear(events: u32): void {
  count = 0;
  words = 0;
  wides = 0;
  if (events <= rowRoom) return;
  if (rowRoom > 0) {
    heap.free(kind);
    heap.free(time);
    heap.free(place);
    heap.free(argStart);
    heap.free(args);
  }
  kind = time = place = argStart = args = 0;
  rowRoom = wordRoom = 0;
  growRows(events);
  growWords(events * 2);
}

/** Makes room for so many more events, and words of arguments. */
export function reserve(events: u32, argWords: u32): void {
  if (count + events > rowRoom) growRows(max(count + events, rowRoom + (rowRoom >> 1)));
  if (words + argWords > wordRoom) growWords(max(words + argWords, wordRoom + (wordRoom >> 1)));
}

function growRows(room: u32): void {
  const used = <f64>count;
  const rows = <f64>room;
  kind = grown(kind, used, rows);
  time = grown(time, used * 8, rows * 8);
  place = grown(place, used * 2, rows * 2);
  argStart = grown(argStart, used * 4, rows * 4 + 4);
  rowRoom = room;
}

function growWords(room: u32): void {
  args = grown(args, <f64>words * 4, <f64>room * 4);
  wordRoom = room;
}

/** The word for argument `index`, which goes to the side table where 32 bits cannot hold it. */
export function wordOf(value: u64, index: u32): u32 {
  if (value < NONE_WORD) return <u32>value;
  if (value === u64.MAX_VALUE) return NONE_WORD;
  addWide(index, value);
  return WIDE_WORD;
}

export function addWide(index: u32, value: u64): void {
  if (wides === wideRoom) {
    const room = max<u32>(64, wideRoom * 2);
    wideIndex = grown(wideIndex, <f64>wides * 4, <f64>room * 4);
    wideValue = grown(wideValue, <f64>wides * 8, <f64>room * 8);
    wideRoom = room;
  }
  store<u32>(wideIndex + (<usize>wides << 2), index);
  store<u64>(wideValue + (<usize>wides << 3), value);
  wides++;
}

/** Forgets the side table's entries from argument `word` on: those of an event that could not be read. */
export function dropWides(word: u32): void {
  while (wides > 0 && load<u32>(wideIndex + (<usize>(wides - 1) << 2)) >= word) wides--;
}

/** Argument `n` of an event, counted from the one after `dt`; none is -1. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function arg(row: u32, n: u32): i64 {
  const index = load<u32>(argStart + (<usize>row << 2)) + n;
  const word = load<u32>(args + (<usize>index << 2));
  return word < NONE_WORD ? <i64>word : rareArg(index, word);
}

function rareArg(index: u32, word: u32): i64 {
  if (word === NONE_WORD) return -1;
  let low: u32 = 0;
  let high = wides;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(wideIndex + (<usize>middle << 2)) < index) low = middle + 1;
    else high = middle;
  }
  return load<i64>(wideValue + (<usize>low << 3));
}
