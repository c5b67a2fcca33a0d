/**
 * How long to wait for what others do. A world has no clock: it says who must come in between,
 * and here stands how long real Go takes until they come.
 */
import type { Citation } from '../result.ts';

export interface Pace {
  /** The function with which it begins. */
  readonly func: string;
  /** Microseconds until it is certain to have begun, on a machine that is not busy. */
  readonly us: number;
  readonly why: string;
  readonly cite: readonly Citation[];
}

export const PACES: readonly Pace[] = [
  {
    func: 'netpollunblock',
    us: 20_000,
    why: 'sysmon polls what nobody has polled for 10 ms, and sleeps for up to 10 ms before it looks',
    cite: [
      {
        file: 'runtime/proc.go',
        func: 'sysmon',
        statement: 'if netpollinited() && lastpoll != 0 && lastpoll+10*1000*1000 < now {',
      },
      { file: 'runtime/proc.go', func: 'sysmon', statement: 'delay = 10 * 1000' },
    ],
  },
  {
    func: 'allocm',
    us: 300,
    why: 'the program makes a thread about every 100 µs, nine of ten within 200 µs of the one before (the records allocmbegin of threadexit)',
    cite: [],
  },
];
