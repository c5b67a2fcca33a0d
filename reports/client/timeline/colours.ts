import { h } from '../dom.ts';
import type { Colours } from './paint.ts';

/** States with a colour of their own in the style sheet; any other gets the last one. */
const KNOWN = [
  'running',
  'runnable',
  'syscall',
  'waiting',
  'idle',
  'off',
  'dead',
  'undetermined',
  'marking',
  'stopped',
  'other',
];

/** What an M does is told by whether it holds a P. */
const OF_THREADS: Readonly<Record<string, string>> = { holding: 'running', without: 'idle' };

/** The style sheet's class for a state; reasons in brackets (`waiting (network)`) do not matter. */
export function stateClass(kind: string, state: string): string {
  const first = state.split(/[ (]/)[0] ?? '';
  const word = OF_THREADS[first] ?? first;
  // A running world is the ground on which the stops stand out.
  if (kind === 'stw' && word === 'running') return 'state-idle';
  return KNOWN.includes(word) ? `state-${word}` : 'state-other';
}

/**
 * Reads colours off elements: a canvas does not know custom properties, and a
 * property that holds light-dark() is only resolved where it is used.
 */
export function readColours(host: HTMLElement): Colours {
  const probe = host.appendChild(h('span', { hidden: true }));
  const read = (name: string) => {
    probe.className = name;
    return getComputedStyle(probe).color;
  };
  const states = new Map(KNOWN.map((state) => [`state-${state}`, read(`state-${state}`)]));
  const shared = { text: read('ink'), line: read('hairline'), mark: read('mark'), stw: read('stw-band') };
  probe.remove();
  return { ...shared, state: (kind, state) => states.get(stateClass(kind, state)) ?? shared.text };
}
