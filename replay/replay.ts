/** Replays one file: its evidence layer by layer, then one verdict. */
import { basename } from 'node:path';
import { canRecord, type Manifest, OS_SAMPLES_ENTRY, PROBE_RECORDS_ENTRY } from '../collector/index.ts';
import { FormatError } from './decode/index.ts';
import { number, ofDamage, ofFinding, ofMismatch } from './divergences.ts';
import { type Evidence, openEvidence, RUNTIME_TEXT, TRACE } from './evidence.ts';
import { coverageOf } from './judge/index.ts';
import { judgeTrace, type TraceReplay } from './judge-trace.ts';
import { judgeLayers, type LayersReplay } from './layers/index.ts';
import { formatOf } from './model/index.ts';
import { readSystem, type System, type SystemLayer, systemSummary } from './os/index.ts';
import { premisesOf } from './premises.ts';
import { judgeProbe, type ProbeReplay } from './probe/index.ts';
import { probeSourceOf } from './probe-source.ts';
import type { Divergence, Layer, Replay, RowCoverage, Timeline } from './result.ts';
import { judgeText, type TextResult } from './text/index.ts';
import { type History, timelineOf } from './timeline.ts';
import type { TimelineWindows } from './timeline-windows.ts';
import { exitText, verdictOf } from './verdict.ts';
import { plural, unplacedText } from './words.ts';

export interface ReplayOptions {
  /** The release whose model judges (`1.10`), where it is not that of the toolchain. */
  readonly model?: string | undefined;
  /** Stops the replay; what is thrown is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Where to put what the timeline merged, for those who zoom into it; it takes time, and is not made otherwise. */
  readonly windows?: Map<Timeline, TimelineWindows> | undefined;
  /** False: the timeline stays empty, for whoever reads no more than verdicts and findings. */
  readonly drawn?: boolean;
}

/**
 * Replays a recording or a bare trace. Deterministic; needs no Go. Damage is a
 * result, not an error: it throws only where nothing can be read at all
 * (FormatError, VersionError for what is no trace, RecordingError, or the file
 * system's own error).
 */
export async function replayFile(file: string, options: ReplayOptions = {}): Promise<Replay> {
  const evidence = await openEvidence(file);
  try {
    const version = options.model ?? evidence.manifest?.toolchain.version ?? '';
    const model = version.replace(/^(?=\d)/, 'go');
    refuseModel(evidence, options.model);
    const watched = await systemLayer(evidence, options.signal);
    const trace = await traceLayer(evidence, model, watched.system, options);
    const text = await textLayer(evidence, model, trace);
    const probe = await probeLayer(evidence, model, options.signal);
    const layers = await bothLayers(evidence, { trace, probe }, options.signal);
    const replay = assemble(evidence, { trace, text, probe, layers, watched }, options);
    if (options.windows !== undefined && trace !== undefined) {
      const { windowsOf } = await import('./timeline-windows.ts');
      options.windows.set(replay.timeline, windowsOf(historyOf(trace), replay.timeline));
    }
    return replay;
  } finally {
    await evidence.close();
  }
}

/** A replay that was asked for by a model that there is not. */
class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code = 'text-alone';
}

/** By a release before Go 1.22 only what was printed can be judged: a verdict in its name would be the nearest model's. */
function refuseModel({ file, has }: Evidence, model: string | undefined): void {
  if (model === undefined || canRecord(model, 'trace')) return;
  const layer = [TRACE, PROBE_RECORDS_ENTRY].find((entry) => has(entry));
  if (layer === undefined) return;
  throw new ModelError(
    `${file} has more than text (${layer}), and of Go ${model} there is a model of its text alone`,
  );
}

/** Undefined where the recording holds no trace, or one without a byte: the program never got so far. */
async function traceLayer(
  evidence: Evidence,
  model: string,
  system: System | undefined,
  { signal, drawn }: ReplayOptions,
): Promise<TraceReplay | undefined> {
  if (!evidence.has(TRACE)) return undefined;
  try {
    return await judgeTrace(() => evidence.read(TRACE), model, { signal, drawn: drawn ?? true, system });
  } catch (error) {
    const neverBegun =
      error instanceof FormatError && error.code === 'empty' && evidence.manifest !== undefined;
    if (neverBegun) return undefined;
    throw error;
  }
}

/** Empty where the system was not watched: elsewhere than on Linux, or where nobody asked for it. */
async function systemLayer(evidence: Evidence, signal?: AbortSignal): Promise<SystemLayer> {
  if (!evidence.has(OS_SAMPLES_ENTRY)) return { system: undefined, notes: [] };
  return await readSystem(evidence.read(OS_SAMPLES_ENTRY), signal);
}

async function textLayer(
  evidence: Evidence,
  model: string,
  trace: TraceReplay | undefined,
): Promise<TextResult | undefined> {
  const { manifest } = evidence;
  if (manifest === undefined || !evidence.has(RUNTIME_TEXT)) return undefined;
  return await judgeText(evidence.read(RUNTIME_TEXT), {
    go: manifest.toolchain.version,
    arch: manifest.toolchain.goarch,
    model,
    premises: premisesOf(manifest),
    repro: '',
    ...(trace === undefined ? {} : { traceFacts: trace.facts }),
  });
}

