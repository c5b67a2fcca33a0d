/** From a configuration to the list of cells: the same list on every machine, whatever that can run. */
import { createHash } from 'node:crypto';
import {
  ARCHITECTURES,
  canRecord,
  KNOWN_GOOD,
  type ProgramTarget,
  patchOf,
  type RecordedLayer,
  resolveTarget,
} from '../../collector/index.ts';
import { listFixtures } from '../../go-fixtures/index.ts';
import { fileName, isProgram, recordingName, safe } from '../cells.ts';
import { UsageError } from '../problem.ts';
import {
  ALL,
  type Block,
  type Exclude,
  isTreeName,
  type MatrixConfig,
  SETTINGS,
  type Setting,
} from './config.ts';
import { GIVEN_TREE, type Trees, type UsersTree } from './trees.ts';

/** A run that the matrix asks for. */
export interface PlannedCell {
  /** `netguy go1.26.8 amd64 one-p #2`: unique in its matrix. */
  readonly id: string;
  readonly target: ProgramTarget;
  /** With patch level, so that every machine runs the same: `go1.26.8`. What a tree calls itself. */
  readonly go: string;
  /** The tree of the user's own that it is built with, in place of the release. */
  readonly tree?: UsersTree;
  readonly arch: string;
  readonly settingName: string;
  readonly setting: Setting;
  readonly layers: readonly RecordedLayer[];
  readonly args?: readonly string[];
  /** As the configuration has it. */
  readonly duration?: string;
  readonly timeLimit?: string;
  /** From 1 on. */
  readonly run: number;
  /** File name of its recording. */
  readonly file: string;
}

/** A cell of the configuration that is not run anywhere, and why. */
export interface Excluded {
  readonly id: string;
  readonly cell: PlannedCell;
  readonly reason: string;
}

export interface Plan {
  readonly cells: readonly PlannedCell[];
  readonly excluded: readonly Excluded[];
  /** Of the ids: what two shards of one matrix have in common. */
  readonly hash: string;
}

/** More cells than that are a slip, and would take days. */
const MOST_CELLS = 20_000;
const DEFAULT_LAYERS: readonly RecordedLayer[] = ['trace', 'text', 'os'];

/** `trees`: those that the blocks name. Throws UsageError and TargetError: a wrong name would cost the whole run. */
export async function planOf(config: MatrixConfig, trees: Trees = new Map()): Promise<Plan> {
  const cells = new Map<string, PlannedCell>();
  const excluded = new Map<string, Excluded>();
  const settings = { ...SETTINGS, ...config.settings };
  checkExcludes(config, settings);
  for (const block of config.cells) {
    for (const cell of await cellsOfBlock(block, settings, trees)) {
      const reason = reasonFor(cell, config.exclude) ?? unsuited(cell);
      // What two blocks name is one cell; the first says how it is run.
      if (cells.has(cell.id) || excluded.has(cell.id)) continue;
      if (reason === undefined) cells.set(cell.id, cell);
      else excluded.set(cell.id, { id: cell.id, cell, reason });
      refuseTooMany(cells.size);
    }
  }
  const list = [...cells.values()];
  const hash = createHash('sha256')
    .update(JSON.stringify(list.map(({ id }) => id)))
    .digest('hex');
  return { cells: list, excluded: [...excluded.values()], hash };
}

function refuseTooMany(cells: number): void {
  if (cells <= MOST_CELLS) return;
  throw new UsageError('matrix', `the matrix has more than ${MOST_CELLS} cells`, 'Split it into several.');
}

async function cellsOfBlock(
  block: Block,
  settings: Readonly<Record<string, Setting>>,
  trees: Trees,
): Promise<PlannedCell[]> {
  const targets = await targetsOf(block);
  const releases = spread(block.go, Object.keys(KNOWN_GOOD)).map((each) => toolchainNamed(each, trees));
  const architectures = spread(
    block.arch,
    ARCHITECTURES.map(({ goarch }) => goarch),
  );
  const names = spread(block.settings, Object.keys(settings));
  refuseTooMany(targets.length * releases.length * architectures.length * names.length * block.count);
  const runs = Array.from({ length: block.count }, (_, i) => i + 1);
  return targets.flatMap((target) =>
    releases.flatMap((go) =>
      architectures.flatMap((arch) =>
        names.flatMap((name) =>
          runs.map((run) => cellOf(block, target, go, arch, [name, settings[name]], run)),
        ),
      ),
    ),
  );
}

