/** Room in linear memory. */

/** Moves a block of `used` bytes into one of `size` bytes; the first call has none to move. */
export function grown(block: usize, used: usize, size: usize): usize {
  const larger = heap.alloc(size);
  if (block !== 0) {
    memory.copy(larger, block, used);
    heap.free(block);
  }
  return larger;
}

/**
 * Makes sure that so many bytes can be had without growing the memory, which
 * would detach every view that JavaScript holds. Nobody touches them here, so
 * until they are used they cost address space and no memory.
 */
export function keepFree(bytes: f64): void {
  // The allocator's largest block.
  heap.free(heap.alloc(<usize>Math.min(bytes, 0x3f000000)));
}
