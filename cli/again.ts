/** A run once more: the same program, toolchain, architecture, settings and fault, as a recording says that it was run. */
import {
  DEFAULT_GODEBUG,
  findFault,
  GO_SETTINGS,
  type Manifest,
  openRecording,
  PROBE_RECORDS_ENTRY,
  PROBE_WINDOWS,
  type ProbeOptions,
  probeKinds,
  RECORDED_LAYERS,
  type Recording,
  type RecordOptions,
  type SeededFault,
} from '../collector/index.ts';
import { readProbeHeader } from '../replay/index.ts';
import { UsageError } from './problem.ts';

/** All that a run is asked for, but where it is kept. */
export type Again = Omit<RecordOptions, 'outFile'> & { readonly target: string };

/** Throws a UsageError for what Gotwin did not run. */
export async function runAgain(path: string): Promise<{ manifest: Manifest; again: Again }> {
  const recording = await openRecording(path).catch((error) => {
    throw error?.code === 'not-a-recording' ? notRun(path) : error;
  });
  try {
    const { manifest } = recording;
    if (manifest.program.kind === 'trace') throw notRun(path);
    return { manifest, again: { ...orderIn(manifest), probe: await probeOptions(recording) } };
  } finally {
    await recording.close();
  }
}

function notRun(path: string): UsageError {
  return new UsageError(
    'not-run',
    `${path} is a trace that Gotwin did not record: it does not say what was run, so it cannot be run again`,
    'Leave --rerun out, or record the program with `gotwin record`.',
  );
}

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
    layers: RECORDED_LAYERS.filter((layer) => layers.includes(layer)),
    stopAfterMs: exit.reason === 'stopped' ? durationMs : undefined,
    fault: fault && seeded(fault),
  };
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
  const rows = probeKinds();
  const recorded = rows.filter(({ number }) => ((mask[number >> 5] ?? 0) >>> (number & 31)) & 1);
  const all = recorded.length === rows.length;
  return {
    mode,
    window: capacity === PROBE_WINDOWS[mode] ? undefined : capacity,
    kinds: all ? undefined : recorded.map(({ kind }) => kind),
  };
}
