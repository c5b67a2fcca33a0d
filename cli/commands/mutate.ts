import { Validator } from '../../collector/index.ts';
import {
  KIND_NAMES,
  mutateModel,
  mutateTraces,
  readWholeTrace,
  type WholeTrace,
} from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/schema-version.ts';
import { count } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { modelMutationLines, mutationLines } from '../mutate-text.ts';
import { UsageError } from '../problem.ts';
import { runSteps, type Step } from '../progress.ts';
import type { ModelMutationDocument, MutationDocument } from '../result-document.ts';

/** Of each kind: some seconds for a small trace. */
const COUNT = 100;

export async function run(call: Call): Promise<number> {
  const kinds = chosenKinds(call);
  const seed = call.options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const { model } = call.options;
  if (!model && call.operands.length === 0)
    throw new UsageError(
      'no-trace',
      'there is no trace to make mutants of',
      'Name a recording or a trace that conforms; only --model needs none.',
    );
  return await (model ? breakModel : mutate)(call, kinds, seed);
}

function chosenKinds({ options }: Call): readonly string[] | undefined {
  const unknown = options.kind?.find((name) => !KIND_NAMES.includes(name));
  if (unknown === undefined) return options.kind;
  throw new UsageError(
    'no-kind',
    `there is no kind of mutant ${JSON.stringify(unknown)}`,
    `Give some of ${KIND_NAMES.join(', ')}.`,
  );
}

async function mutate(call: Call, kinds: readonly string[] | undefined, seed: number): Promise<number> {
  const { options, terminal, signal } = call;
  const document: MutationDocument = await working('mutants', call, seed, async (traces, note) => {
    const peer = options.peer ? await Validator.start({ signal, onProgress: note }) : undefined;
    try {
      const onProgress = (judged: number, kind: string) => note(`${count(judged)} mutants, ${kind}`);
      const how = { seed, kinds, count: options.count ?? COUNT, peer, signal, onProgress };
      return { schema: RESULT_SCHEMA, ...(await mutateTraces(traces, how)) };
    } finally {
      await peer?.close();
    }
  });
  if (options.json) await printDocument(document, call);
  else await terminal.out.line(mutationLines(document, terminal.paint).join('\n'));
  // An objection to what is legal, or by a rule that has nothing to do with the change, is a defect of ours.
  const sound = document.kinds.every(({ misnamed, legalRefused }) => misnamed === 0 && legalRefused === 0);
  return sound ? EXIT.conforms : EXIT.diverges;
}

/** The mutants of the traces are its witnesses: few of each kind are enough. */
const WITNESSES = 30;
/** Mutants of the model between two words about them. */
const TOLD = 50;

async function breakModel(call: Call, kinds: readonly string[] | undefined, seed: number): Promise<number> {
  const { options, terminal, signal } = call;
  const title = 'mutants of the model';
  const document: ModelMutationDocument = await working(title, call, seed, async (traces, note) => {
    const onProgress = (asked: number, all: number): void => {
      if (asked % TOLD === 0) note(`${count(asked)} of ${count(all)}`);
    };
    const how = { seed, kinds, count: options.count ?? WITNESSES, signal, onProgress };
    const mutation = await mutateModel(traces, how);
    return { schema: RESULT_SCHEMA, seed, traces: traces.map(({ name }) => name), ...mutation };
  });
  if (options.json) await printDocument(document, call);
  else await terminal.out.line(modelMutationLines(document, terminal.paint).join('\n'));
  // A mutant that survives without a reason is a gap: a rule that nobody would miss.
  return document.unnoticed.every(({ why }) => why !== '') ? EXIT.conforms : EXIT.diverges;
}

/** Does it with the call's traces, as a step whose progress is shown. */
async function working<T>(
  title: string,
  { operands, options, terminal }: Call,
  seed: number,
  work: (traces: WholeTrace[], note: (text: string) => void) => Promise<T>,
): Promise<T> {
  const made: T[] = [];
  const step: Step = {
    title,
    work: async (note) => {
      made.push(await work(await Promise.all(operands.map(readWholeTrace)), note));
      return `seed ${seed}`;
    },
  };
  await runSteps([step], terminal, options.quiet === true || options.json === true);
  return made[0]!;
}
