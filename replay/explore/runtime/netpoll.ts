/** Waiting for the network: a goroutine leaves its address in a pollDesc, and the netpoller, which needs no P, takes it from there. */
import { oneOf } from '../layout.ts';
import { fn, type Item, type Label, label, pick, step } from '../program.ts';
import { inHand, type SchedG, type SchedM, type Scheduler } from './scheduler.ts';

/** What lies in pd.rg. */
export const RG = { pdNil: 0, pdReady: 1, pdWait: 2, gp: 3 } as const;

export interface PollG extends SchedG {
  /** The goroutine's own pollDesc. */
  rg: number;
}

export const pollField = () => ({ rg: oneOf(Object.keys(RG)) });

/** The goroutine in hand waits for the network, unless it is there; `resume` is where it goes on. */
export function netpollblock<M extends SchedM>(
  { status }: Scheduler<M>,
  top: Label,
  resume: Label,
): Item<M>[] {
  const failed = label();
  return [
    fn(
      'netpoll.go',
      'netpollblock',
      step('if gpp.CompareAndSwap(pdReady, pdNil) {', (m) => {
        if (pollDesc(m).rg !== RG.pdReady) return undefined;
        pollDesc(m).rg = RG.pdNil;
        return resume;
      }),
      step('if gpp.CompareAndSwap(pdNil, pdWait) {', (m) => {
        if (pollDesc(m).rg === RG.pdNil) pollDesc(m).rg = RG.pdWait;
      }),
    ),
    fn('proc.go', 'park_m', status.casgstatus('casgstatus(gp, _Grunning, _Gwaiting)', inHand)),
    fn(
      'netpoll.go',
      'netpollblockcommit',
      step('r := atomic.Casuintptr((*uintptr)(gpp), pdWait, uintptr(unsafe.Pointer(gp)))', (m) => {
        if (pollDesc(m).rg !== RG.pdWait) return failed;
        pollDesc(m).rg = RG.gp;
        m.gp = undefined;
        return top;
      }),
    ),
    failed,
    fn('proc.go', 'park_m', status.casgstatus('casgstatus(gp, _Gwaiting, _Grunnable)', inHand)),
    fn('proc.go', 'execute', status.casgstatus('casgstatus(gp, _Grunnable, _Grunning)', inHand)),
    netpollwoken(resume),
  ];
}

/** What a goroutine that was woken does first. */
export function netpollwoken<M extends SchedM>(resume?: Label): Item<M>[] {
  return fn(
    'netpoll.go',
    'netpollblock',
    step('old := gpp.Swap(pdNil)', (m) => {
      pollDesc(m).rg = RG.pdNil;
      return resume;
    }),
  );
}

const pollDesc = (m: SchedM): PollG => inHand(m) as PollG;

/** sysmon, which needs no P: what the network woke is made runnable, whatever else goes on. */
export function netpoller<M extends SchedM>(scheduler: Scheduler<M>, gs: readonly PollG[]): Item<M>[] {
  const again = label();
  return [
    again,
    fn(
      'netpoll.go',
      'netpollunblock',
      pick<M, PollG>(
        'if gpp.CompareAndSwap(old, new) {',
        gs,
        (_, gp) => gp.rg !== RG.pdReady,
        (m, gp) => {
          const { rg } = gp;
          gp.rg = RG.pdReady;
          if (rg !== RG.gp) return again;
          m.gp = gp;
          scheduler.polled(m, gp);
          return undefined;
        },
      ),
    ),
    fn(
      'proc.go',
      'injectglist',
      scheduler.status.casgstatus('casgstatus(gp, _Gwaiting, _Grunnable)', inHand),
      step('globrunqputbatch(&q)', (m) => {
        inHand(m).queued = true;
        m.gp = undefined;
        return again;
      }),
    ),
  ];
}
