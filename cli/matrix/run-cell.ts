/** One cell: built, run on cores of its own, judged, and kept whole; or taken from an earlier run. */
import { join } from 'node:path';
import { type RecordOptions, record, type Toolchain } from '../../collector/index.ts';
import type { Replay } from '../../replay/result.ts';
import type { Call } from '../command.ts';
import { settingsFor, tellProgress } from '../recorder.ts';
import { duration } from '../values.ts';
import type { Cores } from './cores.ts';
import type { CellDocument } from './document.ts';
import { endingOf } from './ending.ts';
import { judgeApart } from './judge.ts';
import { type Build, CELL_SCHEMA, keyOf, type Sources } from './key.ts';
import { notObservedIn } from './not-observed.ts';
import { columnOf, type PlannedCell } from './plan.ts';
import { type Store, writeCell } from './store.ts';
import { refuseChanged } from './trees.ts';

/** What all cells of a matrix share. */
export interface Site {
  readonly call: Call;
  readonly store: Store;
  readonly cores: Cores;
  readonly sources: Sources;
  readonly build: Build;
}

export interface Ran {
  readonly cell: CellDocument;
  readonly replay: Replay;
  /** It was run, and not taken from before. */
  readonly again: boolean;
  /** What is wrong with what was kept of it, where it had to be run for that. */
  readonly unusable?: string | undefined;
}

export async function runCell(
  planned: PlannedCell,
  toolchain: Toolchain,
  site: Site,
  note: (text: string) => void,
): Promise<Ran> {
  const { call, store, sources, build } = site;
  const key = keyOf(
    planned,
    await sources.hashOf(planned, toolchain, call.signal),
    build.version,
    call.terminal.env,
  );
  const known = await finishedCell(key, planned, site);
  if (known !== undefined && 'cell' in known) return { ...known, again: false };
  await store.remove(key);
  let ran: Pick<Ran, 'cell' | 'replay'> | undefined;
  await store.write(key, async (folder) => {
    const began = performance.now();
    const waited = await recordIn(folder, planned, site, note);
    const recordMs = performance.now() - began - waited;
    ran = await judgeIn(folder, planned, { key, recordMs }, site, note);
  });
  return { ...ran!, again: true, unusable: known?.unusable };
}

/** A cell of before; judged again where another build of Gotwin judged it, since its recording is as good as ever. */
async function finishedCell(
  key: string,
  planned: PlannedCell,
  site: Site,
): Promise<Pick<Ran, 'cell' | 'replay'> | { readonly unusable: string } | undefined> {
  const { store, build, call } = site;
  try {
    const cell = await store.cell(key);
    if (cell === undefined) return undefined;
    if (cell.judgedBy.code === build.code) return { cell, replay: await store.replay(cell) };
    const done = await site.cores.take(1);
    try {
      const replay = asEnded(await judgeApart(store.recordingOf(cell), call.signal), planned);
      const judged = { ...cell, ...saidOf(replay, planned), judgedBy: build };
      await writeCell(store.folderOf(key), judged, replay);
      return { cell: judged, replay };
    } finally {
      done();
    }
  } catch (error) {
    call.signal.throwIfAborted();
    // Whatever is wrong with it, the cell can be run again.
    return { unusable: (error as Error).message };
  }
}

/** Resolves to the milliseconds that it waited for cores. */
async function recordIn(
  folder: string,
  planned: PlannedCell,
  { call, cores }: Site,
  note: (text: string) => void,
): Promise<number> {
  let waited = 0;
  const take = async (wanted: number) => {
    const asked = performance.now();
    note('waiting for cores');
    const done = await cores.take(wanted);
    waited += performance.now() - asked;
    return done;
  };
  let done = await take(1);
  try {
    call.signal.throwIfAborted();
    const { manifest } = await record({
      ...optionsOf(planned),
      outFile: join(folder, planned.file),
      buildFlags: [...flagsOf(planned), '-p=1'],
      onProgress: (progress) => tellProgress(progress, call, note),
      // The build took one core; the program gets as many as it uses, and nobody else has them meanwhile.
      beforeRun: async () => {
        done();
        done = await take(coresOf(planned, cores.count));
        note('run');
      },
      signal: call.signal,
    });
    refuseChanged(planned.tree, manifest);
  } finally {
    done();
  }
  call.signal.throwIfAborted();
  return waited;
}

/** Cores that a cell's program uses, and so must have for itself. */
function coresOf({ setting }: PlannedCell, all: number): number {
  return setting.alone ? all : Math.min(setting.gomaxprocs ?? all, all);
}

function optionsOf(planned: PlannedCell): Omit<RecordOptions, 'outFile'> {
  const { target, go, tree, arch, setting, layers, args = [], timeLimit } = planned;
  const options = {
    layers: [...layers],
    ...(setting.godebug === undefined ? {} : { godebug: setting.godebug }),
    ...(planned.duration === undefined ? {} : { duration: duration(planned.duration) }),
    ...(timeLimit === undefined ? {} : { timeLimit: duration(timeLimit) }),
  };
  return {
    ...settingsFor(target, { options, programArgs: args }),
    target,
    goVersion: go.slice(2),
    goroot: tree?.toolchain.goroot,
    arch,
    env: {
      ...(setting.gomaxprocs === undefined ? {} : { GOMAXPROCS: String(setting.gomaxprocs) }),
      ...(setting.gogc === undefined ? {} : { GOGC: String(setting.gogc) }),
    },
  };
}

function flagsOf({ setting }: PlannedCell): string[] {
  return [...(setting.race ? ['-race'] : []), ...(setting.unoptimised ? ['-gcflags=all=-N -l'] : [])];
}

async function judgeIn(
  folder: string,
  planned: PlannedCell,
  { key, recordMs }: { key: string; recordMs: number },
  { call, cores, build }: Site,
  note: (text: string) => void,
): Promise<Omit<Ran, 'again'>> {
  note('waiting for cores');
  const done = await cores.take(1);
  try {
    note('replaying');
    const began = performance.now();
    const replay = asEnded(await judgeApart(join(folder, planned.file), call.signal), planned);
    const { id, target, arch, settingName, layers, file } = planned;
    const go = columnOf(planned);
    const cell: CellDocument = {
      schema: CELL_SCHEMA,
      key,
      ...{ id, program: target.name, go, arch, setting: settingName, layers: [...layers] },
      ...saidOf(replay, planned),
      notObserved: notObservedIn(planned, replay),
      ms: { record: Math.round(recordMs), judge: Math.round(performance.now() - began) },
      file,
      judgedBy: build,
    };
    await writeCell(folder, cell, replay);
    return { cell, replay };
  } finally {
    done();
  }
}

function saidOf(replay: Replay, planned: PlannedCell) {
  const { verdict, why, exit, emulated, divergences } = replay;
  const signatures = divergences.map(({ signature }) => signature).sort();
  const ending = endingOf(planned, replay);
  const ended = ending === undefined ? {} : { why: ending.why, endedAsKnown: ending.asKnown };
  return { verdict, why, exit, emulated, signatures, ...ended };
}

/** A text that breaks no rule is not enough where the end is another than is known. */
function asEnded(replay: Replay, planned: PlannedCell): Replay {
  const oddly = endingOf(planned, replay)?.asKnown === false && replay.verdict === 'conforms';
  return oddly ? { ...replay, verdict: 'inconclusive' } : replay;
}
