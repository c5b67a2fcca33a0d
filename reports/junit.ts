import { compareReplays } from '../differ/index.ts';
import type { Divergence, Replay } from '../replay/index.ts';
import { citationText } from '../replay/words.ts';
import type { Cell } from './cells.ts';
import { xml } from './escape.ts';

/**
 * JUnit XML: one testsuite for each program, one testcase for each recording.
 * Each divergence is a failure; a recording that could say nothing is skipped,
 * so that no CI counts it as passed. So is a cell of a matrix that has no recording; one that should have one, as it did
 * not build or was not finished, is an error.
 */
export function toJUnit(replays: readonly Replay[], cells: readonly Cell[] = []): string {
  const sorted = [...replays].sort(compareReplays);
  const without = cells.filter(({ replay }) => replay === undefined);
  const programs = [...new Set([...sorted, ...without].map(({ program }) => program))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gotwin" ${totals(replays, without)}>`,
    ...programs.flatMap((program) =>
      suite(
        program,
        sorted.filter((replay) => replay.program === program),
        without.filter((cell) => cell.program === program),
      ),
    ),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(program: string, replays: readonly Replay[], without: readonly Cell[]): string[] {
  const skipped = replays.filter(isSkipped).length + without.filter((cell) => !isError(cell)).length;
  return [
    `  <testsuite name="${xml(program)}" ${totals(replays, without)} skipped="${skipped}">`,
    ...replays.flatMap(testcase),
    ...without.flatMap(unjudged),
    '  </testsuite>',
  ];
}

function testcase(replay: Replay): string[] {
  const emulated = replay.emulated ? ' (emulated)' : '';
  const name = `${replay.arch}${emulated} ${replay.go}: ${replay.file}`;
  const open = `    <testcase classname="${xml(`gotwin.${replay.program}`)}" name="${xml(name)}" time="${seconds(replay)}"`;
  const body = outcome(replay);
  return body.length === 0 ? [`${open}/>`] : [`${open}>`, ...body, '    </testcase>'];
}

/** A cell without a verdict, and why. */
function unjudged(cell: Cell): string[] {
  const { program, arch, go, setting, state, why } = cell;
  const name = [arch, go, ...(setting === '' ? [] : [setting])].join(' ');
  const message = xml(why === '' ? state : `${state}: ${why}`);
  return [
    `    <testcase classname="${xml(`gotwin.${program}`)}" name="${xml(name)}" time="0.000">`,
    isError(cell)
      ? `      <error type="${xml(state)}" message="${message}"/>`
      : `      <skipped message="${message}"/>`,
    '    </testcase>',
  ];
}

/** It was asked for and could have been: somebody has to look. */
function isError({ state }: Cell): boolean {
  return state === 'failed' || state === 'missing';
}

function outcome(replay: Replay): string[] {
  if (isSkipped(replay)) return [`      <skipped message="${xml(`${replay.verdict}: ${replay.why}`)}"/>`];
  if (!isFailed(replay)) return [];
  const unknown = replay.divergences.filter(({ known }) => known === undefined);
  if (unknown.length > 0) return unknown.map(failure);
  return [`      <failure type="${replay.verdict}" message="${xml(replay.why)}"/>`];
}

function failure(divergence: Divergence): string {
  const details = [
    `rule: ${divergence.rule}`,
    ...divergence.cite.map((cite) => `cite: ${citationText(cite)}`),
    `event: ${divergence.at.index} ${divergence.at.name} ${divergence.at.args}`,
    `observed: ${divergence.observed}`,
    `signature: ${divergence.signature}`,
    `repro: ${divergence.repro}`,
  ];
  const message = `${divergence.rule}: ${divergence.text}`;
  // A text node may hold line breaks, so only the lines themselves are escaped.
  return `      <failure type="${divergence.class}" message="${xml(message)}">${details.map(xml).join('\n')}</failure>`;
}

/** Known divergences are expected, with a reason and a date: no CI stops for them. */
function isFailed({ verdict }: Replay): boolean {
  return verdict === 'diverges' || verdict === 'malformed' || verdict === 'flaky';
}

function isSkipped({ verdict }: Replay): boolean {
  return verdict === 'unobservable' || verdict === 'inconclusive';
}

/** What both levels may have; only a suite says how many it skipped. */
function totals(replays: readonly Replay[], without: readonly Cell[]): string {
  const failures = replays.filter(isFailed).length;
  const time = replays.reduce((sum, replay) => sum + replay.duration, 0) / 1e9;
  const tests = replays.length + without.length;
  return `tests="${tests}" failures="${failures}" errors="${without.filter(isError).length}" time="${time.toFixed(3)}"`;
}

function seconds(replay: Replay): string {
  return (replay.duration / 1e9).toFixed(3);
}
