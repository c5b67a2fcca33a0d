/**
 * Who ends which wait. What wakes a goroutine stands on top of the waker's stack, and a function of the runtime
 * wakes only those that wait for what it does: a send on a channel ends a receive or a select. The
 * other way round the sets are open: a closed channel, a timer or the poller ends such a wait too.
 *
 * A function that is not here may wake anybody: much of the runtime does, on the stack of whoever it interrupts.
 */
import type { Giver } from './blocking.ts';
import { at } from './row.ts';

/** A function on top of a stack, and the reasons of the waits that it ends. */
export type Waker = Omit<Giver, 'from' | 'to'>;

const RECEIVE = 'chan receive';
const SEND = 'chan send';
const SELECT = 'select';

const sending = [at('chan.go', 'chansend', 'send(c, sg, ep'), at('chan.go', 'send', 'goready(gp, skip+1)')];
const receiving = [at('chan.go', 'chanrecv', 'recv(c, sg, ep'), at('chan.go', 'recv', 'goready(gp, skip+1)')];
const semaphore = [at('sema.go', 'semrelease1', 'readyWithTime(s, 5+skipframes)')];

/** The same in every release so far. The first that fits counts. */
export const WAKERS: readonly Waker[] = [
  { func: 'runtime.chansend1', gives: [RECEIVE, SELECT], cite: sending },
  { func: 'runtime.selectnbsend', gives: [RECEIVE, SELECT], cite: sending },
  { func: 'runtime.chanrecv1', gives: [SEND, SELECT], cite: receiving },
  { func: 'runtime.chanrecv2', gives: [SEND, SELECT], cite: receiving },
  { func: 'runtime.selectnbrecv', gives: [SEND, SELECT], cite: receiving },
  {
    func: 'runtime.selectgo',
    gives: [RECEIVE, SEND, SELECT],
    cite: [
      at('select.go', 'selectgo', 'recv(c, sg, cas.elem'),
      at('select.go', 'selectgo', 'send(c, sg, cas.elem'),
    ],
  },
  {
    func: 'sync.(*Cond).Signal',
    gives: ['sync.(*Cond).Wait'],
    cite: [at('sema.go', 'notifyListNotifyOne', 'readyWithTime(s, 4)')],
  },
  {
    func: 'sync.(*Cond).Broadcast',
    gives: ['sync.(*Cond).Wait'],
    cite: [at('sema.go', 'notifyListNotifyAll', 'readyWithTime(s, 4)')],
  },
  { func: 'sync.*', gives: ['sync'], cite: semaphore },
  { func: 'internal/sync.*', gives: ['sync'], cite: semaphore },
];
