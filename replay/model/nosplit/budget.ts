/** How many bytes a chain of nosplit functions may use, for each release, architecture and system. */
import { RELEASES, type Release } from '../row.ts';

/** The releases whose stack check is modelled: those of the runtime's model, and the one with the oldest text. */
export type NosplitRelease = 'go1.9' | Release;

/** What the stack check depends on besides the program. */
export interface NosplitTarget {
  readonly release: NosplitRelease;
  readonly goarch: string;
  readonly goos: string;
  readonly race: boolean;
}

export interface Budget {
  /** Bytes that every function with a split check leaves below it, less what a CALL needs. */
  readonly limit: number;
  /** Bytes that a CALL itself pushes: 0 where the return address goes into a register. */
  readonly callSize: number;
}

/** `abi.StackNosplitBase`. */
const BASE = 800;
/** `objabi.StackLimit` of Go 1.9: 880 less 128. */
const BASE_19 = 752;
/** Where arm64 keeps the caller's frame pointer: below SP. */
const ARM64_FRAME_POINTER = 8;
/** Machines whose CALL pushes the return address, with the size of a register. */
const CALL_SIZES: Readonly<Record<string, number>> = { amd64: 8, '386': 4 };
/** Systems whose calls need larger stacks, and since when Go leaves them as much again. */
const LARGER_STACKS: Readonly<Record<string, Release>> = { aix: 'go1.22', openbsd: 'go1.24' };

/** Go's own arithmetic; every architecture that Go has is one of these two kinds. */
export function budgetOf({ release, goarch, goos, race }: NosplitTarget): Budget {
  const callSize = CALL_SIZES[goarch] ?? 0;
  if (release === 'go1.9') return { limit: BASE_19 - callSize, callSize };
  const since = LARGER_STACKS[goos];
  const larger = since !== undefined && RELEASES.indexOf(since) <= RELEASES.indexOf(release);
  const multiplier = 1 + (larger ? 1 : 0) + (race ? 1 : 0);
  const framePointer = goarch === 'arm64' ? ARM64_FRAME_POINTER : 0;
  return { limit: BASE * multiplier - callSize - framePointer, callSize };
}

/** Bytes that Go 1.9 keeps at the bottom of every frame where a register takes the return address. */
export function fixedFrameOf19(goarch: string): number {
  if (CALL_SIZES[goarch] !== undefined) return 0;
  if (goarch.startsWith('ppc64')) return 32;
  return goarch === 'arm' || goarch === 'mips' || goarch === 'mipsle' ? 4 : 8;
}
