/** How a goroutine ends: through goexit1, which the return stub calls under an empty stack, or Goexit. */
import { type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

export const exits: readonly FineRow[] = familyOf('exit', [
  {
    id: 'exit/stub',
    text: 'the return stub goexit is reached only as the outermost frame, when the stack above it is gone',
    cite: [
      at('asm_amd64.s', 'goexit', 'CALL runtime·goexit1(SB)'),
      at('proc.go', 'newproc1', 'newg.sched.pc = abi.FuncPCABI0(goexit) + sys.PCQuantum'),
      at('proc.go', 'newproc1', 'sp := newg.stack.hi - totalSize'),
    ],
  },
  {
    id: 'exit/goexit1',
    text: 'goexit1 is called by the return stub goexit and by Goexit, and by nobody else',
    cite: [at('panic.go', 'Goexit', 'goexit1()'), at('asm_amd64.s', 'goexit', 'CALL runtime·goexit1(SB)')],
  },
  {
    id: 'exit/goexit0',
    from: ['running'],
    text: 'goexit0 follows goexit1 of the same goroutine, while it runs on this thread',
    cite: [at('proc.go', 'goexit1', 'mcall(goexit0)')],
  },
  {
    id: 'exit/destroy',
    from: ['running'],
    text: 'gdestroy takes a goroutine that runs on this thread',
    cite: [at('proc.go', 'gdestroy', 'casgstatus(gp, _Grunning, _Gdead)')],
  },
  {
    id: 'exit/put',
    from: ['dead'],
    text: 'gfput keeps dead goroutines alone',
    cite: [at('proc.go', 'gfput', 'throw("gfput: bad status (not Gdead)")')],
  },
]);
