/** Stacks: every range has one owner from stackalloc to stackfree, and only who holds a goroutine still copies its stack. */
import { type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

export const stacks: readonly FineRow[] = familyOf('stack', [
  {
    id: 'stack/alloc',
    text: 'stackalloc gives out a range of which nothing is in use',
    cite: [
      at('stack.go', 'stackalloc', 'return stack{uintptr(v), uintptr(v) + uintptr(n)}'),
      at('stack.go', 'stackpoolalloc', 's.manualFreeList = x.ptr().next'),
    ],
  },
  {
    id: 'stack/free',
    text: 'stackfree gets a range that stackalloc gave out, whole, and once',
    cite: [
      at('stack.go', 'stackfree', 'n := stk.hi - stk.lo'),
      at('proc.go', 'gfput', 'stackfree(gp.stack)'),
      at('stack.go', 'copystack', 'stackfree(old)'),
    ],
  },
  {
    id: 'stack/size',
    text: 'a stack is as large as a power of two, and at least of the smallest size',
    cite: [
      at('stack.go', 'stackalloc', 'throw("stack size not a power of 2")'),
      at('stack.go', 'stackfree', 'throw("stack not a power of 2")'),
    ],
  },
  {
    id: 'stack/system-stack',
    text: 'stackalloc and stackfree run on the system stack (g0), where nothing preempts them and no stack grows',
    cite: [
      at('stack.go', 'stackalloc', 'throw("stackalloc not on scheduler stack")'),
      at('proc.go', 'allocm', '// stackfree must be on the system stack, but allocm is'),
    ],
  },
  {
    id: 'stack/free-in-use',
    text: 'the stack of a goroutine is freed only once it is dead, or runs on a copy',
    cite: [
      at('proc.go', 'gfput', 'throw("gfput: bad status (not Gdead)")'),
      at('mgcmark.go', 'markrootFreeGStacks', 'stackfree(gp.stack)'),
      at('stack.go', 'copystack', 'stackfree(old)'),
    ],
  },
  {
    id: 'stack/copy-owned',
    text: 'a stack is copied by who owns it: newstack of the goroutine that runs on it, or who set its scan bit',
    cite: [
      at('stack.go', 'newstack', 'casgstatus(gp, _Grunning, _Gcopystack)'),
      at('stack.go', 'shrinkstack', 'throw("bad status in shrinkstack")'),
    ],
  },
  {
    id: 'stack/copy',
    text: 'a copy begins at the stack that the goroutine has, and ends on one that was just allocated',
    cite: [
      at('stack.go', 'copystack', 'old := gp.stack'),
      at('stack.go', 'copystack', 'new := stackalloc(uint32(newsize))'),
      at('stack.go', 'copystack', 'gp.stack = new'),
    ],
  },
  {
    id: 'stack/shrink-owned',
    text: 'a stack is shrunk by who set its scan bit, or by its own goroutine from the system stack',
    cite: [
      at(
        'stack.go',
        'shrinkstack',
        'if !(gp == getg().m.curg && getg() != getg().m.curg && s == _Grunning) {',
      ),
    ],
  },
  {
    id: 'stack/grow',
    text: 'newstack runs for the goroutine that runs on its thread',
    cite: [at('stack.go', 'newstack', 'throw("runtime: wrong goroutine in newstack")')],
  },
]);
