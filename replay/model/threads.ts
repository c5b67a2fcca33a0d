/** The life of a thread (M): made, started, on the list of the exiting, done with its stack, reaped. */
import { type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

/** The states of an M, the first being what holds before anything was seen. */
export const THREAD_STATES = ['unknown', 'made', 'started', 'exiting', 'listed', 'exited', 'reaped'] as const;

/** Values of m.freeWait, by number. */
export const FREE_WAIT = ['freeMStack', 'freeMRef', 'freeMWait'] as const;

export const threads: readonly FineRow[] = familyOf('thread', [
  {
    id: 'thread/make',
    from: ['unknown', 'reaped'],
    to: 'made',
    text: 'an M is made where none is: its memory is used again only after it was reaped',
    cite: [at('proc.go', 'allocm', 'mcommoninit(mp, id)')],
  },
  {
    id: 'thread/start',
    from: ['made'],
    to: 'started',
    text: 'a thread starts once, when its M was made',
    cite: [at('proc.go', 'mstart1', 'gp.sched.g = guintptr(unsafe.Pointer(gp))')],
  },
  {
    id: 'thread/exit',
    from: ['started'],
    to: 'exiting',
    text: 'a thread exits when it has started, and once',
    cite: [at('proc.go', 'mstart0', 'mexit(osStack)')],
  },
  {
    id: 'thread/list',
    from: ['exiting'],
    to: 'listed',
    text: 'an exiting M is put on sched.freem, with a flag that says to wait for it',
    cite: [
      at('proc.go', 'mexit', 'mp.freeWait.Store(freeMWait)'),
      at('proc.go', 'mexit', 'sched.freem = mp'),
    ],
  },
  {
    id: 'thread/done',
    from: ['listed'],
    to: 'exited',
    text: 'a thread says that it needs its stack no more when its M is on the list',
    cite: [
      at('proc.go', 'mexit', 'exitThread(&mp.freeWait)'),
      at('proc.go', 'mexit', 'mp.freeWait.Store(freeMRef)'),
    ],
  },
  {
    id: 'thread/reap',
    from: ['exited'],
    to: 'reaped',
    text: 'an M is reaped only after its thread said that it needs its stack no more',
    cite: [
      at('proc.go', 'allocm', "// Wait for freeWait to indicate that freem's stack is unused."),
      at('proc.go', 'allocm', 'if wait == freeMWait {'),
    ],
  },
  {
    id: 'thread/keep',
    text: 'an M stays on the list only while its thread still needs its stack',
    cite: [at('proc.go', 'allocm', 'if wait == freeMWait {')],
  },
  {
    id: 'thread/reaped-in-the-end',
    text: 'whoever makes an M walks the whole list of those that exit, and reaps each that is done or keeps it',
    cite: [
      at('proc.go', 'allocm', 'if sched.freem != nil {'),
      at('proc.go', 'allocm', 'for freem := sched.freem; freem != nil; {'),
      at('proc.go', 'allocm', 'freem = freem.freelink'),
    ],
  },
  {
    id: 'thread/g0-stack',
    text: 'the g0 stack of a thread is freed once, when its M is reaped',
    cite: [
      at('proc.go', 'allocm', 'if wait == freeMStack {'),
      at('proc.go', 'allocm', 'stackfree(freem.g0.stack)'),
    ],
  },
]);
