/** Findings that a project knows of, and until when it puts up with them. */
import type { Divergence, Replay } from '../replay/index.ts';
import type { Expectation, Expectations } from './expectation.ts';
import { couldHaveShown } from './findings.ts';
import { compareText } from './order.ts';

/** Replays as they stand after what is known has been told apart. */
export interface Told {
  readonly replays: Replay[];
  /** Past their day: their findings count again. */
  readonly expired: Expectation[];
  /** What no recording shows any more, though one could have. */
  readonly unseen: Expectation[];
}

/**
 * Marks the divergences that are expected, and calls a replay `known` all of whose divergences are.
 * `today` is a day, YYYY-MM-DD, so that the same arguments give the same answer.
 */
export function tellKnown(replays: readonly Replay[], { expectations }: Expectations, today: string): Told {
  const valid = expectations.filter(({ expires }) => expires >= today);
  return {
    replays: replays.map((replay) => marked(replay, valid)),
    expired: expectations.filter(({ expires }) => expires < today),
    unseen: valid.filter((each) => isUnseen(each, replays)),
  };
}

function marked(replay: Replay, expectations: readonly Expectation[]): Replay {
  const here = expectations.filter((each) => isAt(each, replay));
  const divergences = replay.divergences.map((each) => withKnown(each, here));
  const known = divergences.filter((each) => each.known !== undefined);
  if (known.length === 0) return replay;
  if (!divergences.every((each) => each.known !== undefined || isExplained(each, replay))) {
    const rules = [...new Set(known.map(({ rule }) => rule))];
    return { ...replay, divergences, why: `${replay.why}; known: ${rules.join(', ')}` };
  }
  const reasons = [...new Set(known.map(({ rule, known }) => `${rule}: ${known?.reason}`))];
  return { ...replay, divergences, verdict: 'known', why: `known: ${reasons.join('; ')}` };
}

/** A trace that ends in the middle because the program crashed over a divergence needs no reason of its own. */
function isExplained({ class: of }: Divergence, { verdict }: Replay): boolean {
  return of === 'malformed' && verdict === 'diverges';
}

function withKnown(divergence: Divergence, expectations: readonly Expectation[]): Divergence {
  const found = expectations.find(({ signature }) => signature === divergence.signature);
  if (found === undefined) return divergence;
  const { reason, link, expires } = found;
  return { ...divergence, known: { reason, expires, ...(link === undefined ? {} : { link }) } };
}

function isAt({ programs, go, arch }: Expectation, replay: Replay): boolean {
  return (
    (programs?.includes(replay.program) ?? true) &&
    (go?.some((release) => replay.go === `go${release}` || replay.go.startsWith(`go${release}.`)) ?? true) &&
    (arch?.includes(replay.arch) ?? true)
  );
}

function isUnseen(expectation: Expectation, replays: readonly Replay[]): boolean {
  const there = replays.filter((replay) => isAt(expectation, replay));
  const holds = ({ divergences }: Replay) =>
    divergences.some(({ signature }) => signature === expectation.signature);
  return there.some(couldHaveShown) && !there.some(holds);
}

/** The file with one more expectation; one of the same finding in the same places gives way to it. */
export function withExpectation({ expectations }: Expectations, added: Expectation): Expectations {
  const places = ({ signature, programs, go, arch }: Expectation) =>
    JSON.stringify([signature, programs, go, arch]);
  const others = expectations.filter((each) => places(each) !== places(added));
  const all = [...others, added].toSorted((a, b) => compareText(places(a), places(b)));
  return { schema: 1, expectations: all };
}
