/** How many bytes a chain of nosplit functions may use, for each release, architecture and system. */
import { RELEASES, type Release } from '../row.ts';

/** What the stack check depends on besides the program. */
export interface NosplitTarget {
  readonly release: Release;
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
/** Where arm64 keeps the caller's frame pointer: below SP. */
const ARM64_FRAME_POINTER = 8;
/** Machines whose CALL pushes the return address, with the size of a register. */
const CALL_SIZES: Readonly<Record<string, number>> = { amd64: 8, '386': 4 };
/** Systems whose calls need larger stacks, and since when Go leaves them as much again. */
const LARGER_STACKS: Readonly<Record<string, Release>> = { aix: 'go1.22', openbsd: 'go1.24' };

/** Go's own arithmetic; every architecture that Go has is one of these two kinds. */
export function budgetOf({ release, goarch, goos, race }: NosplitTarget): Budget {
  const since = LARGER_STACKS[goos];
  const larger = since !== undefined && RELEASES.indexOf(since) <= RELEASES.indexOf(release);
  const multiplier = 1 + (larger ? 1 : 0) + (race ? 1 : 0);
  const callSize = CALL_SIZES[goarch] ?? 0;
  const framePointer = goarch === 'arm64' ? ARM64_FRAME_POINTER : 0;
  return { limit: BASE * multiplier - callSize - framePointer, callSize };
}
