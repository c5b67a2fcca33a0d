/** Room in linear memory. */

// @ts-ignore: decorators are AssemblyScript's
@external('env', 'full')
declare function full(): void;

/** Bytes that 32 bits can address, and the allocator's largest block. */
const MOST: f64 = 4294967296;
const LARGEST: f64 = 0x3f000000;
const PAGE: f64 = 65536;

/** Whether so many bytes can be had; `full` throws in JavaScript, past all that stands below it. */
function fits(bytes: f64): bool {
  return bytes <= LARGEST && <f64>memory.size() * PAGE + bytes < MOST;
}

export function room(bytes: f64): usize {
  if (!fits(bytes)) full();
  return heap.alloc(<usize>bytes);
}

/** Moves a block of `used` bytes into one of `bytes`; the first call has none to move. */
export function grown(block: usize, used: f64, bytes: f64): usize {
  const larger = room(bytes);
  if (block !== 0) {
    memory.copy(larger, block, <usize>used);
    heap.free(block);
  }
  return larger;
}

/**
 * Makes sure that so many bytes can be had without growing the memory, which
 * would detach every view that JavaScript holds. Nobody touches them here, so
 * until they are used they cost address space and no memory. Traps where the
 * machine refuses them.
 */
export function keepFree(bytes: f64): void {
  if (fits(bytes)) heap.free(heap.alloc(<usize>bytes));
}
