import { Validator } from '../../collector/index.ts';
import { KIND_NAMES, mutateModel, mutateTraces, readRealTrace } from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/schema-version.ts';
import { count } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { modelMutationLines, mutationLines } from '../mutate-text.ts';
import { UsageError } from '../problem.ts';
import { runSteps } from '../progress.ts';
import type { ModelMutationDocument, MutationDocument } from '../result-document.ts';

/** Of each kind: some seconds for a small trace. */
const COUNT = 100;

export async function run(call: Call): Promise<number> {
  const kinds = chosenKinds(call);
  const seed = call.options.seed ?? Math.floor(Math.random() * 2 ** 31);
  if (call.options.model) return await breakModel(call, kinds, seed);
  const document = await mutate(call, kinds, seed);
  if (call.options.json) await printDocument(document, call);
  else await call.terminal.out.line(mutationLines(document, call.terminal.paint).join('\n'));
  // An objection to what is legal, or by a rule that has nothing to do with the change, is a defect of ours.
  const sound = document.kinds.every(({ misnamed, legalRefused }) => misnamed === 0 && legalRefused === 0);
  return sound ? EXIT.conforms : EXIT.diverges;
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

async function mutate(
  { operands, options, terminal, signal }: Call,
  kinds: readonly string[] | undefined,
  seed: number,
): Promise<MutationDocument> {
  let document: MutationDocument | undefined;
  const work = async (note: (text: string) => void): Promise<string> => {
    const traces = await Promise.all(operands.map(readRealTrace));
    const peer = options.peer ? await Validator.start({ signal, onProgress: note }) : undefined;
    try {
      const onProgress = (judged: number, kind: string) => note(`${count(judged)} mutants, ${kind}`);
      const how = { seed, kinds, count: options.count ?? COUNT, peer, signal, onProgress };
      document = { schema: RESULT_SCHEMA, ...(await mutateTraces(traces, how)) };
    } finally {
      await peer?.close();
    }
    return `seed ${seed}`;
  };
  await runSteps([{ title: 'mutants', work }], terminal, options.quiet === true || options.json === true);
  return document as unknown as MutationDocument;
}

/** The mutants of the traces are its witnesses: few of each kind are enough. */
const WITNESSES = 30;

async function breakModel(
  { operands, options, terminal, signal }: Call,
  kinds: readonly string[] | undefined,
  seed: number,
): Promise<number> {
  let document: ModelMutationDocument | undefined;
  const work = async (note: (text: string) => void): Promise<string> => {
    const traces = await Promise.all(operands.map(readRealTrace));
    const onProgress = (asked: number, all: number) => note(`${count(asked)} of ${count(all)}`);
    const how = { seed, kinds, count: options.count ?? WITNESSES, signal, onProgress };
    const mutation = await mutateModel(traces, how);
    document = { schema: RESULT_SCHEMA, seed, traces: traces.map(({ name }) => name), ...mutation };
    return `seed ${seed}`;
  };
  await runSteps(
    [{ title: 'mutants of the model', work }],
    terminal,
    options.quiet === true || options.json === true,
  );
  const made = document as unknown as ModelMutationDocument;
  if (options.json) await printDocument(made, { operands, options, terminal, signal, programArgs: [] });
  else await terminal.out.line(modelMutationLines(made, terminal.paint).join('\n'));
  return EXIT.conforms;
}
