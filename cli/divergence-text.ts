import type { Divergence, EventView } from '../replay/result.ts';
import { citationText } from '../replay/words.ts';
import { contextOf } from './event-lines.ts';
import { type Paint, printable } from './paint.ts';
import { againLine, sentences } from './verdict-text.ts';

/** Characters of a role that stand behind their event; longer ones have a line of their own. */
const SHORT = 24;

/** A divergence whole: the rule, what was seen, what was allowed, and the events that lead to it. */
export function divergenceLines(file: string, divergence: Divergence, paint: Paint): string[] {
  const { at, subject } = divergence;
  return [
    `${paint.bad(divergence.rule)}  ${paint.bold(printable(divergence.text))}`,
    `id         ${divergence.id}`,
    `signature  ${divergence.signature}`,
    `subject    ${printable(`${subject.kind} ${subject.id}`.trimEnd())}`,
    `rests on   ${divergence.layers.join(', ')} (${divergence.evidence})`,
    ...divergence.cite.map((cite) => `source     ${citationText(cite)}`),
    '',
    paint.bold('Observed'),
    ...sentences(divergence.observed).map((sentence) => `  ${printable(sentence)}`),
    `  ${eventLine(at)}  (byte ${at.offset})`,
    ...at.stack.map((frame) => `      ${printable(frame)}`),
    ...beforeLines(divergence, paint),
    ...allowedLines(divergence, paint),
    ...sliceLines(divergence, paint),
    ...(divergence.consequences > 0
      ? [
          '',
          `${divergence.consequences} later disagreement${divergence.consequences === 1 ? ' follows' : 's follow'} from this one.`,
        ]
      : []),
    '',
    `Again: ${printable(againLine(file, divergence))}`,
  ];
}

/** `12.000345 s  M3 P0 G7  GoUnblock g=9`; the parts that an event lacks are left out. */
function eventLine(event: EventView): string {
  const context = contextOf(event);
  return printable(`${(event.time / 1e9).toFixed(9)}  ${context}  ${event.name} ${event.args}`.trimEnd());
}

function beforeLines({ before }: Divergence, paint: Paint): string[] {
  if (before.length === 0) return [];
  const set = (by: number | undefined) => (by === undefined ? '' : `  (set by event ${by})`);
  const lines = before.map((fact) => `  ${printable(`${fact.name} = ${fact.value}`)}${set(fact.setBy)}`);
  return ['', paint.bold('The model held before'), ...lines];
}

function allowedLines({ allowed }: Divergence, paint: Paint): string[] {
  if (allowed.length === 0) return [];
  const lines = allowed.flatMap(({ row, text, guards }) => [
    `  ${row}: ${printable(text)}`,
    ...guards.map(
      ({ text: guard, holds, why }) =>
        `    ${holds ? paint.good('holds') : paint.bad('fails')}  ${printable(guard)}: ${printable(why)}`,
    ),
  ]);
  return ['', paint.bold('Allowed would have been'), ...lines];
}

function sliceLines({ slice }: Divergence, paint: Paint): string[] {
  if (slice.length === 0) return [];
  const lines = slice.flatMap(({ event, role }) => {
    const line = `  ${String(event.index).padStart(9)}  ${eventLine(event)}`;
    const told = paint.dim(printable(role));
    return role.length <= SHORT ? [`${line}  ${told}`.trimEnd()] : [line, `${' '.repeat(13)}${told}`];
  });
  return ['', paint.bold('Events that lead to it'), ...lines];
}
