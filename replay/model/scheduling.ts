/** Handing goroutines round: who is made ready waits, who is run is runnable, and a thread runs one at a time. */
import { type FineDelta, type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

export const scheduling: readonly FineRow[] = familyOf('scheduling', [
  {
    id: 'schedule/new',
    from: ['runnable'],
    text: 'newproc1 names a goroutine that it has just made runnable',
    cite: [
      at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, _Grunnable)'),
      at('proc.go', 'newproc1', 'newg.goid = pp.goidcache'),
    ],
  },
  {
    id: 'schedule/ready',
    from: ['waiting'],
    text: 'ready is called for a goroutine that waits',
    cite: [at('proc.go', 'ready', 'throw("bad g->status in ready")')],
  },
  {
    id: 'schedule/execute',
    from: ['runnable'],
    text: 'execute is called for a goroutine that is runnable',
    cite: [at('proc.go', 'execute', 'casgstatus(gp, _Grunnable, _Grunning)')],
  },
  {
    id: 'schedule/netpoll',
    from: ['waiting'],
    text: 'the netpoller hands out goroutines that wait',
    cite: [
      at('netpoll.go', 'netpollready', 'toRun.push(rg)'),
      at('proc.go', 'injectglist', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
    ],
  },
  {
    id: 'schedule/one-goroutine',
    text: 'a thread runs one goroutine at a time',
    cite: [at('proc.go', 'execute', 'mp.curg = gp'), at('proc.go', 'dropg', 'setGNoWB(&gp.m.curg, nil)')],
  },
]);

/** A coroutine is made waiting. */
export const scheduling123: FineDelta = {
  change: {
    'schedule/new': {
      from: ['runnable', 'waiting'],
      text: 'newproc1 names a goroutine that it has just made runnable, or waiting',
      cite: [
        at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, status)'),
        at('proc.go', 'newproc1', 'newg.goid = pp.goidcache'),
      ],
    },
  },
};

/** The name comes first. */
export const scheduling124: FineDelta = {
  change: {
    'schedule/new': {
      from: ['dead'],
      text: 'newproc1 names a dead goroutine, before it makes it runnable or waiting',
      cite: [
        at('proc.go', 'newproc1', 'newg.goid = pp.goidcache casgstatus(newg, _Gdead, status)'),
        at('proc.go', 'newproc1', 'throw("newproc1: new g is not Gdead")'),
      ],
    },
  },
};
