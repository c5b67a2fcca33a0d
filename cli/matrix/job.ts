/** The cells of a shard, worked off; and what came of each as a row of the matrix. */
import { cpus } from 'node:os';
import type { Toolchain } from '../../collector/index.ts';
import { RESULT_SCHEMA, type Replay } from '../../replay/result.ts';
import { type Ground, groundSteps } from '../cells.ts';
import type { Call } from '../command.ts';
import { InterruptError } from '../interrupt.ts';
import { bearable } from '../job.ts';
import { problemOf, type Unjudged } from '../problem.ts';
import { runSteps } from '../progress.ts';
import { type Piece, runPool } from './board.ts';
import { Cores } from './cores.ts';
import type { CellDocument, MatrixDocument, MatrixRow } from './document.ts';
import { type Build, ourBuild, Sources } from './key.ts';
import { columnOf, type Plan, type PlannedCell, releasedId } from './plan.ts';
import { runCell, type Site } from './run-cell.ts';
import { costOf, type Durations, partition, type Shard } from './shard.ts';
import type { Store } from './store.ts';
import { type Trees, treesDocument } from './trees.ts';

export interface Outcome {
  readonly document: MatrixDocument;
  /** Of judged cells, by id. */
  readonly replays: ReadonlyMap<string, Replay>;
  readonly problems: readonly Unjudged[];
}

export interface Order {
  readonly plan: Plan;
  readonly trees: Trees;
  /** Whether a cell is asked for in this call; the others are another machine's. */
  readonly asked: (cell: PlannedCell) => boolean;
  readonly shard: Shard;
  readonly durations: Durations;
  readonly store: Store;
}

/** Runs what is not there yet. Throws the interrupt when there was one, with what is kept. */
export async function runMatrix(order: Order, call: Call): Promise<Outcome> {
  const { plan, asked, shard, durations, store } = order;
  const shards = partition(plan.cells.filter(asked), shard.count, durations);
  const mine = shards[shard.index - 1] ?? [];
  const work = new Work(order, shards, ourBuild());
  await store.writeMatrix(work.document(false));
  const ground = await groundOf(mine, call);
  const site: Site = {
    call,
    store,
    cores: new Cores(cpus().length),
    sources: new Sources(),
    build: work.build,
  };
  const runnable = mine.filter((cell) => !work.leaveOut(cell, ground));
  const pieces = runnable.map((cell) => pieceOf(cell, toolchainOf(cell, ground)!, work, site, durations));
  try {
    // One more than there are cores: while a program has all of them, the next waits with its build done.
    await runPool(pieces, site.cores.count + 1, call.terminal, call.options.quiet === true);
  } catch (error) {
    await store.writeMatrix(work.document(false));
    const { reason } = call.signal;
    if (reason instanceof InterruptError)
      reason.kept.push(
        `${store.dir}: ${work.replays.size} of ${mine.length} cells are finished; the same command goes on from there`,
      );
    throw error;
  }
  const document = work.document(true);
  await store.writeMatrix(document);
  return { document, replays: work.replays, problems: work.problems };
}

async function groundOf(mine: readonly PlannedCell[], call: Call): Promise<Ground> {
  const ground: Ground = { toolchains: [], architectures: [], leftOut: [] };
  const wish = {
    targets: [],
    go: [...new Set(mine.filter(({ tree }) => tree === undefined).map(({ go }) => go.slice(2)))],
    arch: [...new Set(mine.map(({ arch }) => arch))],
    // A machine that lacks one of them still runs the other cells, and the table says what it left out.
    optional: { go: true, arch: true },
    count: 1,
  };
  await runSteps(groundSteps(wish, ground, call.signal), call.terminal, call.options.quiet === true);
  return ground;
}

function toolchainOf({ go, tree }: PlannedCell, ground: Ground): Toolchain | undefined {
  if (tree !== undefined) return tree.toolchain;
  return ground.toolchains.find(({ version }) => version === go);
}

