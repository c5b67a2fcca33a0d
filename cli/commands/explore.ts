import { FAULTS } from '../../collector/index.ts';
import {
  type ExplorationResult,
  HISTORIES,
  type History,
  runVariant,
  type SteeredResult,
  type Variant,
} from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { writeExploreReport } from '../../reports/index.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { explorationLines, explorationTable } from '../explore-text.ts';
import { makeFolder } from '../folder.ts';
import { UsageError } from '../problem.ts';
import { steeredLines } from '../steer-text.ts';
import { quoted } from '../verdict-text.ts';
import { checkSteering, steerVariant } from './explore-steer.ts';

export async function run(call: Call): Promise<number> {
  const chosen = chosenBy(call);
  // Before anything takes time.
  checkSteering(call, chosen);
  if (call.options.report !== undefined) await makeFolder(call.options.report);
  const results: ExplorationResult[] = [];
  for (const [history, variant] of chosen) {
    call.signal.throwIfAborted();
    results.push(runVariant(history, variant, cpuMs));
    // Ctrl-C is heard between two worlds.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const one = call.options.variant === undefined ? undefined : results[0];
  const report = await reportOf(results, call);
  if (call.options.steer && one !== undefined && chosen[0] !== undefined)
    return await steerAlso(one, chosen[0][1], report, call);
  await (call.options.json ? asDocument(results, one, report, call) : asText(results, one, report, call));
  if (one !== undefined) return one.exhausted ? EXIT.conforms : EXIT.diverges;
  return results.every(({ expected }) => expected) ? EXIT.conforms : EXIT.diverges;
}

/** The story is told before real Go is run: that takes a while. */
async function steerAlso(
  one: ExplorationResult,
  variant: Variant,
  report: string | undefined,
  call: Call,
): Promise<number> {
  const { options, terminal } = call;
  if (!options.json) await asText([one], one, report, call);
  const steered = await steerVariant(variant, call);
  if (options.json) await asDocument([one], one, report, call, steered);
  else await terminal.out.line(['', ...steeredLines(steered, terminal.paint)].join('\n'));
  return steered.shown > 0 ? EXIT.diverges : EXIT.inconclusive;
}

const cpuMs = (): number => process.cpuUsage().user / 1000;

function chosenBy({ operands, options }: Call): [History, Variant][] {
  const histories = HISTORIES.filter(({ name }) => operands.length === 0 || name === operands[0]);
  if (histories.length === 0)
    throw new UsageError(
      'no-history',
      `there is no history ${JSON.stringify(operands[0])}`,
      `Give one of ${HISTORIES.map(({ name }) => name).join(', ')}.`,
    );
  const { variant: wanted } = options;
  if (wanted === undefined)
    return histories.flatMap((history) =>
      history.variants.map((variant): [History, Variant] => [history, variant]),
    );
  const [history] = histories;
  if (history === undefined || operands.length === 0)
    throw new UsageError(
      'which-history',
      'a variant of which history?',
      'Name the history before --variant.',
    );
  const variant = history.variants.find(({ name }) => name === wanted);
  if (variant === undefined)
    throw new UsageError(
      'no-variant',
      `${history.name} has no variant ${JSON.stringify(wanted)}`,
      `Give one of ${history.variants.map(({ name }) => name).join(', ')}.`,
    );
  return [[history, variant]];
}

/** Path of the page, where one was asked for. */
async function reportOf(explorations: readonly ExplorationResult[], { operands, options, signal }: Call) {
  if (options.report === undefined) return undefined;
  const variant = options.variant === undefined ? [] : ['--variant', options.variant];
  const command = ['gotwin explore', ...operands, ...variant, '--report', quoted(options.report)].join(' ');
  return await writeExploreReport({ explorations, command }, options.report, signal);
}

function asDocument(
  results: readonly ExplorationResult[],
  one: ExplorationResult | undefined,
  report: string | undefined,
  call: Call,
  steered?: SteeredResult,
): Promise<void> {
  const expected = results.every((result) => result.expected);
  const found = one ?? { expected, explorations: results };
  const document = {
    schema: RESULT_SCHEMA,
    ...found,
    ...(report === undefined ? {} : { report }),
    ...(steered === undefined ? {} : { steered }),
  };
  return printDocument(document, call);
}

async function asText(
  results: readonly ExplorationResult[],
  one: ExplorationResult | undefined,
  report: string | undefined,
  { terminal: { out, paint } }: Call,
): Promise<void> {
  const lines =
    one === undefined ? explorationTable(results, paint) : explorationLines(one, paint, onRealGo(one));
  await out.line([...lines, ...(report === undefined ? [] : ['', `report: ${report}`])].join('\n'));
}

/** The command that runs real Go with the same bug in its runtime. */
function onRealGo({ fault }: ExplorationResult): string | undefined {
  const seeded = FAULTS.find(({ name }) => name === fault);
  return seeded && `gotwin check ${seeded.fixture} --layers probe --fault ${seeded.name}`;
}
