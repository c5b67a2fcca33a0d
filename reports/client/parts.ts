import type { EventView, Replay } from '../../replay/index.ts';
import { to } from './address.ts';
import { type Child, h, link } from './dom.ts';
import { id, instant } from './text.ts';

export function crumbs(...below: Child[]): HTMLElement {
  const steps = [link(to.overview, {}, 'All recordings'), ...below];
  return h(
    'nav',
    { class: 'crumbs', 'aria-label': 'Breadcrumb' },
    h('ol', {}, ...steps.map((step) => h('li', {}, step))),
  );
}

/** A recording's name as a heading; a plain trace may not tell its architecture or release. */
export function nameOf({ program, arch, go }: Pick<Replay, 'program' | 'arch' | 'go'>): string {
  return [arch ? `${program} on ${arch}` : program, go].filter(Boolean).join(', ');
}

/** Frames of a stack, innermost first, in a place of their own that scrolls. */
export function frames(stack: readonly string[]): HTMLElement {
  const list = h('ol', { class: 'frames' }, ...stack.map((frame) => h('li', {}, frame)));
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Stack, innermost first' },
    list,
  );
}

/** The thread, P and goroutine of an event; `no P` where it had none. */
/** For a sentence that begins with a name of the runtime, which is written as it is: suspendG, `gotwin_copystack`, newproc1. */
export function sentence(text: string): { class?: string } {
  return /^\(?[a-z]+[A-Z0-9_.(]/.test(text) ? { class: 'name' } : {};
}

/** A moment, led to where the recording's page draws time. */
export function instantIn({ timeline }: Replay, slug: string, { index, time }: EventView): Child {
  // Damage is no event, and has no time.
  if (index < 0) return '–';
  const text = h('span', { class: 'instant' }, instant(time));
  return timeline.lanes.length === 0 ? text : link(to.instant(slug, time), {}, text);
}

export function placeOf(event: { m: number; p: number; g: number }): string {
  return [id('M', event.m), id('P', event.p), id('G', event.g)].join(', ');
}
