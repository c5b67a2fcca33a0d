/** Events in Go's wire vocabulary, for people. */
import type { Generation } from './generation.ts';
import { goQuoteText } from './quote.ts';
import { GO_STATUS, PROC_STATUS, specOf } from './specs.ts';
import { NONE } from './varint.ts';

const STATUS_NAMES: Readonly<Record<'gstatus' | 'pstatus', readonly string[]>> = {
  gstatus: named(GO_STATUS),
  pstatus: named(PROC_STATUS),
};

function named(statuses: Readonly<Record<string, number>>): string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(statuses)) names[value] = name;
  return names;
}

/**
 * An event's arguments as `go tool trace -d=wire` names them, without `dt`:
 * `g=7 g_seq=12`. None is -1, strings and statuses stand as what they mean
 * (`reason_string="chan receive" stack=12`).
 */
export function eventArgsText(generation: Generation, event: number): string {
  const spec = specOf(generation.columns.kind[event]!);
  if (spec === undefined) return '';
  const { args, kinds } = spec;
  let text = '';
  // The first is the time, which the columns keep apart.
  for (let at = 1; at < args.length; at++) {
    text += `${at > 1 ? ' ' : ''}${args[at]}=${argText(generation, event, at - 1, kinds[at]!)}`;
  }
  return text;
}

function argText(generation: Generation, event: number, n: number, kind: string): string {
  const value = generation.arg(event, n);
  if (value === NONE) return '-1';
  if (kind === 'string') return goQuoteText(generation.string(value));
  const word = Number.isNaN(value) ? generation.wideArg(event, n) : value;
  if (kind === 'gstatus' || kind === 'pstatus') return STATUS_NAMES[kind][value] ?? String(word);
  return String(word);
}

/** A frame as reports show it: `func file:line`. */
export function frameText(frame: { func: string; file: string; line: number }): string {
  return `${frame.func} ${frame.file}:${frame.line}`;
}
