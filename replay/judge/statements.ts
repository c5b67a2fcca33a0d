/**
 * What a generation says of goroutines and Ps before it says anything else of them: the runtime keeps, for each
 * and each generation, whether that was written, so it is written exactly once. Numbers begin
 * anew with it, and so the first numbered event shows whether it was there. Asked of the whole
 * generation, whatever the order among its Ms.
 */
import { EV, type EventName, type Generation, specOf } from '../decode/index.ts';
import type { InvariantName } from '../model/index.ts';

type Thing = 'G' | 'P';
interface Action {
  readonly of: Thing;
  /** Says what the state is, or makes the thing. */
  readonly states: boolean;
  /** Place of the thing's number in this generation, for events that have one. */
  readonly sequence: number;
}

const ACTIONS: (Action | undefined)[] = [];

function act(name: EventName, of: Thing, states: boolean): void {
  const args = specOf(EV[name])?.args.slice(1) ?? [];
  ACTIONS[EV[name]] = { of, states, sequence: args.indexOf(of === 'G' ? 'g_seq' : 'p_seq') };
}

for (const name of ['GoStatus', 'GoStatusStack', 'GoCreate', 'GoCreateBlocked', 'GoCreateSyscall'] as const)
  act(name, 'G', true);
for (const name of ['GoStart', 'GoUnblock', 'GoSwitch', 'GoSwitchDestroy'] as const) act(name, 'G', false);
act('ProcStatus', 'P', true);
for (const name of ['ProcStart', 'ProcSteal'] as const) act(name, 'P', false);

/** 1 where there is an action: most events are passed over by it. */
const ASKED = Uint8Array.from({ length: 256 }, (_, type) => (ACTIONS[type] === undefined ? 0 : 1));

/** Rows that say a status twice, or speak of what has none. */
export function misstated(generation: Generation): Map<number, InvariantName> {
  const found = new Map<number, InvariantName>();
  // What was lost may have said it.
  if (generation.partial) return found;
  const { kind, args, argStart } = generation.columns;
  const stated = { G: new Set<number>(), P: new Set<number>() };
  const firsts: [row: number, of: Thing, id: number][] = [];
  const foreign = new Set<number>();
  for (const { kind: batch, first, last } of generation.batches) {
    if (batch !== 'events') continue;
    for (let row = first; row < last; row++) {
      if (ASKED[kind[row] as number] === 0) continue;
      const { of, states, sequence } = ACTIONS[kind[row] as number] as Action;
      const at = argStart[row] as number;
      const id = args[at] as number;
      if (kind[row] === EV.GoCreateSyscall) foreign.add(id);
      if (!states) {
        if (args[at + sequence] === 1) firsts.push([row, of, id]);
      } else if (stated[of].has(id)) found.set(row, 'statedOnce');
      else stated[of].add(id);
    }
  }
  // Threads that C made take turns with one goroutine, which begins anew with each of them.
  for (const [row] of found) {
    const isG = ACTIONS[kind[row] as number]?.of === 'G';
    if (isG && foreign.has(args[argStart[row] as number] as number)) found.delete(row);
  }
  for (const [row, of, id] of firsts) if (!stated[of].has(id)) found.set(row, 'statedFirst');
  return found;
}
