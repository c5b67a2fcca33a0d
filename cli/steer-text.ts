/** What `gotwin explore --steer` shows: the steps of the story beside what real Go was seen to do. */
import type { SteeredResult, SteeredRun } from '../replay/index.ts';
import { columns, count, plural, seconds } from './columns.ts';
import { contextOf, secondsText } from './event-lines.ts';
import { type Paint, printable } from './paint.ts';
import { archText, quoted } from './verdict-text.ts';

export function steeredLines(result: SteeredResult, paint: Paint): string[] {
  const { runs, shown, subject } = result;
  const told = runs.find((run) => run.shown) ?? runs.find(({ sightings }) => sightings > 0) ?? runs[0];
  return [
    paint.bold(
      `On real Go: ${result.go}, ${archText(result)}, ${result.fixture} with the seeded fault ${result.fault}`,
    ),
    ...windowLines(result),
    '',
    ...(told === undefined || told.sightings === 0
      ? [paint.bad(`No run recorded what is predicted of ${subject}.`)]
      : sideBySide(told, paint)),
    '',
    ...(runs.length > 1 ? [...runTable(runs, paint), ''] : []),
    `${(shown > 0 ? paint.good : paint.bad)(`${shown} of ${plural(runs.length, 'run')}`)} showed the predicted step, and broke the predicted rule (${result.rules.join(', ')}).`,
    ...runs.flatMap(({ file, shown: isShown, finding }) =>
      file === null || !isShown || finding === null
        ? []
        : [`Again: gotwin replay ${quoted(file)} --divergence ${quoted(finding.id)}`],
    ),
  ];
}

function windowLines({ window, place, delayUs, paces }: SteeredResult): string[] {
  if (window === null)
    return ['Nobody has to come in between: one thread alone breaks the rule, so nothing is held.'];
  const { thread, step, behind, before } = window;
  return [
    `Critical window: behind step ${step}, ${thread} is held in ${behind.func} between`,
    `  ${behind.statement}`,
    `  ${before.statement}${before.func === behind.func ? '' : `  (${before.func})`}`,
    '  Explored again with that thread never held there, nothing goes wrong.',
    `The fault waits there too, behind \`${place.behind}\` and before \`${place.before.replace(/^, /, '')}\`, for ${delayText(delayUs)}:`,
    ...paces.map(({ func, us, why }) => `  ${delayText(us)} for ${func}: ${why}`),
  ];
}

function delayText(us: number): string {
  return us >= 1000 ? `${us / 1000} ms` : `${us} µs`;
}

function sideBySide({ run, names, steps }: SteeredRun, paint: Paint): string[] {
  const known = Object.entries(names).map(([story, seen]) => `${story} is ${seen}`);
  const rows = steps.map((line) => {
    const { recorded, isBroken } = line;
    const mark = isBroken ? paint.bad : (text: string) => text;
    return [
      String(line.step),
      mark(predictedText(line)),
      ...(recorded === null
        ? ['', '', '', paint.dim(line.isLookedFor ? 'not seen: the program had ended' : 'has no record')]
        : [
            `#${count(recorded.index)}`,
            secondsText(recorded.time),
            contextOf(recorded),
            mark(printable(`${recorded.name} ${recorded.args}${callerText(recorded.stack)}`)),
          ]),
    ];
  });
  const head = ['step', 'predicted', 'record', 'time', 'by', `run ${run}`].map((title) => paint.dim(title));
  return [`${known.join(', ')}.`, '', ...columns([head, ...rows], [0, 2, 3])];
}

const callerText = ([caller]: readonly string[]): string => (caller === undefined ? '' : `  (${caller})`);

/** Who does what; where nothing becomes different, the statement. */
function predictedText({ thread, func, statement, changes }: SteeredRun['steps'][number]): string {
  const changed = changes.map(({ of, field, before, after }) => `${of}.${field}: ${before} → ${after}`);
  return `${thread} ${func}: ${changed[0] ?? statement}`;
}

function runTable(runs: readonly SteeredRun[], paint: Paint): string[] {
  const rows = runs.map(({ run, shown, finding, sightings, records, durationMs, exit, file }) => [
    String(run),
    shown ? paint.good('yes') : paint.bad('no'),
    finding?.rule ?? '-',
    count(sightings),
    count(records),
    seconds(durationMs),
    exit,
    file ?? '',
  ]);
  const head = ['run', 'shown', 'rule', 'sightings', 'records', 'after', 'end', ''];
  return columns([head.map((title) => paint.dim(title)), ...rows], [0, 3, 4, 5]);
}
