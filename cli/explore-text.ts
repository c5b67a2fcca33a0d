/** What `gotwin explore` shows on a terminal. */
import type { ExplorationResult, StoryLine } from '../replay/explore/result.ts';
import { columns, count, plural, seconds } from './columns.ts';
import type { Paint } from './paint.ts';

/** A line for each world. */
export function explorationTable(results: readonly ExplorationResult[], paint: Paint): string[] {
  const rows = results.map((result) => [
    result.history,
    result.variant,
    outcome(result, paint),
    count(result.states),
    String(result.depth),
    seconds(result.cpuMs),
    count(result.statesPerSecond),
    result.text,
  ]);
  const head = ['history', 'variant', 'outcome', 'states', 'depth', 'time', 'states/s', ''];
  return [
    ...columns([head, ...rows], [3, 4, 5, 6]),
    '',
    'gotwin explore HISTORY --variant NAME tells one of them.',
  ];
}

/** One world, with the story of what went wrong. */
export function explorationLines(result: ExplorationResult, paint: Paint, onRealGo?: string): string[] {
  const { history, variant, text, breach, states, transitions, depth, cpuMs, statesPerSecond } = result;
  const size = `${plural(states, 'state')}, ${plural(transitions, 'transition')}, depth ${depth}, ${seconds(cpuMs)}`;
  return [
    `${paint.bold(`${history}, ${variant}`)}: ${text}`,
    ...(result.commit === null ? [] : [paint.dim(`golang/go ${result.commit}`)]),
    '',
    ...(breach === null ? [] : storyLines(breach, paint)),
    ...(breach === null
      ? [`${paint.good('Nothing is wrong')} in any state that can be reached.`]
      : [`${paint.bad(whatIsWrong(breach))}`]),
    ...(breach?.today == null
      ? []
      : [`Today's rows would have objected at step ${breach.today.step}: ${breach.today.row}.`]),
    `${size}, ${count(statesPerSecond)} states/s`,
    ...(onRealGo === undefined ? [] : ['', `The same on real Go: ${onRealGo}`]),
  ];
}

type Breach = NonNullable<ExplorationResult['breach']>;

function storyLines(breach: Breach, paint: Paint): string[] {
  const wide = String(breach.story.length).length;
  return [
    ...breach.story.flatMap((line, index) => stepLines(line, String(index + 1).padStart(wide + 1), paint)),
    '',
    ...(breach.kind === 'wedge'
      ? [
          'Everybody waits:',
          ...breach.waiting.map(({ thread, func, statement }) => `  ${thread} in ${func}: ${statement}`),
          '',
        ]
      : []),
  ];
}

function stepLines(
  { thread, func, statement, about, changes, objections }: StoryLine,
  number: string,
  paint: Paint,
) {
  const indent = ' '.repeat(number.length + 2);
  const changed = changes.map(({ of, field, before, after }) => `${of}.${field}: ${before} → ${after}`);
  return [
    `${number}  ${thread}  ${paint.bold(func)}  ${statement}${about === null ? '' : `  (${about})`}`,
    ...(changed.length === 0 ? [] : [paint.dim(`${indent}    ${changed.join(', ')}`)]),
    ...objections.map(({ row, text }) => paint.warn(`${indent}    today ${row} objects: ${text}`)),
  ];
}

/** In a sentence. */
function whatIsWrong({ kind, row, text, story }: Breach): string {
  const last = story.at(-1);
  switch (kind) {
    case 'row':
      return `The model refuses step ${story.length} by ${row}: ${text}.`;
    case 'throw':
      return `The runtime throws at step ${story.length}: ${text}`;
    case 'wedge':
      return `Nothing can go on after step ${story.length}${last === undefined ? '' : `, in ${last.func}`}.`;
    case 'always':
      return `What always holds does not after step ${story.length}: ${text}.`;
    case 'sometimes':
      return `This never happens, and the world is there to show it: ${text}.`;
  }
}

function outcome({ exhausted, breach, expected }: ExplorationResult, paint: Paint): string {
  if (exhausted) return expected ? paint.good('exhausted') : paint.bad('exhausted');
  const what =
    breach === null ? 'too many states' : `${breach.row ?? breach.kind} at step ${breach.story.length}`;
  return expected ? what : paint.bad(what);
}
