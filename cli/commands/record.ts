import { openRecording, type Recorded, record } from '../../collector/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { type Cell, cellsOf, type Ground, groundSteps, isFile, wishOf } from '../cells.ts';
import { bytes, columns, seconds } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../problem.ts';
import { runSteps } from '../progress.ts';
import { checkOptions, recordOne, toolchainOrder, warnOfFault } from '../recorder.ts';
import { archText } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  checkOptions(call);
  refuseMany(call);
  const recorded = await recordTarget(call);
  const recording = await describe(recorded);
  if (call.options.json) await printDocument({ schema: RESULT_SCHEMA, recording }, call);
  else await call.terminal.out.line(linesOf(recording).join('\n'));
  return EXIT.conforms;
}

function refuseMany({ options }: Call): void {
  for (const name of ['go', 'arch'] as const) {
    if ((options[name]?.length ?? 1) === 1) continue;
    throw new UsageError(
      'one-only',
      `record takes one value of --${name}`,
      '`gotwin check` takes many, and records each.',
    );
  }
}

async function recordTarget(call: Call): Promise<Recorded> {
  const wish = await wishOf(call);
  const target = wish.targets[0]!;
  await warnOfFault(wish.targets, call);
  const quiet = call.options.quiet === true;
  if (isFile(target)) {
    const out = call.options.out ?? `${target.name}.gotwin`;
    return await record({ target, goVersion: '', outFile: out, signal: call.signal });
  }
  const ground: Ground = { toolchains: [], architectures: [], leftOut: [] };
  await runSteps(groundSteps(wish, ground, call.signal), call.terminal, quiet);
  return await recordCell(cellsOf(wish, ground)[0]!, call, quiet);
}

async function recordCell(
  { target, toolchain, arch, file }: Cell,
  call: Call,
  quiet: boolean,
): Promise<Recorded> {
  let recorded: Recorded | undefined;
  const order = {
    target,
    ...toolchainOrder(toolchain),
    arch,
    out: call.options.out ?? file,
    overwrite: false,
  };
  const step = {
    title: `${target.name} ${toolchain.version} ${arch}`,
    work: async (note: (text: string) => void) => {
      recorded = await recordOne(order, call, note);
      return `recorded in ${seconds(recorded.manifest.durationMs)}`;
    },
  };
  await runSteps([step], call.terminal, quiet);
  return recorded!;
}

async function describe({ path, manifest }: Recorded) {
  const recording = await openRecording(path);
  try {
    const { program, toolchain, emulated, exit, durationMs } = manifest;
    return {
      file: path,
      program: program.name,
      go: toolchain.version,
      arch: toolchain.goarch,
      emulated,
      exit: { reason: exit.reason, code: exit.code, signal: exit.signal },
      durationMs,
      evidence: recording.evidence.map(({ name, bytes: size }) => ({ name, bytes: size })),
    };
  } finally {
    await recording.close();
  }
}

function linesOf(recording: Awaited<ReturnType<typeof describe>>): string[] {
  const { file, program, go, exit, durationMs, evidence } = recording;
  const end = exit.signal === '' ? `exit ${exit.code}` : exit.signal;
  const how = exit.reason === 'exited' ? end : `${exit.reason}, ${end}`;
  return [
    [program, go, archText(recording), how, seconds(durationMs)]
      .filter((part) => part !== '' && part !== '-')
      .join(', '),
    ...columns(
      evidence.map(({ name, bytes: size }) => [`  ${name}`, bytes(size)]),
      [1],
    ),
    `recording: ${file}`,
  ];
}