/** Whether there is a model of what its release does, and not of what it prints alone; a trace says so of itself. */
function isModelled({ toolchain }: Manifest): boolean {
  return canRecord(toolchain.version, 'trace');
}

/** What was read of the text of a release of which nothing else is judged. */
function textAlone(manifest: Manifest | undefined, text: TextResult | undefined): number {
  if (manifest === undefined || isModelled(manifest) || text === undefined) return 0;
  return text.summary.snapshots + text.summary.gcCycles;
}

/** Undefined where package runtime was not probed, or where there is no model of what it said. */
async function probeLayer(
  evidence: Evidence,
  model: string,
  signal?: AbortSignal,
): Promise<ProbeReplay | undefined> {
  const source = probeSourceOf(evidence, model, signal);
  return source === undefined ? undefined : await judgeProbe(source);
}

/** Trace and probe of the same run held against each other; undefined where either is missing. */
async function bothLayers(
  evidence: Evidence,
  { trace, probe }: Pick<Said, 'trace' | 'probe'>,
  signal?: AbortSignal,
): Promise<LayersReplay | undefined> {
  if (trace === undefined || !trace.modelled || probe?.read === undefined) return undefined;
  return await judgeLayers({
    trace: () => evidence.read(TRACE),
    records: () => evidence.read(PROBE_RECORDS_ENTRY),
    ...probe.read,
    release: trace.release,
    signal,
  });
}

/** What each layer of the evidence said, where there is that layer. */
interface Said {
  readonly trace: TraceReplay | undefined;
  readonly text: TextResult | undefined;
  readonly probe: ProbeReplay | undefined;
  readonly layers: LayersReplay | undefined;
  readonly watched: SystemLayer;
}

function assemble(evidence: Evidence, said: Said, { model, drawn: isDrawn = true }: ReplayOptions): Replay {
  const { file, manifest } = evidence;
  const { trace, text, probe, layers } = said;
  const { system } = said.watched;
  const divergences = divergencesOf(evidence, said, model);
  const coverage = coverageOf(
    [
      ...(trace?.judge.tally.rows() ?? []),
      ...(text?.rows ?? []),
      ...(probe?.rows ?? []),
      ...(layers?.rows ?? []),
      ...(trace?.systemJudge?.rows() ?? []),
    ],
    promisesOf(manifest),
  );
  const events = trace?.events ?? 0;
  const printed = textAlone(manifest, text);
  const modelled = trace?.modelled ?? (manifest === undefined || isModelled(manifest) || printed > 0);
  const lost = lossOf(evidence, said);
  const [verdict, why] = verdictOf({
    events,
    records: probe?.records ?? 0,
    printed,
    model,
    modelled,
    divergences,
    lost,
    coverage,
    manifest,
    died: text?.summary.died,
  });
  return {
    file: basename(file),
    program: manifest?.program.name ?? basename(file),
    go: manifest?.toolchain.version ?? (trace === undefined ? '' : `go1.${trace.version}`),
    arch: manifest?.toolchain.goarch ?? '',
    emulated: manifest?.emulated ?? false,
    ...(manifest?.fault === undefined ? {} : { fault: manifest.fault }),
    ...(manifest?.toolchain.tree === undefined ? {} : { tree: manifest.toolchain.tree }),
    layers: layersOf(said),
    events,
    generations: trace?.generations ?? 0,
    counts: events === 0 && probe !== undefined ? probe.counts : countsOf(trace),
    duration: trace === undefined || events === 0 ? (probe?.duration ?? 0) : trace.end - trace.start,
    lost,
    verdict,
    why,
    exit: exitText(manifest),
    divergences: verdict === 'malformed' ? divergences : withDamageLast(divergences),
    suspicions: [...(trace?.judge.findings.suspicions ?? [])],
    coverage,
    ...(text === undefined ? {} : { text: text.summary }),
    ...(probe === undefined ? {} : { probe: summaryOf(probe) }),
    ...(layers === undefined ? {} : { compared: layers.summary }),
    ...(system === undefined ? {} : { os: systemSummary(system, manifest?.emulated ?? false) }),
    timeline: isDrawn ? drawn(trace, divergences) : EMPTY,
  };
}

/** A manifest that names another release than the trace itself is not this trace's. */
function ofManifest(manifest: Manifest | undefined, trace: TraceReplay | undefined) {
  const version = manifest?.toolchain.version ?? '';
  const format = formatOf(version);
  if (trace === undefined || version === '' || format === undefined || format === trace.version) return [];
  return [ofMismatch(version, trace.version)];
}

