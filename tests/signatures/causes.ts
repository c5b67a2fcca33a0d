/** What each seeded fault does, in the words of a causal slice: a slice that holds these steps shows the cause. */
import type { Divergence, SliceStep } from '../../replay/result.ts';

/** A step by the record's kind and what the slice says of it. */
interface Step {
  readonly kind: string;
  readonly says: RegExp;
  /** The record's own words have this, too. */
  readonly args?: RegExp;
}

interface Cause {
  /** The argument that names what the fault is done to: the same in each step that has it. */
  readonly same: 'gp' | 'm';
  /** In this order, others between them. */
  readonly steps: readonly Step[];
  /** Kinds of which there is none between the first step and the last. */
  readonly without?: readonly string[];
}

const changes = (who: string, from: string, to: string): Step => ({
  kind: 'gstatus',
  says: new RegExp(`^${who} changes .* from ${from} to ${to}`),
});
const step = (kind: string, says: RegExp): Step => ({ kind, says });

/** A goroutine that runs does this on its own stack. */
const onUserStack = (kind: string): readonly Step[] => [
  changes('execute', 'runnable', 'running'),
  { kind, says: /here it was noticed/, args: /stack=user$/ },
];
const READIED = changes('(?:ready|injectglist|findRunnable)', 'waiting', 'runnable');
const WAITS_IN_VAIN = step('gstatuswait', /gotwin_shrinkstopped\S* waits for .* and finds it runnable/);

const SUSPENDED = changes('suspendG', 'waiting', 'scan waiting');
const LET_GO = changes('gotwin_copystack', 'scan waiting', 'waiting');

/** By fault, and by the rule that is to find it (`finds` of collector/faults/table.ts). */
export const CAUSES: Readonly<Record<string, Readonly<Record<string, Cause>>>> = {
  'copystack-unowned': {
    'status/scanned-waiting': { same: 'gp', steps: [SUSPENDED, LET_GO] },
    'status/copystack': {
      same: 'gp',
      steps: [SUSPENDED, LET_GO, changes('gotwin_copystack', 'waiting', 'copystack')],
    },
    'status/wait': {
      same: 'gp',
      steps: [SUSPENDED, LET_GO, step('gstatuswait', /^gotwin_copystack waits for .* to be waiting/)],
    },
  },
  'copystack-stw': {
    'status/wait': { same: 'gp', steps: [READIED, WAITS_IN_VAIN] },
    'status/wait-ends': { same: 'gp', steps: [READIED, WAITS_IN_VAIN] },
  },
  'stackfree-user-stack': {
    'stack/system-stack': { same: 'gp', steps: onUserStack('stackfree') },
  },
  'stackcache-preempted': {
    'stack/system-stack': { same: 'gp', steps: onUserStack('stackfree') },
    'stackcache/release': { same: 'gp', steps: onUserStack('stackcacherelease') },
  },
  'goexit-stub': { 'exit/stub': { same: 'gp', steps: [step('goexit1', /^goexit lets .* end/)] } },
  'freem-leak': {
    'thread/reaped-in-the-end': {
      same: 'm',
      steps: [step('freemadd', /listed/), step('exitthread', /needs its stack no more/)],
      without: ['reap'],
    },
  },
  'freem-early': {
    'thread/reap': {
      same: 'm',
      steps: [step('freemadd', /listed/), step('reap', /is reaped/)],
      without: ['exitthread'],
    },
  },
};

/** Whether the slice shows what the fault did to one goroutine or thread, from its first step to its last. */
export function holdsCause(fault: string, { rule, slice }: Pick<Divergence, 'rule' | 'slice'>): boolean {
  const cause = CAUSES[fault]?.[rule];
  if (cause === undefined) return false;
  const last = slice.findLast((each) => fits(each, cause.steps.at(-1)!));
  const subject = last && argument(last, cause.same);
  if (subject === undefined) return false;
  const own = slice.filter((each) => argument(each, cause.same) === subject);
  const places = placesOf(own, cause.steps);
  if (places === undefined) return false;
  const between = own.slice(places[0], places.at(-1)! + 1);
  return !between.some(({ event }) => cause.without?.includes(event.name));
}

/** Where each step stands, each as late as it can: the last in the slice belong together. */
function placesOf(own: readonly SliceStep[], steps: readonly Step[]): number[] | undefined {
  const places: number[] = [];
  let end = own.length;
  for (const step of steps.toReversed()) {
    end = own.slice(0, end).findLastIndex((each) => fits(each, step));
    if (end < 0) return undefined;
    places.unshift(end);
  }
  return places;
}

function fits({ event, role }: SliceStep, { kind, says, args }: Step): boolean {
  return event.name === kind && says.test(role) && (args?.test(event.args) ?? true);
}

function argument({ event }: SliceStep, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}=(\\S+)`).exec(event.args)?.[1];
}
