/** `gotwin explore HISTORY --variant NAME --steer`: the counterexample on real Go, held where the story holds it. */
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULTS, type Fault, goArch, HURRIED } from '../../collector/index.ts';
import {
  compareRun,
  HISTORIES,
  type History,
  isSteerable,
  openRecords,
  replayFile,
  type SteeredResult,
  type SteeredRun,
  sightingsIn,
  steer,
  type Variant,
} from '../../replay/index.ts';
import { type Cell, cellsOf, type Ground, groundSteps, wishOf } from '../cells.ts';
import type { Call } from '../command.ts';
import { makeFolder } from '../folder.ts';
import { UsageError } from '../problem.ts';
import { runSteps, type Step } from '../progress.ts';
import { recordOne } from '../recorder.ts';

/** The text keeps sysmon awake while the world is stopped: without schedtrace it sleeps then, and polls nothing. */
const LAYERS = ['probe', 'text'] as const;
/** A wedge is there for good; emulated, it takes a while until it comes. */
const HANGS_MS = { native: 4000, emulated: 20_000 };

type Steered = NonNullable<ReturnType<typeof steer>>;

/** Throws UsageError where options are given that only steering takes, or that it does not. */
export function checkSteering({ options }: Call, chosen: readonly (readonly [History, Variant])[]): void {
  const { steer: isSteered, runs, go, arch, out, variant } = options;
  if (!isSteered) {
    if ([runs, go, arch, out].every((value) => value === undefined)) return;
    throw new UsageError(
      'steer-options',
      '--runs, --go, --arch and --out are for runs of real Go, and nothing is run',
      'Add --steer, or leave them out.',
    );
  }
  if (variant === undefined)
    throw new UsageError(
      'which-variant',
      'which counterexample is to be steered?',
      `Name its variant: ${steerable()}.`,
    );
  for (const name of ['go', 'arch'] as const)
    if ((options[name]?.length ?? 1) > 1)
      throw new UsageError('one-only', `--steer takes one value of --${name}`, 'Call it once for each.');
  const [history, wanted] = chosen[0] as [History, Variant];
  if (isSteerable(wanted, FAULTS)) return;
  throw new UsageError('not-steerable', whyNot(history, wanted), `Those that can: ${steerable()}.`);
}

function whyNot({ name }: History, variant: Variant): string {
  const what = `${name}, ${variant.name} cannot be steered`;
  if (variant.finds === undefined) return `${what}: nothing goes wrong in it`;
  if (variant.fault === undefined) return `${what}: no seeded fault does the same on real Go`;
  return `${what}: the seeded fault ${variant.fault} waits nowhere, so there is nothing to hold`;
}

function steerable(): string {
  const names = HISTORIES.flatMap(({ name, variants }) => {
    const can = variants.filter((variant) => isSteerable(variant, FAULTS)).map((variant) => variant.name);
    return can.length === 0 ? [] : [`${name} --variant ${can.join('|')}`];
  });
  return names.join(', ');
}

/** Builds the fault, runs it as often as it was asked for, and looks for what the counterexample predicts. */
export async function steerVariant(variant: Variant, call: Call): Promise<SteeredResult> {
  const fault = FAULTS.find(({ name }) => name === variant.fault) as Fault;
  const steered = steer(variant, fault);
  if (steered === undefined || !steered.steering.meets) throw apart(variant, fault);
  const { out, runs = 1, quiet } = call.options;
  if (out !== undefined) await makeFolder(out);
  const wanted = {
    ...call,
    operands: [fault.fixture],
    options: { ...call.options, fault: fault.name, count: runs },
  };
  const wish = await wishOf(wanted);
  const ground: Ground = { toolchains: [], architectures: [], leftOut: [] };
  await runSteps(groundSteps(wish, ground, call.signal), call.terminal, quiet === true);
  const cells = cellsOf(wish, ground);
  const done: Done[] = [];
  const folder = out ?? (await mkdtemp(join(tmpdir(), 'gotwin-steer-')));
  try {
    const steps = cells.map((cell) =>
      runStep({ cell, folder, keep: out !== undefined, steered }, call, done),
    );
    await runSteps(steps, call.terminal, quiet === true);
  } finally {
    if (out === undefined) await leave(folder, call.signal.aborted);
  }
  const { go = '', arch = '', emulated = false } = done[0] ?? {};
  const all = done.map(({ run }) => run);
  return {
    ...steered.steering,
    go,
    arch,
    emulated,
    shown: all.filter(({ shown }) => shown).length,
    runs: all,
  };
}

/** A table of ours that is wrong: the seeded fault waits elsewhere than the story does. */
function apart(variant: Variant, fault: Fault): Error {
  return new Error(
    `the fault ${fault.name} does not wait where the story of ${variant.name} holds its thread`,
  );
}

/** What was interrupted is kept, and was said to be; a folder of nothing is not. */
async function leave(folder: string, isInterrupted: boolean): Promise<void> {
  if (isInterrupted) await rmdir(folder).catch(() => undefined);
  else await rm(folder, { recursive: true, force: true });
}

interface Done {
  readonly run: SteeredRun;
  readonly go: string;
  readonly arch: string;
  readonly emulated: boolean;
}

interface Order {
  readonly cell: Cell;
  readonly folder: string;
  readonly keep: boolean;
  readonly steered: Steered;
}

function runStep(order: Order, call: Call, done: Done[]): Step {
  const { target, toolchain, arch, run } = order.cell;
  return {
    title: `${target.name} ${toolchain.version} ${arch} ${order.steered.steering.fault}, run ${run}`,
    work: async (note) => {
      const result = await runOne(order, call, note);
      done.push(result);
      return result.run.shown ? `${result.run.finding?.rule}, as predicted` : 'not shown';
    },
  };
}

async function runOne(
  { cell, folder, keep, steered: { prediction, steering } }: Order,
  call: Call,
  note: (text: string) => void,
): Promise<Done> {
  const { target, toolchain, arch, file, run } = cell;
  const go = toolchain.version.replace(/^go/, '');
  const order = { target, go, arch, out: join(folder, file), overwrite: true, ladder: HURRIED };
  const options = {
    ...call.options,
    layers: [...LAYERS],
    fault: steering.fault,
    delay: steering.delayUs / 1000,
    timeLimit: arch === goArch() ? HANGS_MS.native : HANGS_MS.emulated,
  };
  const { path, manifest } = await recordOne(order, { ...call, options }, note);
  note('looking for the predicted step');
  const replay = await replayFile(path, { signal: call.signal, drawn: false });
  const listing = await openRecords(path);
  try {
    const sightings = listing === undefined ? [] : await sightingsIn(listing, prediction, call.signal);
    const compared = compareRun(prediction, sightings, replay.divergences);
    const { exit, emulated, probe } = replay;
    const { durationMs } = manifest;
    const facts = { run, file: keep ? path : null, exit, durationMs, records: probe?.records ?? 0 };
    return { run: { ...facts, ...compared }, go: replay.go, arch, emulated };
  } finally {
    await listing?.close();
    if (!keep) await rm(path, { force: true });
  }
}
