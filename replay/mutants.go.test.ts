import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findEvents,
  parseWire,
  swapWithNext,
  type WireEvent,
  type WireTrace,
  writeWire,
} from './decode/index.ts';
import { NEWEST, Recorder } from './decode/testdata/record.ts';
import { ofDamage, ofFinding } from './divergences.ts';
import { FAMILY_MUTANTS } from './family-mutants.ts';
import { judgeTrace } from './judge-trace.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { EventCursor, openTrace } from './trace/index.ts';

const recorder = new Recorder();
let bytes: Uint8Array;

beforeAll(async () => {
  // How long a round takes is the machine's business; one generation is lost from the middle.
  for (let rounds = 30; ; rounds *= 2) {
    bytes = await readFile(await recorder.record(NEWEST, rounds, 'traceadvanceperiod=40000000'));
    if (parseWire(bytes).generations.length >= 5) return;
  }
});
afterAll(() => recorder.remove());

/** Everything that is wrong with a trace, damage first. */
async function judged(trace: Uint8Array) {
  const replay = await judgeTrace(async function* () {
    yield trace;
  }, `go${NEWEST}`);
  const findings = replay.judge.findings.found.map((finding, i) =>
    ofFinding(finding, replay.slices[i] ?? []),
  );
  return { events: replay.judge.events, found: [...replay.damages.map(ofDamage), ...findings] };
}

test('the trace that the mutants are made of conforms', async () => {
  const { events, found } = await judged(bytes);
  expect(found).toEqual([]);
  expect(events).toBeGreaterThan(5000);
});

/** What is wrong with a mutant, which is asked for several promises and judged once. */
function mutated(mutant: Mutant): Promise<Mutated> {
  const known = judgedOnce.get(mutant) ?? mutate(mutant);
  judgedOnce.set(mutant, known);
  return known;
}

type Mutated = Awaited<ReturnType<typeof mutate>>;
const judgedOnce = new Map<Mutant, Promise<Mutated>>();

async function mutate(mutant: Mutant) {
  const trace = parseWire(bytes);
  const { subject, shows } = mutant.edit(trace);
  const written = writeWire(trace);
  const { found } = await judged(written);
  return { written, found, subject, shows: shows.map((event) => ordinalOf(trace, event)) };
}

describe('a mutant is named by the rule that it breaks, at its event', () => {
  test.each(MUTANTS)('$name', async (mutant) => {
    const { found, subject } = await mutated(mutant);
    const first = found[0];
    expect(mutant.rules).toContain(first?.rule);
    expect(mutant.events).toContain(first?.at.name);
    expect(first?.class).toBe(mutant.class);
    if (subject !== undefined) expect(first?.subject.id).toBe(subject);
    expect(JSON.stringify(found)).not.toMatch(/failed to advance/i);
  });

  // What a lost generation takes with it is no event, and its finding has no slice.
  const sliced = MUTANTS.filter((mutant) => !mutant.rules[0]?.startsWith('format/'));
  const lengths: number[] = [];

  test.each(sliced)('$name: with what was allowed, and the events that led to it', async (mutant) => {
    const { written, found, shows } = await mutated(mutant);
    const first = found[0];
    const guards = first?.allowed.flatMap((alternative) => alternative.guards) ?? [];
    expect(guards.some((guard) => !guard.holds)).toBe(true);
    expect(first?.cite.length).toBeGreaterThan(0);
    const slice = first?.slice.map((step) => step.event) ?? [];
    expect(slice.at(-1)?.index).toBe(first?.at.index);
    for (const { setBy } of first?.before ?? [])
      if (setBy !== undefined) expect(slice.map(({ index }) => index)).toContain(setBy);
    expect(shows.length).toBeGreaterThan(0);
    for (const offset of await offsetsOf(written, shows))
      expect(slice.map((event) => event.offset)).toContain(offset);
    lengths.push(slice.length);
  });

  test('a slice is short: at most twelve events, in the median of all of them', () => {
    expect(lengths).toHaveLength(sliced.length);
    expect(lengths.sort((x, y) => x - y)[lengths.length >> 1]).toBeLessThanOrEqual(12);
  });
});

/** Which event of its name on its M in its generation: what stays the same when the trace is written. */
interface Ordinal {
  readonly generation: number;
  readonly m: number;
  readonly name: string;
  readonly nth: number;
}

function ordinalOf(trace: WireTrace, event: WireEvent): Ordinal {
  const place = [...findEvents(trace, undefined, (each) => each.event === event)][0];
  if (place === undefined) throw new RangeError(`the ${event.name} is in no batch`);
  const { generation, batch } = place;
  const alike = generation.batches
    .filter(({ m }) => m === batch.m)
    .flatMap(({ events }) => events.filter(({ name }) => name === event.name));
  return { generation: generation.number, m: Number(batch.m), name: event.name, nth: alike.indexOf(event) };
}

/** Where those events stand in the bytes, as the reader has it. */
async function offsetsOf(trace: Uint8Array, wanted: readonly Ordinal[]): Promise<(number | undefined)[]> {
  const offsets = new Map<Ordinal, number>();
  for await (const generation of await openTrace(trace)) {
    const here = wanted.filter((each) => each.generation === generation.number);
    if (here.length === 0) continue;
    const counts = new Map(here.map((each) => [each, 0]));
    const event = new EventCursor().over(generation);
    while (event.next()) {
      for (const each of here) {
        if (event.m !== each.m || event.name !== each.name) continue;
        const nth = counts.get(each) as number;
        counts.set(each, nth + 1);
        if (nth === each.nth) offsets.set(each, event.offset);
      }
    }
  }
  return wanted.map((each) => offsets.get(each));
}

describe('what every transition allows is named by the rule of its family', () => {
  test.each(FAMILY_MUTANTS)('$name', async ({ rules, edit }) => {
    const trace = parseWire(bytes);
    edit(trace);
    const { found } = await judged(writeWire(trace));
    expect(rules, found[0]?.observed).toContain(found[0]?.rule);
    expect(found[0]?.cite.length).toBeGreaterThan(0);
  });
});

test('one defect is one finding: what follows from it is counted with it', async () => {
  for (const mutant of MUTANTS) {
    const { found } = await mutated(mutant);
    expect({ mutant: mutant.name, findings: found.length }).toEqual({ mutant: mutant.name, findings: 1 });
  }
});

test('two defects far apart are two findings, also on one M', async () => {
  const trace = parseWire(bytes);
  const places = [
    ...findEvents(trace, 'GoStart', ({ batch, index }) => batch.events[index + 1]?.name === 'GoBlock'),
  ];
  const first = places[0];
  const last = places.findLast((place) => place.batch.m === first?.batch.m && place.batch !== first?.batch);
  if (first === undefined || last === undefined)
    throw new Error('no M has two batches with a start and a block');
  swapWithNext(first);
  swapWithNext(last);
  const { found } = await judged(writeWire(trace));
  expect(found.map((each) => each.rule)).toEqual(['goroutine/park', 'goroutine/park']);
});

test.each([0.1, 0.35, 0.6, 0.85])('a trace that is cut off accuses nobody (%d of it)', async (part) => {
  const { found } = await judged(bytes.subarray(0, Math.floor(bytes.length * part)));
  expect(found.map((each) => each.rule)).toEqual(['format/truncated']);
});
