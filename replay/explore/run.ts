/** One variant of one history, explored, and told as data. */
import { explore } from './explore.ts';
import type { History, Variant } from './history.ts';
import type { Place } from './program.ts';
import type { ExplorationResult, StoryLine } from './result.ts';
import { type StoryStep, tell } from './story.ts';

/** `cpu` gives the milliseconds of processor time used so far, where somebody knows: other work on the machine bends the clock. */
export function runVariant(
  history: History,
  variant: Variant,
  cpu = () => performance.now(),
): ExplorationResult {
  const begun = [performance.now(), cpu()] as const;
  const world = variant.world();
  const exploration = explore(world);
  const [timeMs, cpuMs] = [performance.now() - begun[0], cpu() - begun[1]];
  const { breach, states, transitions, depth, counts, exhausted } = exploration;
  const story = breach === undefined ? undefined : tell(world, exploration, breach.state, breach.via);
  const lines = story?.steps.map(lineOf) ?? [];
  const objecting = lines.findIndex(({ objections }) => objections.length > 0);
  return {
    history: history.name,
    variant: variant.name,
    text: variant.text,
    commit: history.commit ?? null,
    fault: variant.fault ?? null,
    exhausted,
    expected: variant.finds === undefined ? exhausted : [breach?.row, breach?.kind].includes(variant.finds),
    states,
    transitions,
    depth,
    timeMs: Math.round(timeMs),
    cpuMs: Math.round(cpuMs),
    statesPerSecond: Math.round((states * 1000) / Math.max(cpuMs, 1)),
    breach:
      breach === undefined
        ? null
        : {
            kind: breach.kind,
            row: breach.row ?? null,
            text: breach.text,
            story: lines,
            waiting: (story?.waiting ?? []).map(({ thread, place, statement }) => ({
              thread,
              ...placed(place),
              statement,
            })),
            today:
              objecting < 0 ? null : { step: objecting + 1, row: lines[objecting]?.objections[0]?.row ?? '' },
          },
    rows: Object.fromEntries([...counts].filter(([, count]) => count > 0)),
  };
}

function lineOf({ thread, place, statement, about, changes, asked }: StoryStep): StoryLine {
  return {
    thread,
    ...placed(place),
    statement,
    about: about ?? null,
    changes: [...changes],
    rows: [...new Set(asked.filter(({ objection }) => objection === undefined).map(({ row }) => row))],
    objections: asked.flatMap(({ row, objection }) =>
      objection === undefined ? [] : [{ row, text: objection }],
    ),
  };
}

function placed({ func, file }: Place): { func: string; file: string | null } {
  return { func, file: file ?? null };
}
