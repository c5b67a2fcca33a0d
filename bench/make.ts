/** Makes a trace of a wanted length, in a wanted number of generations, by trying. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
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
/** The runtime keeps the setting in 32 bits, and ignores what does not fit. */
const LONGEST_PERIOD = 2 ** 31 - 1;

/** What a workload is told. */
export interface Setting {
  readonly units: number;
  /** Nanoseconds after which the runtime begins a new generation; 0 for its own, a second. */
  readonly period: number;
}

/** The trace from the cache, or a new one. Those that another one is made from are made first. */
export async function makeTrace(
  spec: TraceSpec,
  all: readonly TraceSpec[],
  programs: Programs,
): Promise<MadeTrace> {
  const path = join(CACHE, 'traces', `${spec.name}-${keyOf(spec, programs)}.trace`);
  mkdirSync(join(CACHE, 'traces'), { recursive: true });
  if (!existsSync(path)) {
    const part = `${path}.part-${process.pid}`;
    try {
      await (spec.skewed ? makeSkewed(spec.skewed, part) : record(spec, programs, part));
      renameSync(part, path);
    } finally {
      rmSync(part, { force: true });
    }
  }
  return { spec, path, ...shapeOf(path) };

  async function makeSkewed({ from, milliseconds }: NonNullable<TraceSpec['skewed']>, to: string) {
    const original = all.find(({ name }) => name === from);
    if (original === undefined) throw new Error(`there is no trace ${from} to skew`);
    const made = await makeTrace(original, all, programs);
    skewFile(made.path, to, BigInt(Math.round(milliseconds * TICKS_PER_MS)));
  }
}

/** Another workload, another release or another wish makes another trace. */
function keyOf(
  { name, what, goal, extraMemory, memoryOf, large, ...wish }: TraceSpec,
  programs: Programs,
): string {
  const text = JSON.stringify([wish, programs.fingerprint, programs.go]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

async function record(spec: TraceSpec, programs: Programs, path: string): Promise<void> {
  let setting: Setting = { units: 2000, period: 0 };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const seconds = await runWorkload(spec, setting, programs, path);
    const shape = shapeOf(path);
    if (fits(spec, shape)) return;
    setting = correct(spec, setting, shape, seconds);
  }
  throw new Error(
    `${spec.name} did not come out as wanted in ${ATTEMPTS} attempts: ${JSON.stringify(setting)}`,
  );
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

/** Within a tenth of the length, and a fifth of the generations. */
export function fits({ bytes, generations }: TraceSpec, shape: Shape): boolean {
  const near = (wanted: number, is: number, part: number) => Math.abs(is - wanted) <= wanted * part;
  return (
    near(bytes, shape.bytes, 0.1) &&
    (generations === undefined || near(generations, shape.generations, generations < 10 ? 0.4 : 0.2))
  );
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
    units: Math.max(1, Math.round(units * factor)),
    period: Math.min(LONGEST_PERIOD, Math.round(period)),
  };
}