/** What is known of each cell so far. */
class Work {
  readonly build: Build;
  readonly replays = new Map<string, Replay>();
  readonly problems: Unjudged[] = [];
  readonly #order: Order;
  readonly #shardOf = new Map<string, number>();
  readonly #said = new Map<string, Partial<MatrixRow> & Pick<MatrixRow, 'state'>>();

  constructor(order: Order, shards: readonly (readonly PlannedCell[])[], build: Build) {
    this.#order = order;
    this.build = build;
    for (const [i, cells] of shards.entries()) for (const { id } of cells) this.#shardOf.set(id, i + 1);
  }

  judged({ id }: PlannedCell, cell: CellDocument, replay: Replay): void {
    const { key, verdict, why, signatures, notObserved } = cell;
    const ms = cell.ms.record + cell.ms.judge;
    this.replays.set(id, replay);
    const ended = cell.endedAsKnown === undefined ? {} : { endedAsKnown: cell.endedAsKnown };
    this.#said.set(id, { state: 'judged', key, verdict, why, signatures, notObserved, ms, ...ended });
  }

  failed({ id }: PlannedCell, problem: Unjudged['problem']): void {
    this.problems.push({ subject: id, problem });
    this.#said.set(id, {
      state: 'failed',
      why: [problem.message, ...problem.details].join(' ').slice(0, 2000),
    });
  }

  /** Whether this machine lacks what the cell needs; then the row says what. */
  leaveOut({ id, go, tree, arch }: PlannedCell, ground: Ground): boolean {
    const release = tree === undefined ? `Go ${go.slice(2)}` : '';
    const lacks = ground.leftOut.find(({ what }) => what === release || what === arch);
    if (lacks !== undefined) this.#said.set(id, { state: 'left-out', why: lacks.problem.message });
    return lacks !== undefined;
  }

  document(done: boolean): MatrixDocument {
    const { plan, trees, shard } = this.#order;
    const own = treesDocument(trees);
    return {
      schema: RESULT_SCHEMA,
      plan: plan.hash,
      shard,
      done,
      judgedBy: this.build,
      ...(own && { trees: own }),
      cells: [
        ...plan.cells.map((cell) => this.#row(cell)),
        ...plan.excluded.map(({ cell, reason }) => ({
          ...placeOf(cell),
          shard: 0,
          state: 'excluded' as const,
          why: reason,
          notObserved: [],
        })),
      ],
    };
  }

  #row(cell: PlannedCell): MatrixRow {
    const { index } = this.#order.shard;
    const shard = this.#shardOf.get(cell.id) ?? 0;
    const none = shard === index ? ('missing' as const) : ('elsewhere' as const);
    return {
      ...placeOf(cell),
      shard,
      state: none,
      why: none === 'missing' ? 'it was not finished' : '',
      notObserved: [],
      ...this.#said.get(cell.id),
    };
  }
}

function placeOf(cell: PlannedCell) {
  const { id, target, arch, settingName, layers } = cell;
  const released = releasedId(cell);
  const go = columnOf(cell);
  return {
    id,
    ...(released && { released }),
    program: target.name,
    go,
    arch,
    setting: settingName,
    layers: [...layers],
  };
}

function pieceOf(
  cell: PlannedCell,
  toolchain: Toolchain,
  work: Work,
  site: Site,
  durations: Durations,
): Piece {
  return {
    title: cell.id,
    cost: costOf(cell, durations),
    work: async (note) => {
      try {
        const ran = await runCell(cell, toolchain, site, note);
        work.judged(cell, ran.cell, ran.replay);
        const { verdict, why } = ran.cell;
        const said = verdict === 'conforms' ? verdict : `${verdict}: ${why}`;
        const instead =
          ran.unusable === undefined ? '' : ` (what was kept of it is of no use: ${ran.unusable})`;
        return { outcome: said + instead, again: ran.again };
      } catch (error) {
        const problem = problemOf(error, site.call.signal);
        if (!bearable(problem.code)) throw error;
        work.failed(cell, problem);
        return { outcome: problem.message, again: true };
      }
    },
  };
}
