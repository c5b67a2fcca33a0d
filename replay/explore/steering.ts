/**
 * From a counterexample to a run of real Go that goes the same way: the delay that a seeded fault
 * has in its race stands where the story held a thread, for as long as others need to come in between.
 */
import type { Fault } from '../../collector/index.ts';
import type { Divergence, EventView } from '../result.ts';
import type { Variant } from './history.ts';
import { type ExpectedRecord, type Prediction, predict } from './prediction.ts';
import type { SteeredRun, Steering } from './result.ts';
import type { Sighting } from './sighting.ts';
import type { StoryStep } from './story.ts';

/** Whether a fault carries the variant's bug and takes a delay, so that there is something to steer with. */
export function isSteerable({ fault: name }: Variant, faults: readonly Fault[]): boolean {
  return faults.some((fault) => fault.name === name && fault.window !== undefined);
}

export interface Steered {
  readonly prediction: Prediction;
  readonly steering: Steering;
}

/** Undefined where nothing goes wrong in the world, or nothing that the probes would record. */
export function steer(variant: Variant, fault: Fault): Steered | undefined {
  const prediction = predict(variant);
  if (prediction === undefined) return undefined;
  const { window, steps, paces, subject, rules } = prediction;
  const behind = window && (steps[window.opens] as StoryStep);
  return {
    prediction,
    steering: {
      fault: fault.name,
      fixture: fault.fixture,
      window:
        window === undefined || behind === undefined
          ? null
          : {
              thread: window.thread,
              step: window.opens + 1,
              behind: { func: behind.place.func, statement: behind.statement },
              before: { func: window.closes.place.func, statement: window.closes.statement },
            },
      place: { behind: fault.window?.behind ?? '', before: fault.window?.before ?? '' },
      meets: doMeet(prediction, fault),
      delayUs: paces.reduce((sum, { us }) => sum + us, 0),
      paces: paces.map(({ func, us, why }) => ({ func, us, why })),
      subject,
      rules: [...rules],
    },
  };
}

/** The fault waits behind the statement behind which the thread is held, and before that which it is held before. */
function doMeet({ window, steps }: Prediction, fault: Fault): boolean {
  if (window === undefined) return true;
  const { place, statement } = steps[window.opens] as StoryStep;
  const { closes } = window;
  return (
    `${place.func} ${statement}`.includes(fault.window?.behind ?? statement) &&
    `${closes.place.func} ${closes.statement}`.includes(fault.window?.before ?? '')
  );
}

/** Which sighting a replay objects to by a rule that was predicted, and what came of the prediction in that run. */
export function compareRun(
  prediction: Prediction,
  sightings: readonly Sighting[],
  divergences: readonly Divergence[],
): Pick<SteeredRun, 'sightings' | 'shown' | 'finding' | 'names' | 'steps'> {
  const found = divergences.filter(({ rule }) => prediction.rules.includes(rule));
  const findingOf = (sighting: Sighting) =>
    found.find(({ at }) => at.index === sighting[prediction.broken]?.index);
  const shown = sightings.find((sighting) => findingOf(sighting) !== undefined);
  const sighting = shown ?? sightings[0] ?? [];
  const finding = (shown && findingOf(shown)) ?? found[0];
  return {
    sightings: sightings.length,
    shown: shown !== undefined,
    finding: finding === undefined ? null : { rule: finding.rule, id: finding.id },
    names: namesIn(prediction, sighting),
    steps: linesOf(prediction, sighting),
  };
}

/** The story's threads and goroutine, as the recording numbers them. */
function namesIn({ records, subject }: Prediction, sighting: Sighting): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [index, { thread, subject: word }] of records.entries()) {
    const event = sighting[index];
    if (event === undefined) continue;
    names[thread] = `M${event.m}`;
    if (word === 'gp' && event.g >= 0) names[subject] = `G${event.g}`;
  }
  return names;
}

/** The story from the first step that was looked for, each with what was recorded of it. */
function linesOf({ steps, records, broken }: Prediction, sighting: Sighting): SteeredRun['steps'] {
  const first = records[0]?.step ?? 0;
  return steps.slice(first).map(({ thread, place, statement, about, changes }, nth) => {
    const step = first + nth;
    const looked = records.findIndex((record) => record.step === step);
    return {
      step: step + 1,
      thread,
      func: place.func,
      statement,
      about: about ?? null,
      changes: [...changes],
      isLookedFor: looked >= 0,
      isBroken: step === records[broken]?.step,
      recorded: recordedAt(records, sighting, step),
    };
  });
}

function recordedAt(records: readonly ExpectedRecord[], sighting: Sighting, step: number): EventView | null {
  return sighting[records.findIndex((record) => record.step === step)] ?? null;
}
