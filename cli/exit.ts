import type { Verdict } from '../replay/result.ts';

/** What a script learns from the process alone; `docs/cli.md` prints this table. */
export const EXIT = {
  conforms: 0,
  diverges: 1,
  /** The command, its arguments or this machine: nothing was judged. */
  usage: 2,
  inconclusive: 3,
  malformed: 4,
} as const;

/** By the shell's convention, 128 and the signal's number; not a verdict. */
const INTERRUPTED: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

export const EXIT_CODES: readonly { code: number; meaning: string }[] = [
  { code: 0, meaning: 'conforms: the runtime did what the model says (or every divergence is known)' },
  { code: 1, meaning: 'diverges: at least one recording breaks a rule of the model' },
  {
    code: 2,
    meaning: 'usage or environment: a wrong argument, no toolchain, a full disk; what could not be judged',
  },
  { code: 3, meaning: 'inconclusive or unobservable: judged, but the evidence settles nothing' },
  { code: 4, meaning: 'malformed: a recording that cannot be what Go wrote' },
  {
    code: 130,
    meaning: 'interrupted by Ctrl-C (143: by SIGTERM, 129: by SIGHUP); recordings so far are kept',
  },
];

const BY_VERDICT: Readonly<Record<Verdict, number>> = {
  malformed: EXIT.malformed,
  diverges: EXIT.diverges,
  flaky: EXIT.diverges,
  inconclusive: EXIT.inconclusive,
  unobservable: EXIT.inconclusive,
  known: EXIT.conforms,
  conforms: EXIT.conforms,
};

export function exitOfVerdict(verdict: Verdict): number {
  return BY_VERDICT[verdict];
}

export function exitOfSignal(signal: string): number {
  return INTERRUPTED[signal] ?? 130;
}