/** Damage first: whatever else is found may follow from it. Then the layer that sees most. */
function divergencesOf(
  { file, manifest }: Evidence,
  { trace, text, probe, layers }: Said,
  model: string | undefined,
): Divergence[] {
  const damages = [...ofManifest(manifest, trace), ...(trace?.damages ?? []).map(ofDamage)];
  const findings = (trace?.judge.findings.found ?? []).map((finding, i) =>
    ofFinding(finding, trace?.slices[i] ?? []),
  );
  const probed = probe?.divergences ?? [];
  return number(
    [
      ...damages,
      ...probed.filter((each) => each.class === 'malformed'),
      ...probed.filter((each) => each.class !== 'malformed'),
      ...findings,
      ...(layers?.divergences ?? []),
      ...(trace?.systemJudge?.divergences ?? []),
      ...(text?.divergences ?? []),
    ],
    file,
    model,
  );
}

/** Where the verdict is another one, what is malformed is only how the program ended. */
function withDamageLast(divergences: readonly Divergence[]): Divergence[] {
  const isDamage = (each: Divergence): boolean => each.class === 'malformed';
  return [...divergences.filter((each) => !isDamage(each)), ...divergences.filter(isDamage)];
}

function summaryOf({ records, mode, beyond, torn, kinds, died }: ProbeReplay): Replay['probe'] {
  return { records, mode, beyond, torn, kinds, ...(died === undefined ? {} : { died }) };
}

function layersOf({ trace, text, probe, watched: { system } }: Said): Layer[] {
  const layers: Layer[] = [];
  if (trace !== undefined) layers.push('trace');
  if (text?.rows.some((row: RowCoverage) => row.count > 0)) layers.push('text');
  if (probe !== undefined && probe.records > 0) layers.push('probe');
  if (system !== undefined && system.samples.length > 0) layers.push('os');
  return layers;
}

function promisesOf(manifest: Manifest | undefined) {
  return (manifest?.program.promises ?? []).map(({ row, facet, atLeast }) => ({
    row,
    atLeast,
    facet: facet === '' ? undefined : facet,
  }));
}

function lossOf({ manifest, sealed }: Evidence, { trace, probe, layers, watched }: Said): Replay['lost'] {
  const damages = trace?.damages ?? [];
  const unplaced = trace?.unplaced ?? 0;
  const uncounted =
    (trace?.judge.findings.beyond ?? 0) +
    (probe?.uncounted ?? 0) +
    (layers?.uncounted ?? 0) +
    (trace?.systemJudge?.uncounted ?? 0);
  const ofRun = manifest?.lost ?? [];
  const notes = [
    ...damages.map((damage) => damage.message),
    ...(unplaced > 0
      ? [`${unplacedText(unplaced, damages)} ${unplaced === 1 ? 'has' : 'have'} no certain place`]
      : []),
    ...(trace === undefined || trace.exact || !trace.modelled
      ? []
      : [`judged as ${trace.release}: ${manifest?.toolchain.version} is not modelled`]),
    ...(uncounted > 0 ? [`${uncounted} further findings were counted and not kept`] : []),
    ...(probe === undefined ? [] : probeNotes(probe)),
    ...watched.notes,
    ...ofRun.map(({ what, bytes }) => (bytes > 0 ? `${what} (${bytes} bytes)` : what)),
    ...(sealed ? [] : ['the collector did not finish this recording']),
  ];
  return {
    bytes: sum(damages.map((damage) => damage.lostBytes)),
    events: sum(damages.map((damage) => damage.lostEvents)) + unplaced + (probe?.torn ?? 0),
    notes,
  };
}

/** A window that was full is no loss: `probe.beyond` says what lay outside of it. */
function probeNotes({ torn, unjudged, damages }: ProbeReplay): string[] {
  const whose = torn === 1 ? 'its' : 'their';
  return [
    ...damages.map((damage) => damage.message),
    ...(torn > 0 ? [`${plural(torn, 'record')} of probes not written to ${whose} end`] : []),
    ...(unjudged > 0 ? [`${plural(unjudged, 'record')} of Ps beyond the last that is judged`] : []),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function countsOf(trace: TraceReplay | undefined): Replay['counts'] {
  if (trace === undefined) return { goroutines: 0, procs: 0, threads: 0 };
  const { goroutines, procs, threads } = trace.judge.world;
  // What the runtime writes without an M has a place among the threads, and is none.
  const none = threads.find(-1) < 0 ? 0 : 1;
  return { goroutines: goroutines.seen, procs: procs.seen, threads: threads.seen - none };
}

const EMPTY: Timeline = { start: 0, end: 0, resolution: 1, lanes: [] };

function drawn(trace: TraceReplay | undefined, divergences: readonly Divergence[]): Replay['timeline'] {
  if (trace === undefined || trace.events === 0) return EMPTY;
  const wanted = divergences
    .filter(({ subject }) => subject.kind === 'goroutine')
    .map(({ subject }) => Number(subject.id));
  return timelineOf(historyOf(trace), new Set(wanted));
}

function historyOf({ start, end, judge: { changes, world } }: TraceReplay): History {
  // Copies: what is asked of the changes may make the kernel's memory grow, and a view of it is empty then.
  return {
    start,
    end,
    goroutines: { ids: world.goroutines.ids.slice(), changes: changes.goroutines },
    procs: { ids: world.procs.ids.slice(), changes: changes.procs },
    threads: { ids: world.threads.ids.slice(), changes: changes.threads },
    gc: changes.gc,
    stw: changes.stw,
  };
}
