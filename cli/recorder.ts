import {
  probeKinds as allProbeKinds,
  FAULTS,
  findFault,
  isTree,
  LINK_FAULTS,
  type ProgramTarget,
  type Progress,
  type Recorded,
  type RecordOptions,
  type Rung,
  record,
  type SeededFault,
  type Target,
  type Toolchain,
} from '../collector/index.ts';
import type { Fixture } from '../go-fixtures/index.ts';
import type { Call } from './command.ts';
import { InterruptError } from './interrupt.ts';
import type { OptionValues } from './options.ts';
import { UsageError } from './problem.ts';
import { goDuration, settingsText } from './values.ts';

/** What to record, and where. */
export interface Order {
  readonly target: ProgramTarget;
  /** Release or patch level, without `go`. */
  readonly go: string;
  /** Of a tree of the user's own. */
  readonly goroot?: string | undefined;
  readonly arch: string;
  readonly out: string;
  readonly overwrite: boolean;
  /** How a program that hangs is ended; patiently if not given. */
  readonly ladder?: readonly Rung[];
}

/**
 * Records one run as a call's options ask for it. A run that was interrupted is
 * kept too, and the interrupt is thrown on with its path.
 */
export async function recordOne(order: Order, call: Call, note: (text: string) => void): Promise<Recorded> {
  const recorded = await record({
    target: order.target,
    goVersion: order.go,
    goroot: order.goroot,
    arch: order.arch,
    outFile: order.out,
    overwrite: order.overwrite,
    ladder: order.ladder,
    signal: call.signal,
    onProgress: (progress) => tellProgress(progress, call, note),
    ...settingsFor(order.target, call),
  });
  if (call.signal.aborted) {
    if (call.signal.reason instanceof InterruptError) call.signal.reason.kept.push(recorded.path);
    call.signal.throwIfAborted();
  }
  await warnOfHang(order, recorded, call);
  return recorded;
}

async function warnOfHang({ target }: Order, { path, manifest }: Recorded, call: Call): Promise<void> {
  const { reason, ladder } = manifest.exit;
  // With a fault in the runtime a hang is no surprise, and -d no cure.
  if (reason !== 'time-limit' || manifest.fault !== undefined) return;
  const dump = ladder.includes('SIGQUIT') ? ' Its goroutine dump is in the recording.' : '';
  await call.terminal.err.line(
    `warning: ${target.name} did not end within its time limit and was stopped by ${ladder.join(', ')} (${path}).${dump}\n` +
      '  If it is meant to run until it is stopped, say for how long with -d; otherwise it hangs.',
  );
}

/** Warnings stay on the screen; the phases only pass. */
export function tellProgress(
  { phase, message }: Progress,
  { terminal }: Call,
  note: (text: string) => void,
): void {
  if (phase === 'warning') void terminal.err.line(`warning: ${message}`);
  else note(phase);
}

type Settings = Pick<
  RecordOptions,
  'args' | 'timeLimitMs' | 'stopAfterMs' | 'godebug' | 'layers' | 'probe' | 'fault'
>;

/** How the options of a call apply to one target. */
export function settingsFor(
  target: ProgramTarget,
  { options, programArgs }: Pick<Call, 'options' | 'programArgs'>,
): Settings {
  const settings: { -readonly [K in keyof Settings]: Settings[K] } = {};
  const args = programArgs.length > 0 ? programArgs : argsForDuration(target.fixture, options.duration);
  if (args !== undefined) settings.args = args;
  if (options.timeLimit !== undefined) settings.timeLimitMs = options.timeLimit;
  if (options.duration !== undefined && target.fixture === undefined) settings.stopAfterMs = options.duration;
  const layers = layersOf(options);
  if (layers !== undefined) settings.layers = layers;
  const { probeMode: mode, probeKinds: kinds, probeWindow: window } = options;
  if (layers?.includes('probe')) settings.probe = { mode, kinds, window };
  if (options.fault !== undefined) settings.fault = seeded(options.fault, options.delay);
  const godebug = godebugFor(options);
  if (godebug !== '') settings.godebug = godebug;
  return settings;
}

/** A fault shows itself in what the probe records, and hardly anywhere else. */
function layersOf({ layers, fault }: OptionValues): RecordOptions['layers'] {
  return layers ?? (fault === undefined ? undefined : ['trace', 'text', 'probe', 'os']);
}

