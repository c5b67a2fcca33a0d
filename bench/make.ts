/** Makes a trace of a wanted length, in a wanted number of generations, by trying. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Shape, shapeOf, skewFile } from './framing.ts';
import { CACHE, type Programs } from './programs.ts';
import type { TraceSpec } from './traces.ts';

export interface MadeTrace extends Shape {
  readonly spec: TraceSpec;
  readonly path: string;
}

/** Since Go 1.22 a tick of the trace's clock is 64 ns wherever the system's clock is that fine. */
const TICKS_PER_MS = 1e6 / 64;
const ATTEMPTS = 6;
/** A short attempt says little about a trace that is longer by more than this. */
const LARGEST_STEP = 20;
/** The runtime keeps the setting in 32 bits, and ignores what does not fit. */
const LONGEST_PERIOD = 2 ** 31 - 1;

/** What a workload is told. */
export interface Setting {
  readonly units: number;
  /** Nanoseconds after which the runtime begins a new generation; 0 for its own, a second. */
  readonly period: number;
}

/** What the making of traces needs. */
export interface Workshop {
  readonly programs: Programs;
  /** Those that others are made from. */
  readonly specs: readonly TraceSpec[];
  /** Tells the person who waits. */
  readonly say: (text: string) => void;
}

/** The trace from the cache, or a new one; then those of the same name that nothing asks for any more are removed. */
export async function makeTrace(spec: TraceSpec, workshop: Workshop): Promise<MadeTrace> {
  const folder = join(CACHE, 'traces');
  const prefix = `${spec.name}-${workshop.programs.go}-`;
  const name = `${prefix}${keyOf(spec, workshop.programs)}.trace`;
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const part = join(folder, `${prefix}part`);
    await (spec.skewed ? makeSkewed(spec.skewed, workshop, part) : record(spec, workshop, part));
    renameSync(part, path);
    const old = readdirSync(folder).filter((other) => other.startsWith(prefix) && other !== name);
    for (const other of old) rmSync(join(folder, other));
  }
  return { spec, path, ...shapeOf(path) };
}

type Skewed = NonNullable<TraceSpec['skewed']>;

async function makeSkewed({ from, milliseconds }: Skewed, workshop: Workshop, to: string): Promise<void> {
  const original = workshop.specs.find(({ name }) => name === from);
  if (original === undefined) throw new Error(`there is no trace ${from} to skew`);
  const made = await makeTrace(original, workshop);
  skewFile(made.path, to, BigInt(Math.round(milliseconds * TICKS_PER_MS)));
}

/** Another workload, another release or another wish makes another trace. */
function keyOf(
  { name, what, goal, extraMemory, memoryOf, large, ...wish }: TraceSpec,
  programs: Programs,
): string {
  const text = JSON.stringify([wish, programs.fingerprint, programs.go]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

async function record(spec: TraceSpec, { programs, say }: Workshop, path: string): Promise<void> {
  const { generations, ...length } = spec;
  let setting: Setting = { units: 2000, period: 0 };
  for (let attempt = 1; ; attempt++) {
    const seconds = await runWorkload(spec, setting, programs, path);
    const shape = shapeOf(path);
    if (fits(attempt < ATTEMPTS ? spec : length, shape)) return;
    if (attempt === ATTEMPTS)
      throw new Error(`${spec.name} did not come out as wanted: this machine is too busy`);
    say(`${spec.name}: attempt ${attempt} has ${shape.bytes} bytes, ${shape.generations} generations`);
    setting = correct(spec, setting, shape, seconds);
  }
}

async function runWorkload(spec: TraceSpec, setting: Setting, programs: Programs, path: string) {
  const program = programs.workloads[spec.workload];
  if (program === undefined) throw new Error(`there is no workload ${spec.workload}`);
  const godebug = [
    ...(spec.godebug === undefined ? [] : [spec.godebug]),
    ...(setting.period > 0 ? [`traceadvanceperiod=${setting.period}`] : []),
  ];
  const args = [`-units=${setting.units}`, ...flags(spec), path];
  const startedAt = performance.now();
  await execa(program, args, { env: { GODEBUG: godebug.join(',') } });
  return (performance.now() - startedAt) / 1000;
}

function flags({ profile, local }: TraceSpec): string[] {
  return [...(profile ? ['-profile'] : []), ...(local ? ['-local'] : [])];
}

/** Near enough to the length, and within a third of the generations: how fast a busy machine works, it cannot know. */
export function fits({ bytes, within = 0.1, generations }: TraceSpec, shape: Shape): boolean {
  const near = (wanted: number, is: number, part: number) => Math.abs(is - wanted) <= wanted * part;
  const asMany = generations === undefined || near(generations, shape.generations, 0.35);
  return near(bytes, shape.bytes, within) && asMany;
}

/** A trace's length grows with the units; the seconds that it took say how long a generation should be. */
export function correct(
  { bytes, generations }: TraceSpec,
  { units }: Setting,
  shape: Shape,
  seconds: number,
): Setting {
  const factor = bytes / shape.bytes;
  const period = generations === undefined ? 0 : (seconds * factor * 1e9) / generations;
  return {
    units: Math.max(1, Math.round(units * Math.min(LARGEST_STEP, factor))),
    period: Math.min(LONGEST_PERIOD, Math.round(period)),
  };
}
