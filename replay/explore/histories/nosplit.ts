/**
 * A chain of functions that do not check the stack must fit into what every function leaves below it. In 2015
 * one did not, where the compiler does not optimise: variables of branches that exclude each other had places
 * of their own, so that their frames added up. They were made to overlap. Which way down is too deep is what heights
 * over the call graph say too, without walking it (`../../model/nosplit`).
 */

import { budgetOf } from '../../model/nosplit/index.ts';
import type { History } from '../history.ts';
import { number, oneOf } from '../layout.ts';
import { any, code, END, type Item, label, step, type Thread } from '../program.ts';
import { threadFields, World } from '../world.ts';

/** A function that does not check the stack: what it calls, and its variables, branch by branch, in bytes. */
export interface Nosplit {
  readonly name: string;
  /** Of branches that exclude each other. */
  readonly branches: readonly number[];
  /** What all of them share: saved registers, arguments. */
  readonly shared: number;
  readonly calls: readonly string[];
}

/** An entry to a system call, as it is where closures of branches that throw are not optimised away. */
export const GRAPH: readonly Nosplit[] = [
  { name: 'entersyscall', branches: [], shared: 40, calls: ['reentersyscall'] },
  { name: 'reentersyscall', branches: [144, 128, 136], shared: 88, calls: ['casgstatus', 'save'] },
  { name: 'save', branches: [], shared: 24, calls: [] },
  { name: 'casgstatus', branches: [120, 72], shared: 80, calls: ['nanotime', 'systemstack'] },
  { name: 'nanotime', branches: [], shared: 48, calls: [] },
  { name: 'systemstack', branches: [], shared: 40, calls: ['morestack'] },
  { name: 'morestack', branches: [], shared: 8, calls: [] },
];

/** Bytes below a function's caller when it has its frame. */
export function frameOf({ branches, shared }: Nosplit, overlap: boolean): number {
  const most = branches.length === 0 ? 0 : Math.max(...branches);
  return shared + (overlap ? most : branches.reduce((sum, each) => sum + each, 0));
}

/** Of today's amd64; what it was in 2015 is of no matter here. */
export const BUDGET = budgetOf({ release: 'go1.26', goarch: 'amd64', goos: 'linux', race: false });

interface M extends Thread {
  func: number;
  /** Eights of bytes. */
  used: number;
  depth: number;
}

const EIGHT = 8;

/** One thread, which goes down the graph every way that there is. */
function chainWorld(overlap: boolean): World<M> {
  const world = new World<M>({ release: 'go1.26' });
  const [m] = world.layout.many<M>('M', 1, {
    ...threadFields(),
    func: oneOf(GRAPH.map(({ name }) => name)),
    used: number(),
    depth: number(),
  }) as readonly [M];
  world.threads = [m];
  const entries = GRAPH.map(() => label());
  const first = entries[0]!;
  world.start(
    GRAPH.flatMap((func, index): Item<M>[] => {
      const targets = func.calls.map((name) => GRAPH.findIndex((each) => each.name === name));
      return [
        entries[index]!,
        code<M>(
          func.name,
          step(`SUBQ $${frameOf(func, overlap)}, SP`, (mp) => {
            mp.func = index;
            mp.used += frameOf(func, overlap) / EIGHT;
            mp.depth++;
            return targets.length === 0 ? END : undefined;
          }),
          targets.length === 0
            ? []
            : any(
                targets.map((target) =>
                  step<M>(`CALL runtime·${GRAPH[target]!.name}`, (mp) => {
                    mp.used += BUDGET.callSize / EIGHT;
                    return entries[target]!;
                  }),
                ),
              ),
        ),
      ];
    }),
    m,
  );
  world.begin(() => {
    m.pc = first.pc;
  });
  world.alwaysHolds(
    `a chain of nosplit functions uses at most ${BUDGET.limit} bytes`,
    () => m.used * EIGHT <= BUDGET.limit,
  );
  world.sometimesHolds('a chain comes to morestack', () => GRAPH[m.func]?.name === 'morestack');
  return world;
}

export const nosplit: History = {
  name: 'nosplit',
  summary:
    'a chain of functions that do not check the stack was too deep where nothing is optimised: frames of branches that exclude each other added up',
  commit: 'c9321f3fb1',
  issues: [9721],
  variants: [
    {
      name: 'broken',
      text: 'frames add up: one way down uses more than is left',
      finds: 'always',
      today: false,
      world: () => chainWorld(false),
    },
    {
      name: 'mended',
      text: 'frames overlap: every way down fits',
      today: false,
      world: () => chainWorld(true),
    },
  ],
};