/** Says what a call with a fault may be disappointed by. */
export async function warnOfFault(targets: readonly Target[], { options, terminal }: Call): Promise<void> {
  for (const warning of faultWarnings(targets, options)) await terminal.err.line(`warning: ${warning}`);
}

export function faultWarnings(targets: readonly Target[], { fault: name, layers }: OptionValues): string[] {
  const fault = FAULTS.find((row) => row.name === name);
  if (fault === undefined) return [];
  const others = targets.filter((target) => target.kind !== 'fixture' || target.name !== fault.fixture);
  return [
    ...(layers === undefined || layers.includes('probe')
      ? []
      : [`${fault.name} shows itself in the layer probe, which is not recorded: add it to --layers`]),
    ...others.map(
      ({ name: other }) => `${fault.name} was tried on ${fault.fixture}; ${other} may never come by it`,
    ),
  ];
}

function seeded(name: string, delay: number | undefined): SeededFault {
  return delay === undefined ? { name } : { name, delayUs: Math.round(delay * 1000) };
}

/** A fixture that works for a time says so by `-d` in its own arguments; others end when they are done. */
function argsForDuration(fixture: Fixture | undefined, duration: number | undefined): string[] | undefined {
  const own = fixture?.manifest.args ?? [];
  const at = own.indexOf('-d');
  if (duration === undefined || at < 0) return undefined;
  return own.with(at + 1, goDuration(duration));
}

/** What switches the text layer off again, which the collector has on. */
const NO_TEXT = { schedtrace: '0', scheddetail: '0', gctrace: '0' };

function godebugFor({ layers, godebug }: OptionValues): string {
  return settingsText({ ...(layers === undefined || layers.includes('text') ? {} : NO_TEXT), ...godebug });
}

/** Refuses what the options cannot mean together, before anything takes time. */
export function checkOptions({ options }: Pick<Call, 'options'>): void {
  refuseTwoToolchains(options);
  refuseLinkFault(options.fault);
  if (options.fault !== undefined) findFault(seeded(options.fault, options.delay));
  else if (options.delay !== undefined) {
    throw new UsageError(
      'delay',
      '--delay is for a seeded fault',
      'Name one with --fault, or leave --delay out.',
    );
  }
  const { layers, probeMode, probeKinds, probeWindow } = options;
  if (layers !== undefined && !layers.includes('trace') && !layers.includes('probe')) {
    throw new UsageError(
      'layers',
      'without trace and probe there is too little to judge',
      'Write --layers trace,text or --layers probe,text.',
    );
  }
  refuseUnknownKinds(probeKinds ?? []);
  const probed = probeMode !== undefined || probeKinds !== undefined || probeWindow !== undefined;
  if (probed && !layersOf(options)?.includes('probe')) {
    throw new UsageError(
      'layers',
      '--probe-mode, --probe-kinds and --probe-window are about the layer probe, which is not recorded',
      'Add --layers probe,trace,text.',
    );
  }
}

function refuseTwoToolchains({ go, goroot }: OptionValues): void {
  if (go === undefined || goroot === undefined) return;
  throw new UsageError(
    'two-toolchains',
    '--go and --goroot both say what to build with',
    'Leave one of them out; to compare a tree with a release, check each into a report of its own, and `gotwin diff` the two.',
  );
}

/** What an order says of a toolchain: a release by its version, a tree by where it lies. */
export function toolchainOrder(toolchain: Toolchain): Pick<Order, 'go' | 'goroot'> {
  const go = toolchain.version.replace(/^go/, '');
  return isTree(toolchain) ? { go, goroot: toolchain.goroot } : { go };
}

/** A program that does not link cannot be run. */
function refuseLinkFault(name: string | undefined): void {
  if (!LINK_FAULTS.some((row) => row.name === name)) return;
  throw new UsageError(
    'link-fault',
    `with the fault ${name} no program links, so there is nothing to run`,
    `gotwin nosplit hello --fault ${name} shows what the linker and the model say of it.`,
  );
}

function refuseUnknownKinds(wanted: readonly string[]): void {
  const rows = allProbeKinds();
  const unknown = wanted.find((name) => !rows.some(({ kind, group }) => name === kind || name === group));
  if (unknown === undefined) return;
  const groups = [...new Set(rows.map(({ group }) => group))];
  throw new UsageError(
    'probe-kinds',
    `the probe has no records of kind ${JSON.stringify(unknown)}`,
    `Groups of kinds: ${groups.join(', ')}; the kinds are in docs/probe.md.`,
  );
}
