/** A run once more: the same program, toolchain, architecture, settings and fault, as a recording says that it was run. */
import {
  DEFAULT_GODEBUG,
  findFault,
  GO_SETTINGS,
  type Manifest,
  openRecording,
  openTree,
  PROBE_RECORDS_ENTRY,
  PROBE_WINDOWS,
  type ProbeOptions,
  probeKinds,
  RECORDED_LAYERS,
  type Recording,
  type RecordOptions,
  resolveTarget,
  type SeededFault,
} from '../collector/index.ts';
import { readProbeHeader } from '../replay/index.ts';
import { UsageError } from './problem.ts';
import { quoted } from './verdict-text.ts';

/** All that a run is asked for, but where it is kept. */
export type Again = Omit<RecordOptions, 'outFile'> & { readonly target: string };

export interface Rerunnable {
  readonly manifest: Manifest;
  readonly again: Again;
  /** What is about to be built and run, and how, for a person who may not have made the recording. */
  readonly what: string;
}

/**
 * `goroot` is the Go tree of the user's own, which what was built with one needs. It is never taken from the recording,
 * which may come from anybody: its commands are run.
 * Throws a UsageError for what Gotwin did not run, and where its program or its tree is another one here.
 */
export async function runAgain(path: string, goroot?: string): Promise<Rerunnable> {
  const recording = await openRecording(path).catch((error) => {
    throw error?.code === 'not-a-recording' ? notRun(path) : error;
  });
  try {
    const { manifest } = recording;
    if (manifest.program.kind === 'trace') throw notRun(path);
    const tree = await treeFor(path, manifest, goroot);
    const again = { ...orderIn(manifest), goroot, probe: await probeOptions(recording) };
    return { manifest, again, what: [await whatRuns(manifest, again), ...tree].join(', ') };
  } finally {
    await recording.close();
  }
}

/** What a person should know of the tree that is used again. */
async function treeFor(path: string, { toolchain }: Manifest, goroot: string | undefined): Promise<string[]> {
  if (toolchain.tree === undefined && goroot === undefined) return [];
  if (goroot === undefined)
    throw new UsageError(
      'needs-a-tree',
      `${path} was recorded with a Go tree of its user's own, ${treeWords(toolchain)}`,
      'Name that tree: --goroot DIR.',
    );
  if (toolchain.tree === undefined)
    throw new UsageError(
      'needs-no-tree',
      `${path} was recorded with ${toolchain.version} as released`,
      'Leave --goroot out; `gotwin check TARGET --goroot DIR` runs the program with a tree.',
    );
  const { tree } = await openTree(goroot);
  const same = tree.runtimeHash === toolchain.tree.runtimeHash;
  return [`the Go tree ${goroot}${same ? '' : ', whose runtime is another than was recorded'}`];
}

function treeWords({ version, tree }: Manifest['toolchain']): string {
  return tree?.changed.length ? `${version} changed in ${tree.changed.join(', ')}` : version;
}

function notRun(path: string): UsageError {
  return new UsageError(
    'not-run',
    `${path} is a trace that Gotwin did not record: it does not say what was run, so it cannot be run again`,
    'Leave --rerun out, or record the program with `gotwin record`.',
  );
}

/** A path means another program in another folder. */
async function whatRuns({ program }: Manifest, { args, env, godebug, fault }: Again): Promise<string> {
  const { name, kind, target } = program;
  if (args?.some((arg) => arg.includes('\0')) || (args?.join('').length ?? 0) > MAX_ARGS)
    throw new UsageError(
      'arguments',
      'its arguments are none that a program can be given',
      'Run the program yourself.',
    );
  const here = await resolveTarget(target, { test: kind === 'test' });
  if (here.kind !== kind || here.name !== name)
    throw new UsageError(
      'another-program',
      `it was recorded of the ${kind} ${name}, and from here ${JSON.stringify(target)} is the ${here.kind} ${here.name}`,
      'Go to the folder in which it was recorded.',
    );
  const settings = { ...env, ...(godebug ? { GODEBUG: godebug } : {}) };
  return [
    `${kind} ${name}${'dir' in here && kind !== 'fixture' ? ` in ${here.dir}` : ''}`,
    ...(args === undefined || args.length === 0 ? [] : [`arguments ${args.map(quoted).join(' ')}`]),
    ...Object.entries(settings).map(([setting, value]) => `${setting}=${value}`),
    ...(fault === undefined ? [] : [`fault ${fault.name}`]),
  ].join(', ');
}

/** Bytes; what Linux takes for one argument. */
const MAX_ARGS = 1 << 17;
/** Records: 12 GiB. A header may say anything. */
const MAX_WINDOW = 1 << 28;

function orderIn({ program, toolchain, env, layers, exit, durationMs, fault }: Manifest): Again {
  return {
    target: program.target,
    test: program.kind === 'test',
    // A fixture that was given no arguments of the user's has promised something, and shall keep it again.
    args: program.promises.length > 0 ? undefined : program.args,
    goVersion: toolchain.version.replace(/^go/, ''),
    arch: toolchain.goarch,
    // A recording may come from anybody: nothing that it says may load code into a program (LD_PRELOAD).
    env: Object.fromEntries(Object.entries(env).filter(([name]) => GO_SETTINGS.includes(name))),
    godebug: withoutDefaults(env.GODEBUG ?? ''),
    // A layer that stayed empty is not in the manifest, and without these two a run shows next to nothing.
    layers: RECORDED_LAYERS.filter(
      (layer) => layers.includes(layer) || (layer === 'trace' && !layers.includes('probe')),
    ),
    ...limitsIn(exit.reason, durationMs),
    fault: fault && seeded(fault),
  };
}

/** A program that was stopped on purpose runs as long again, which is not to be taken for a hang. */
function limitsIn(
  reason: Manifest['exit']['reason'],
  durationMs: number,
): Pick<Again, 'stopAfterMs' | 'timeLimitMs'> {
  return reason === 'stopped' ? { stopAfterMs: durationMs, timeLimitMs: durationMs + 60_000 } : {};
}

/** A fault's own delay is not named: most take none. */
function seeded({ name, delayUs }: NonNullable<Manifest['fault']>): SeededFault {
  return delayUs === findFault({ name }).delayUs ? { name } : { name, delayUs };
}

/** The collector adds its own settings to whatever it is given. */
function withoutDefaults(godebug: string): string {
  const own = DEFAULT_GODEBUG.split(',');
  return godebug
    .split(',')
    .filter((setting) => !own.includes(setting))
    .join(',');
}

/** What the probe was told, which its file says and the manifest does not; undefined where there is none. */
async function probeOptions(recording: Recording): Promise<ProbeOptions | undefined> {
  if (!recording.has(PROBE_RECORDS_ENTRY)) return undefined;
  const header = await readProbeHeader(recording.read(PROBE_RECORDS_ENTRY));
  if ('code' in header) return undefined;
  const { mode, capacity, mask } = header;
  if (capacity > MAX_WINDOW)
    throw new UsageError(
      'window',
      `its probe had room for ${capacity} records, which is not to be had`,
      'Record it again with --probe-window.',
    );
  const rows = probeKinds();
  const recorded = rows.filter(({ number }) => ((mask[number >> 5] ?? 0) >>> (number & 31)) & 1);
  const all = recorded.length === rows.length;
  return {
    mode,
    window: capacity === PROBE_WINDOWS[mode] ? undefined : capacity,
    kinds: all ? undefined : recorded.map(({ kind }) => kind),
  };
}
