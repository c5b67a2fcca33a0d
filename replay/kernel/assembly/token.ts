/**
 * All that ordering carries from one generation to the next, as bytes: the
 * collector's number, the last time, and the records of goroutines, Ps and Ms.
 */
import { gcSeq, setGc } from './effects';
import { grown } from './memory';
import { last } from './order';
import { gs, ms, ps } from './state';

/** i64 and f64; behind it the tables. A token that ends here has none, as before the first generation. */
const HEAD: usize = 16;

/** Where the token lies. */
export let token: usize = 0;
let room: usize = 0;

/** Makes room for a token of so many bytes. */
export function reserveToken(size: usize): usize {
  if (size > room) {
    room = size + (size >> 1);
    token = grown(token, 0, <f64>room);
  }
  return token;
}

/** Writes the token; its size. */
export function saveState(): usize {
  const size = HEAD + gs.size + ps.size + ms.size;
  reserveToken(size);
  store<i64>(token, gcSeq);
  store<f64>(token, last, 8);
  ms.save(ps.save(gs.save(token + HEAD)));
  return size;
}

/** Takes over what the token of `size` bytes holds; the last time comes with the next `begin`. */
export function loadState(size: usize): void {
  setGc(load<i64>(token));
  gs.clear();
  ps.clear();
  ms.clear();
  if (size > HEAD) ms.load(ps.load(gs.load(token + HEAD)));
}
