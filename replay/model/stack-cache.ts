/** The stack cache of each P (mcache.stackcache): no lock guards it, so only who cannot be preempted may touch it. */
import { type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

export const stackCache: readonly FineRow[] = familyOf('stack cache', [
  {
    id: 'stackcache/refill',
    text: 'the stack cache of a P is filled on the system stack (g0): on a user stack it could be taken away in between',
    cite: [
      at('stack.go', 'stackcacherefill', 'c.stackcache[order].list = list'),
      at('stack.go', 'stackalloc', 'c := thisg.m.p.ptr().mcache'),
    ],
  },
  {
    id: 'stackcache/release',
    text: 'the stack cache of a P is drained on the system stack (g0): on a user stack it could be taken away in between',
    cite: [
      at('stack.go', 'stackcacherelease', 'c.stackcache[order].list = x'),
      at('stack.go', 'stackfree', 'stackcacherelease(c, order)'),
    ],
  },
  {
    id: 'stackcache/clear',
    text: 'the stack cache of a P is cleared on the system stack (g0)',
    cite: [at('stack.go', 'stackcache_clear', 'c.stackcache[order].list = 0')],
  },
]);
