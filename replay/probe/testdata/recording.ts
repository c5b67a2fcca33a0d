/** Recordings that hold records of probes, and a trace at most. */
import { type Manifest, RecordingWriter, TRACE_ENTRY } from '../../../collector/index.ts';
import { functionsText } from '../small-records.ts';

export const manifest: Manifest = {
  schema: 1,
  program: { name: 'p', kind: 'package', target: './p', args: [], hash: '', promises: [] },
  toolchain: { version: 'go1.26.8', hash: '', goos: 'linux', goarch: 'amd64' },
  emulated: false,
  emulator: '',
  command: ['p'],
  env: {},
  machine: { os: 'linux', arch: 'amd64', cpus: 2, kernel: '6.1' },
  startedAtMs: 0,
  durationMs: 5000,
  exit: { code: 0, signal: '', reason: 'exited', ladder: [] },
  lost: [],
  layers: ['probe'],
};

/** How a program ends that had to be killed. */
export const HUNG: Manifest['exit'] = {
  code: -1,
  signal: 'SIGKILL',
  reason: 'time-limit',
  ladder: ['SIGTERM', 'SIGQUIT', 'SIGKILL'],
};

export async function writeRecording(
  path: string,
  records: Uint8Array,
  change: Partial<Manifest> = {},
  trace?: Uint8Array,
): Promise<string> {
  const writer = await RecordingWriter.create(path, { ...manifest, ...change });
  await writer.writeEntry('probe/records', records);
  await writer.writeEntry('probe/functions', functionsText);
  if (trace !== undefined) await writer.writeEntry(TRACE_ENTRY, trace);
  await writer.seal();
  return path;
}
