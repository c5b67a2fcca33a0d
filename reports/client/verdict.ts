import type { Verdict } from '../../replay/index.ts';
import { h, svg } from './dom.ts';

/** Each verdict has a shape of its own, so that colour is never needed to tell them apart. 16 by 16. */
const SHAPES: Record<Verdict, string> = {
  conforms: 'M3 8.5 6.5 12 13 4.5',
  diverges: 'M4 4 12 12 M12 4 4 12',
  malformed: 'M8 2 14.5 13.5H1.5Z M8 6.5V9.5 M8 11.4V11.6',
  flaky: 'M1.5 8Q4 2.5 6 8T10 8T14.5 8',
  inconclusive: 'M5.2 6A2.8 2.6 0 1 1 8.6 8.4Q8 8.7 8 10 M8 12.4V12.6',
  unobservable: 'M3 8H13',
  known: 'M4 2.5H12V13.5L8 10.5 4 13.5Z',
};

export function verdictIcon(verdict: Verdict): SVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    svg('path', { d: SHAPES[verdict] }),
  );
}

export function verdictBadge(verdict: Verdict): HTMLElement {
  return h('span', { class: `verdict ${verdict}` }, verdictIcon(verdict), h('span', {}, verdict));
}

export function emulatedTag(emulated: boolean): HTMLElement | undefined {
  return emulated ? h('span', { class: 'tag' }, 'emulated') : undefined;
}
