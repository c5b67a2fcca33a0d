import type { NosplitChain } from '../../../replay/nosplit/result.ts';
import { h, svg } from '../dom.ts';
import { number } from '../text.ts';

/** One function of a chain: what its frame takes where it calls the next. */
export interface Frame {
  name: string;
  bytes: number;
  /** Bytes used from the top of the chain to the end of this frame. */
  used: number;
}

/** The frames of a chain from the top; the last is often a function that needs nothing more. */
export function framesOf(chain: NosplitChain): Frame[] {
  let used = 0;
  let name = chain.function;
  const frames = chain.steps.map(({ grows, calls }) => {
    used += grows;
    const frame = { name: plainName(name), bytes: grows, used };
    name = calls;
    return frame;
  });
  // What a cycle comes back to has its frame already.
  return name === '' || chain.left === null ? frames : [...frames, { name: plainName(name), bytes: 0, used }];
}

/** The frame that a person would shrink first; none in a cycle, where no size would do. */
export function largestOf(frames: readonly Frame[], { left }: NosplitChain): Frame | undefined {
  if (left === null) return undefined;
  return frames.reduce<Frame | undefined>(
    (largest, frame) => (frame.bytes > (largest?.bytes ?? 0) ? frame : largest),
    undefined,
  );
}

/** `main.f` of `main.f<1>`: the number is the linker's business. */
export function plainName(name: string): string {
  return name.replace(/<\d+>$/, '');
}

/** What the bar is drawn in: its height, and the width that stands for the longer of budget and chain. */
const BAR = { width: 1000, height: 30 };

/** The chain's frames side by side, and the line up to which they may go. */
export function budgetBar(chain: NosplitChain, limit: number, thin = false): SVGElement {
  const frames = framesOf(chain);
  const scale = BAR.width / Math.max(limit, chain.left === null ? limit * 1.25 : chain.height);
  const largest = largestOf(frames, chain);
  const end = limit * scale;
  const height = thin ? 12 : BAR.height;
  const label =
    chain.left === null
      ? `a cycle, which has no end, and a budget of ${limit} bytes`
      : `${chain.height} bytes of a budget of ${limit}`;
  return svg(
    'svg',
    {
      class: thin ? 'budget thin' : 'budget',
      viewBox: `0 0 ${BAR.width} ${height}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    svg('rect', { class: 'room', x: 0, y: 0, width: end, height }),
    ...frames.map((frame, nth) =>
      svg('rect', {
        class: `part${frame === largest && !thin ? ' largest' : nth % 2 === 1 ? ' odd' : ''}`,
        x: (frame.used - frame.bytes) * scale,
        y: 0,
        width: Math.max(0, frame.bytes * scale - 1.5),
        height,
      }),
    ),
    chain.left !== null && chain.left < 0
      ? svg('rect', { class: 'beyond', x: end, y: 0, width: (chain.height - limit) * scale, height })
      : undefined,
    svg('line', { class: 'limit', x1: end, x2: end, y1: 0, y2: height }),
  );
}

/** Frames inside of frames: each box is a function, and holds the one that it calls. */
export function nestedFrames(chain: NosplitChain, limit: number): HTMLElement {
  const frames = framesOf(chain);
  const largest = largestOf(frames, chain);
  const whole = frames.reduceRight<HTMLElement | undefined>((below, frame, at) => {
    const ends = frame.used > limit && (frames[at - 1]?.used ?? 0) <= limit;
    const tags = [
      frame === largest && h('span', { class: 'tag' }, 'the largest frame'),
      ends && h('span', { class: 'tag bad' }, `here the budget of ${number(limit)} ends`),
    ];
    const kind = `box${frame.used > limit ? ' over' : ''}${frame === largest ? ' largest' : ''}`;
    return h('ol', { class: 'nest' }, h('li', { class: kind }, what(frame, limit, tags), below));
  }, cycleEnd(chain));
  return whole ?? h('p', {}, 'No frame at all.');
}

function what(frame: Frame, limit: number, tags: (HTMLElement | false)[]): HTMLElement {
  return h(
    'div',
    { class: 'what' },
    h('code', {}, frame.name),
    h('span', { class: 'bytes' }, bytesText(frame)),
    h('span', { class: 'where' }, `${number(frame.used)} of ${number(limit)} used`),
    ...tags,
  );
}

function bytesText({ name, bytes }: Frame): string {
  if (bytes > 0) return `${number(bytes)} bytes`;
  return name === 'runtime.morestack' ? 'switches to another stack, and needs nothing here' : 'nothing more';
}

function cycleEnd({ left, steps }: NosplitChain): HTMLElement | undefined {
  if (left !== null) return undefined;
  const again = plainName(steps.at(-1)?.calls ?? '');
  return h(
    'p',
    { class: 'hint' },
    'calls ',
    h('code', {}, again),
    ', which is above already: round and round, without an end',
  );
}
