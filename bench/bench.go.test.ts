import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shapeOf, skewFile } from './framing.ts';
import type { MadeTrace } from './make.ts';
import { measure } from './measure.ts';
import { buildPrograms, launch, type Programs } from './programs.ts';
import { readersTable } from './table.ts';
import type { TraceSpec } from './traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});

/** A trace of a few units: it measures nothing, and shows that everything works. */
function record(workload: TraceSpec['workload'], args: string[]): MadeTrace {
  const path = join(folder, `${workload}.trace`);
  execFileSync(programs.workloads[workload] ?? '', [...args, path]);
  return made(workload, path);
}

function made(workload: TraceSpec['workload'], path: string): MadeTrace {
  return { spec: { name: workload, what: '', workload, bytes: 0 }, path, ...shapeOf(path) };
}

test.each([
  ['mixed', ['-units=30', '-profile']],
  ['threads', ['-units=3000']],
  ['goroutines', ['-units=20000']],
] as const)('both readers read the same events of %s', async (workload, args) => {
  const row = await measure(record(workload, [...args]), 1, programs);
  expect(row.events).toBeGreaterThan(1000);
  expect(row.ourPeak.median).toBeGreaterThan(1e6);
  expect(row.theirPeak.median).toBeGreaterThan(1e6);
  expect(readersTable([row])).toContain(`| ${workload}`);
});

test('both readers read the same events when clocks disagree', async () => {
  const right = record('mixed', ['-units=30']);
  const path = join(folder, 'skew.trace');
  skewFile(right.path, path, 1_000_000n);
  const [one, other] = [await measure(right, 1, programs), await measure(made('mixed', path), 1, programs)];
  expect(other.events).toBe(one.events);
});

test('a reader that reads less is not measured', async () => {
  const peer = join(folder, 'peer');
  writeFileSync(peer, `#!/bin/sh\necho '{"events": 1000, "syncs": 2}'\n`);
  chmodSync(peer, 0o755);
  const trace = record('mixed', ['-units=30']);
  await expect(measure(trace, 1, { ...programs, peer })).rejects.toThrow('it made 1000');
});

test('a program is measured as a whole, and its failure told', async () => {
  // Touches every page: memory that is only asked for is not used.
  const hungry = 'Buffer.alloc(200e6, 1); console.log("done")';
  const usage = await launch(programs, [process.execPath, '-e', hungry]);
  expect(usage.stdout).toBe('done\n');
  expect(usage.peak).toBeGreaterThan(200e6);
  expect(usage.user).toBeGreaterThan(0);
  const failing = [process.execPath, '-e', 'console.error("no luck"); process.exitCode = 3'];
  await expect(launch(programs, failing)).rejects.toThrow(/exit code 3:\nno luck/);
});
