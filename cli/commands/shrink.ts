import { basename, dirname, extname, join } from 'node:path';
import {
  BUILD_ENTRY,
  type Manifest,
  PROBE_FUNCTIONS_ENTRY,
  PROBE_RECORDS_ENTRY,
  RECORD_BYTES,
  RecordingWriter,
  refuseIfThere,
  TRACE_ENTRY,
} from '../../collector/index.ts';
import {
  type Divergence,
  type Layer,
  readWholeTrace,
  type Shrunk,
  shrinkProbe,
  shrinkTrace,
  type WholeTrace,
} from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { writeTogether } from '../../reports/index.ts';
import { bytes, count } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { chooseDivergences, replayFiles, tellProblems } from '../files.ts';
import { UsageError } from '../problem.ts';
import type { ShrinkDocument } from '../result-document.ts';

export async function run(call: Call): Promise<number> {
  const [path = ''] = call.operands;
  const out = call.options.out ?? smallName(path);
  await refuseIfThere(out);
  const divergence = await wanted(path, call);
  const done = restsOn(divergence, 'probe')
    ? await ofRecords(path, out, divergence, call)
    : await ofTrace(path, out, divergence, call);
  const { signature } = divergence;
  if (call.options.json) await printDocument({ schema: RESULT_SCHEMA, file: out, signature, ...done }, call);
  else await call.terminal.out.line(`${signature} in ${doneText(done)}: ${out}`);
  return EXIT.conforms;
}

/** What was kept, and what there was. */
type Done = Omit<ShrinkDocument, 'schema' | 'file' | 'signature'>;

function doneText({ generations, records, bytes: sizes }: Done): string {
  const [unit, { kept, of }] =
    generations === undefined
      ? ['records', records as NonNullable<Done['records']>]
      : ['generations', generations];
  return `${count(kept)} of ${count(of)} ${unit}, ${bytes(sizes.kept)} of ${bytes(sizes.of)}`;
}

async function ofTrace(path: string, out: string, { signature }: Divergence, call: Call): Promise<Done> {
  const whole = await readWholeTrace(path);
  const shrunk = await shrinkTrace(whole.bytes, whole.go, signature, call.signal);
  if (shrunk === undefined) throw cannotShrink(`${signature} is not in the trace of ${path} alone`);
  if (shrunk.kept === shrunk.of) {
    const all = shrunk.of === 1 ? 'the only generation' : `all ${count(shrunk.of)} generations`;
    throw cannotShrink(`${signature} needs ${all} of ${path}`);
  }
  await write(out, shrunk, whole, call);
  return {
    generations: { kept: shrunk.kept, of: shrunk.of },
    bytes: { kept: shrunk.trace.length, of: whole.bytes.length },
  };
}

async function ofRecords(path: string, out: string, divergence: Divergence, call: Call): Promise<Done> {
  const shrunk = await shrinkProbe(path, divergence, call.signal);
  if (shrunk === undefined) throw cannotShrink(`${divergence.signature} needs all records of ${path}`);
  const { records, first, kept, of, functions, manifest } = shrunk;
  const cut = (of - kept) * RECORD_BYTES;
  const what = `probe/records: records before ${first} and from ${first + kept} on, cut away by gotwin shrink`;
  const writer = await small(out, manifest, 'probe', { what, bytes: cut });
  await writer.writeEntry(PROBE_RECORDS_ENTRY, records);
  if (functions !== undefined) await writer.writeEntry(PROBE_FUNCTIONS_ENTRY, functions);
  await writer.seal();
  return { records: { kept, of }, bytes: { kept: kept * RECORD_BYTES, of: of * RECORD_BYTES } };
}

/** `netguy-small.gotwin` beside `netguy.gotwin`. */
function smallName(path: string): string {
  const whole = path.replace(/\.part\/?$/, '');
  const extension = extname(whole);
  return join(dirname(whole), `${basename(whole, extension)}-small${extension}`);
}

function restsOn({ layers }: Divergence, layer: Layer): boolean {
  return layers.length === 1 && layers[0] === layer;
}

/** The divergence to keep: the one that was asked for, or the first that the trace or the probe alone shows. */
async function wanted(path: string, call: Call): Promise<Divergence> {
  const outcome = await replayFiles([path], call);
  await tellProblems(outcome, call);
  const { replay } = chooseDivergences(outcome, call.options.divergence).judged[0]!;
  const found = replay.divergences.find((each) => restsOn(each, 'trace') || restsOn(each, 'probe'));
  if (found !== undefined) return found;
  const [first] = replay.divergences;
  throw new UsageError(
    'nothing-to-shrink',
    first === undefined
      ? `there is no finding in ${path}`
      : `${first.signature} rests on ${first.layers.join(' and ')}, and only a trace, or the records of a probe, can be cut`,
    first === undefined
      ? 'There is nothing to keep of it.'
      : 'Keep the whole recording: `gotwin repro` shows the finding again.',
  );
}

function cannotShrink(why: string): UsageError {
  return new UsageError('cannot-shrink', why, 'Keep it whole: `gotwin repro` shows the finding again.');
}

async function write(
  out: string,
  shrunk: Shrunk,
  { bytes: all, manifest }: WholeTrace,
  call: Call,
): Promise<void> {
  if (manifest === undefined) return await writeTogether([[out, shrunk.trace]], call.signal);
  const what = `trace: generations other than ${shrunk.first} to ${shrunk.last}, cut away by gotwin shrink`;
  const writer = await small(out, manifest, 'trace', { what, bytes: all.length - shrunk.trace.length });
  await writer.writeEntry(TRACE_ENTRY, shrunk.trace);
  await writer.seal();
}

/** A recording of one layer, which says what of it was cut away. */
async function small(
  out: string,
  manifest: Manifest,
  layer: 'trace' | 'probe',
  lost: Manifest['lost'][number],
): Promise<RecordingWriter> {
  const program = { ...manifest.program, promises: [] };
  const all = { ...manifest, program, lost: [...manifest.lost, lost], layers: [layer] };
  const writer = await RecordingWriter.create(out, all);
  await writer.writeEntry(BUILD_ENTRY, `cut by gotwin shrink from a recording of ${manifest.program.name}\n`);
  return writer;
}