function cellOf(
  block: Block,
  target: ProgramTarget,
  { go, tree }: Pick<PlannedCell, 'go' | 'tree'>,
  arch: string,
  [settingName, setting]: [string, Setting | undefined],
  run: number,
): PlannedCell {
  if (setting === undefined) throw noSetting(settingName);
  const { layers, args, duration, timeLimit } = block;
  const program = programText(target);
  const extra = [
    ...(settingName === 'default' ? [] : [settingName]),
    ...(layers === undefined ? [] : [`layers=${layers.join('+')}`]),
    ...(args === undefined ? [] : [`args=${JSON.stringify(args)}`]),
    ...(duration === undefined ? [] : [`d=${duration}`]),
    ...(run === 1 ? [] : [`#${run}`]),
  ];
  const column = columnOf({ go, ...(tree && { tree }) });
  return {
    id: [program, column, arch, ...extra].join(' '),
    target,
    go,
    ...(tree && { tree }),
    arch,
    settingName,
    setting,
    layers: canRecord(go, 'trace') ? (layers ?? DEFAULT_LAYERS) : ['text', 'os'],
    ...(args === undefined ? {} : { args }),
    ...(duration === undefined ? {} : { duration }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    run,
    file: recordingName([
      fileName(target),
      column,
      arch,
      ...extra.map((part) => short(part.replace('#', ''))),
    ]),
  };
}

/** In a file's name: arguments may be long, and hold anything. */
function short(part: string): string {
  const name = safe(part);
  return name.length <= 40 ? name : createHash('sha256').update(part).digest('hex').slice(0, 8);
}

async function targetsOf({ programs, test }: Block): Promise<ProgramTarget[]> {
  const names = spread(
    programs,
    listFixtures().map(({ name }) => name),
  );
  const targets: ProgramTarget[] = [];
  for (const program of names) {
    const target = await resolveTarget(program, { test });
    if (!isProgram(target))
      throw new UsageError(
        'matrix',
        `${program} is no program but a ${target.kind}`,
        'Judge it by `gotwin replay`.',
      );
    targets.push(target);
  }
  return targets;
}

/** `*` as all that there are. */
function spread(given: readonly string[], all: readonly string[]): string[] {
  return [...new Set(given.flatMap((each) => (each === ALL ? all : [each])))];
}

/** A release is run at the patch level that Gotwin is tested with, not at the one that a machine happens to have. */
function toolchainNamed(name: string, trees: Trees): Pick<PlannedCell, 'go' | 'tree'> {
  if (!isTreeName(name)) return { go: `go${patchOf(name)}` };
  const tree = trees.get(name);
  if (tree === undefined) throw noTree(name);
  return { go: tree.toolchain.version, tree };
}

/** Under which name a cell stands beside the others of its program: its release, or its tree. */
export function columnOf({ go, tree }: Pick<PlannedCell, 'go' | 'tree'>): string {
  return tree?.name ?? go;
}

/** Of a tree's cell, what the same cell is called that the release runs whose name the tree has. */
export function releasedId({ id, go, tree, target }: PlannedCell): string | undefined {
  if (tree === undefined) return undefined;
  const program = programText(target);
  return `${program} ${go}${id.slice(`${program} ${tree.name}`.length)}`;
}

function programText({ kind, name, target }: ProgramTarget): string {
  return kind === 'fixture' ? name : `${target}${kind === 'test' ? ' (test)' : ''}`;
}

function checkExcludes(
  { exclude: excludes, trees }: MatrixConfig,
  settings: Readonly<Record<string, Setting>>,
): void {
  const tree = excludes
    .flatMap((each) => each.go ?? [])
    .find((name) => isTreeName(name) && name !== GIVEN_TREE && !Object.hasOwn(trees, name));
  if (tree !== undefined) throw noTree(tree);
  const unknown = excludes
    .flatMap((each) => each.settings ?? [])
    .find((name) => name !== ALL && !(name in settings));
  if (unknown !== undefined) throw noSetting(unknown);
}

function noTree(name: string): UsageError {
  return new UsageError(
    'matrix',
    `there is no Go tree ${JSON.stringify(name)}`,
    name === GIVEN_TREE
      ? 'Say where it lies, with --goroot DIR or under "trees".'
      : 'Say under "trees" where it lies; a release is written as 1.26 or 1.26.8.',
  );
}

function noSetting(name: string): UsageError {
  return new UsageError(
    'matrix',
    `there is no setting ${JSON.stringify(name)}`,
    `Define it under "settings", or name one of ${Object.keys(SETTINGS).join(', ')}.`,
  );
}

function reasonFor(cell: PlannedCell, excludes: readonly Exclude[]): string | undefined {
  return excludes.find(
    ({ programs, go, arch, settings }) =>
      fits(programs, cell.target.target) &&
      (go === undefined || go.some((each) => each === ALL || isNamed(cell, each))) &&
      fits(arch, cell.arch) &&
      fits(settings, cell.settingName),
  )?.reason;
}

function fits(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.includes(ALL) || wanted.includes(value);
}

/** A tree goes by its name alone: what is left out of a release is not left out of what somebody made of it. */
export function isNamed({ go, tree }: Pick<PlannedCell, 'go' | 'tree'>, name: string): boolean {
  return tree === undefined ? isOf(go, name) : tree.name === name;
}

/** Whether `go1.26.8` is 1.26, or 1.26.8. */
function isOf(go: string, release: string): boolean {
  return go === `go${release}` || go.startsWith(`go${release}.`);
}

/** What cannot be recorded on any machine. */
function unsuited({ target, go, arch, setting }: PlannedCell): string | undefined {
  const manifest = target.fixture?.manifest;
  if (manifest !== undefined && !manifest.arch.includes(arch)) return `${target.name} does not suit ${arch}`;
  if (manifest !== undefined && !suits(go, manifest.go)) return `${target.name} does not suit ${go}`;
  if (setting.race && !RACE.includes(arch)) return `Go has no race detector for linux/${arch}`;
  return undefined;
}

/** Where `go build -race` knows linux, of the architectures that Gotwin runs. */
const RACE = ['amd64', 'arm64', 'ppc64le', 's390x'];

function suits(go: string, { from, to }: { from: string; to?: string | undefined }): boolean {
  const minor = (version: string) => Number(/1\.(\d+)/.exec(version)?.[1]);
  return minor(go) >= minor(from) && (to === undefined || minor(go) <= minor(to));
}
