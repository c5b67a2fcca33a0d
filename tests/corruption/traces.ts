/** The traces that are corrupted: real ones, of two kinds of each release, kept so that a seed can be replayed. */
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RELEASES, Recorder } from '../../replay/decode/testdata/record.ts';
import { OldReleases } from '../../replay/decode/v1/testdata/older.ts';

/** Short generations; and one whose allocations are traced too, which is the larger the longer it runs. */
const KINDS = [
  { kind: 'generations', rounds: 6, godebug: 'traceadvanceperiod=4000000' },
  { kind: 'allocations', rounds: 2, godebug: 'traceallocfree=1,traceadvanceperiod=10000000' },
] as const;

/** Of the format before Go 1.22: the oldest and the newest that is read. */
const OLD = ['1.9.7', '1.21.13'];

/** Paths of the traces below `folder`; records those that are not there yet. */
export async function realTraces(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const [recorder, old] = [new Recorder(), new OldReleases()];
  try {
    const paths: string[] = [];
    for (const { go } of RELEASES) {
      for (const { kind, rounds, godebug } of KINDS) {
        paths.push(await kept(folder, `${go}-${kind}`, () => recorder.record(go, rounds, godebug)));
      }
    }
    for (const go of OLD) paths.push(await kept(folder, go, () => old.record(go, 3)));
    return paths;
  } finally {
    await recorder.remove();
    await old.remove();
  }
}

async function kept(folder: string, name: string, record: () => Promise<string>): Promise<string> {
  const path = join(folder, `${name}.trace`);
  if (await exists(path)) return path;
  // Moved into place when it is whole: two who record at once do not spoil each other's.
  const partial = `${path}.${process.pid}`;
  await copyFile(await record(), partial);
  await rename(partial, path);
  return path;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
