/** Seeds a fault: edited copies of a toolchain's runtime, for an overlay. The toolchain itself is not touched. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '../errors.ts';
import type { Toolchain } from '../toolchain/find.ts';
import { minorOf } from '../toolchain/versions.ts';
import { editedText, filesOf } from './edit.ts';
import { LINK_FAULTS } from './link-table.ts';
import { FAULTS, type Fault } from './table.ts';

/** A fault as a call asks for it. */
export interface SeededFault {
  readonly name: string;
  /** Microseconds; the fault's own where it is not given. */
  readonly delayUs?: number | undefined;
}

/** A runtime that sleeps longer than that shows nothing more. */
const LONGEST_DELAY_US = 10_000_000;

/** The fault of that name, with its delay. Throws FaultError `unknown-fault`, `takes-no-delay` or `bad-delay`. */
export function findFault({ name, delayUs }: SeededFault): { fault: Fault; delayUs: number } {
  const all = [...FAULTS, ...LINK_FAULTS];
  const fault = all.find((row) => row.name === name);
  const names = all.map((row) => row.name).join(', ');
  if (fault === undefined) {
    throw new FaultError('unknown-fault', `there is no fault ${JSON.stringify(name)}`, {
      fault: name,
      advice: `Give one of ${names}.`,
    });
  }
  if (delayUs !== undefined && fault.delayUs === undefined) {
    const others = FAULTS.filter((row) => row.delayUs !== undefined).map((row) => row.name);
    throw new FaultError('takes-no-delay', `the fault ${name} waits nowhere, so it takes no delay`, {
      fault: name,
      advice: `Leave --delay out; ${others.join(', ')} take one.`,
    });
  }
  const delay = delayUs ?? fault.delayUs ?? 0;
  if (!Number.isSafeInteger(delay) || delay < 0 || delay > LONGEST_DELAY_US) {
    throw new FaultError('bad-delay', `a delay of ${delay} us is none that a fault takes`, { fault: name });
  }
  return { fault, delayUs: delay };
}

/**
 * Writes the edited files below `dir`; from each file of the runtime to the one that takes its place.
 * Throws FaultError `untried` or `does-not-fit`.
 */
export async function seedFault(
  wanted: SeededFault,
  toolchain: Toolchain,
  goarch: string,
  dir: string,
): Promise<Map<string, string>> {
  const { fault, delayUs } = findFault(wanted);
  refuseUntried(fault, toolchain, goarch);
  await mkdir(dir, { recursive: true });
  const replaced = new Map<string, string>();
  for (const file of filesOf(fault)) {
    const original = join(toolchain.goroot, 'src', 'runtime', file);
    const edited = join(dir, file);
    await writeFile(edited, editedText(fault, file, await readFile(original, 'utf8'), delayUs));
    replaced.set(original, edited);
  }
  return replaced;
}

/** A fault that fits a release by chance may do something else there. */
function refuseUntried({ name, tried }: Fault, { version }: Toolchain, goarch: string): void {
  if (tried.go.includes(minorOf(version)) && tried.arch.includes(goarch)) return;
  throw new FaultError('untried', `the fault ${name} was never tried with ${version} on ${goarch}`, {
    fault: name,
    advice: `It was tried with Go ${tried.go.join(', ')} on ${tried.arch.join(', ')}.`,
  });
}
