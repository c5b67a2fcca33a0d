/** Small histories of a release that show what each rule of its model judges. */

import type { TraceVersion } from '../decode/index.ts';
import { formatOf, type Model, type Release, wholeModelOf } from '../model/index.ts';
import { giverHistories } from './giver-histories.ts';
import { guardHistories } from './guard-histories.ts';
import type { History } from './history.ts';
import { invariantHistories } from './invariant-histories.ts';
import { smallTrace } from './small-trace.ts';

export interface Told extends History {
  readonly bytes: Uint8Array;
}

export function historiesOf(release: Release): Told[] {
  const model = wholeModelOf(release);
  const version = formatOf(release) as TraceVersion;
  const names = namesOf(model);
  return [
    ...guardHistories(model),
    ...invariantHistories((rule) => names.has(rule)),
    ...giverHistories(model),
  ].map((history) => ({ ...history, bytes: smallTrace(version, history.lines) }));
}

function namesOf({ rows, invariants }: Model): Set<string> {
  return new Set([...rows, ...Object.values(invariants)].map(({ id }) => id));
}
