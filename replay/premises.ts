/** What rules may rest on besides the release: what a program promises of itself, and what the runtime was told. */
import type { Manifest } from '../collector/index.ts';

/** GODEBUG's switch: a goroutine is asked to stop where it calls a function, as before Go 1.14, and nowhere else. */
const OFF = 'asyncpreemptoff';

export function premisesOf({ program, env }: Manifest): string[] {
  const own = program.premises ?? [];
  // Any number but 0 switches it off.
  const isOff = /[1-9]/.test(settingOf(env.GODEBUG ?? '', OFF) ?? '');
  return isOff ? own : [...own, 'interrupts'];
}

/** Of several the last counts, as in the runtime. */
function settingOf(godebug: string, name: string): string | undefined {
  const settings = godebug.split(',').map((each) => each.split('=', 2));
  return settings.findLast(([key]) => key === name)?.[1];
}
