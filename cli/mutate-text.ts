/** What `gotwin mutate` shows on a terminal. */
import { columns, plural, seconds } from './columns.ts';
import type { Paint } from './paint.ts';
import type { ModelMutationDocument, MutationDocument } from './result-document.ts';

type Kind = MutationDocument['kinds'][number];

/** Survivors that are shown, those of most mutants first. */
const SHOWN = 20;

export function mutationLines(document: MutationDocument, paint: Paint): string[] {
  const { kinds, survivors, traces, seed, peer, cpuMs } = document;
  const made = kinds.reduce((sum, kind) => sum + kind.made, 0);
  const head = [
    'kind',
    'made',
    'legal',
    'noticed',
    'suspected',
    ...(peer === null ? [] : ["Go's reader", 'and validator']),
    '',
  ];
  const rows = kinds.map((kind) => row(kind, paint));
  const shown = [...survivors].sort((a, b) => b.count - a.count).slice(0, SHOWN);
  return [
    ...columns([head, ...rows], [1, 2, 3, 4, 5, 6].slice(0, peer === null ? 4 : 6)),
    '',
    ...(shown.length === 0
      ? [paint.good('Nobody survived.')]
      : ['The judge passes these:', ...shown.map((each) => `  ${survivorText(each)}`)]),
    ...(survivors.length > SHOWN
      ? [paint.dim(`  and ${survivors.length - SHOWN} other kinds of change; --json has all`)]
      : []),
    '',
    `${plural(made, 'mutant')} of ${plural(traces.length, 'trace')}, ${seconds(cpuMs)}; the same again: --seed ${seed}`,
  ];
}

function row(kind: Kind, paint: Paint): string[] {
  const wrong = kind.made - kind.legal;
  const { misnamed, legalRefused } = kind;
  return [
    kind.kind,
    String(kind.made),
    String(kind.legal),
    share(kind.noticed, wrong),
    String(kind.suspected),
    ...(kind.go === null ? [] : [share(kind.go.reader, wrong), share(kind.go.either, wrong)]),
    [
      ...(misnamed > 0 ? [paint.bad(`${misnamed} by a rule that is about something else`)] : []),
      ...(legalRefused > 0 ? [paint.bad(`${legalRefused} legal ones refused`)] : []),
      ...(misnamed + legalRefused > 0 ? [] : [topRules(kind)]),
    ].join(', '),
  ];
}

/** Rounded down: 899 of 900 is not 100%. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)}%`;
}

function topRules({ rules }: Kind): string {
  const sorted = Object.entries(rules).sort(([, a], [, b]) => b - a);
  const top = sorted.slice(0, 3).map(([rule]) => rule);
  return [...top, ...(sorted.length > 3 ? [`${sorted.length - 3} more`] : [])].join(', ');
}

function survivorText({
  kind,
  events,
  count,
  go,
  example,
  trace,
}: MutationDocument['survivors'][number]): string {
  const byGo = go === null ? '' : `, ${go} refused by Go`;
  return `${String(count).padStart(4)}  ${kind}: ${events}${byGo} (${trace}: ${example})`;
}

export function modelMutationLines(document: ModelMutationDocument, paint: Paint): string[] {
  const { mutants, histories, witnesses, noticed, edits, unnoticed, traces, seed, cpuMs } = document;
  const all = noticedOf(noticed);
  const withTraces = traces.length > 0;
  const head = [
    'layer',
    'what is done to the model',
    'made',
    'noticed',
    'refuses',
    'passes',
    'renames',
    ...(withTraces ? ['by traces'] : []),
  ];
  const rows = edits.map(({ layer, edit, made, noticed: of, byTraces }) => [
    layer,
    edit,
    String(made),
    share(noticedOf(of), made),
    String(of.refuses),
    String(of.passes),
    String(of.renames),
    ...(withTraces ? [byTraces === null ? '' : share(byTraces, made)] : []),
  ]);
  const by = withTraces ? ` and by ${plural(witnesses, 'mutant')} of ${plural(traces.length, 'trace')}` : '';
  return [
    ...columns([head, ...rows], [2, 3, 4, 5, 6, 7].slice(0, withTraces ? 6 : 5)),
    '',
    ...(unnoticed.length === 0
      ? []
      : [
          'Nobody notices these:',
          ...unnoticed.map(
            ({ name, why }) => `  ${paint.warn(name)}: ${why === '' ? paint.bad('nobody knows why') : why}`,
          ),
          '',
        ]),
    `${all} of ${plural(mutants, 'mutant')} of the model were noticed (${share(all, mutants)}), by ${histories} small histories${by}: since what is` +
      ' sound is refused, what is wrong passes, or another rule says so',
    `${seconds(cpuMs)}${withTraces ? `; the same again: --seed ${seed}` : ''}`,
  ];
}

export function noticedOf({ refuses, passes, renames }: ModelMutationDocument['noticed']): number {
  return refuses + passes + renames;
}
