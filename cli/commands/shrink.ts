import { basename, dirname, extname, join } from 'node:path';
import { BUILD_ENTRY, RecordingWriter, refuseIfThere, TRACE_ENTRY } from '../../collector/index.ts';
import {
  type Divergence,
  readWholeTrace,
  type Shrunk,
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

export async function run(call: Call): Promise<number> {
  const [path = ''] = call.operands;
  const out = call.options.out ?? smallName(path);
  await refuseIfThere(out);
  const { signature } = await wanted(path, call);
  const whole = await readWholeTrace(path);
  const shrunk = await shrinkTrace(whole.bytes, whole.go, signature, call.signal);
  if (shrunk === undefined || shrunk.kept === shrunk.of) throw cannotShrink(path, signature, shrunk);
  await write(out, shrunk, whole, call);
  const sizes = { kept: shrunk.trace.length, of: whole.bytes.length };
  const generations = { kept: shrunk.kept, of: shrunk.of };
  if (call.options.json)
    await printDocument({ schema: RESULT_SCHEMA, file: out, signature, generations, bytes: sizes }, call);
  else
    await call.terminal.out.line(
      `${signature} in ${count(shrunk.kept)} of ${count(shrunk.of)} generations, ${bytes(sizes.kept)} of ${bytes(sizes.of)}: ${out}`,
    );
  return EXIT.conforms;
}

/** `netguy-small.gotwin` beside `netguy.gotwin`. */
function smallName(path: string): string {
  const whole = path.replace(/\.part\/?$/, '');
  const extension = extname(whole);
  return join(dirname(whole), `${basename(whole, extension)}-small${extension}`);
}

/** The divergence to keep: the one that was asked for, or the first that the trace alone shows. */
async function wanted(path: string, call: Call): Promise<Divergence> {
  const outcome = await replayFiles([path], call);
  await tellProblems(outcome, call);
  const { replay } = chooseDivergences(outcome, call.options.divergence).judged[0]!;
  const found = replay.divergences.find(({ layers }) => layers.length === 1 && layers[0] === 'trace');
  if (found !== undefined) return found;
  const [first] = replay.divergences;
  throw new UsageError(
    'nothing-to-shrink',
    first === undefined
      ? `there is no finding in ${path}`
      : `${first.signature} rests on ${first.layers.join(' and ')}, and only traces can be cut`,
    first === undefined
      ? 'There is nothing to keep of it.'
      : 'Keep the whole recording: `gotwin repro` shows the finding again.',
  );
}

function cannotShrink(path: string, signature: string, shrunk: Shrunk | undefined): UsageError {
  return new UsageError(
    'cannot-shrink',
    shrunk === undefined
      ? `${signature} is not in the trace of ${path} alone`
      : `${signature} needs ${shrunk.of === 1 ? 'the only generation' : `all ${count(shrunk.of)} generations`} of ${path}`,
    'Keep it whole: `gotwin repro` shows the finding again.',
  );
}

async function write(
  out: string,
  shrunk: Shrunk,
  { bytes: all, manifest }: WholeTrace,
  call: Call,
): Promise<void> {
  if (manifest === undefined) return await writeTogether([[out, shrunk.trace]], call.signal);
  const what = `trace: generations other than ${shrunk.first} to ${shrunk.last}, cut away by gotwin shrink`;
  const lost = [...manifest.lost, { what, bytes: all.length - shrunk.trace.length }];
  const program = { ...manifest.program, promises: [] };
  const writer = await RecordingWriter.create(out, { ...manifest, program, lost, layers: ['trace'] });
  await writer.writeEntry(TRACE_ENTRY, shrunk.trace);
  await writer.writeEntry(BUILD_ENTRY, `cut by gotwin shrink from a recording of ${manifest.program.name}\n`);
  await writer.seal();
}
