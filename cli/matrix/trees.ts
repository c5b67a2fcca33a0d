/** Go trees of the user's own as columns of the matrix, beside the releases or in their place. */
import { contentHash, type Manifest, openTree, type TreeToolchain } from '../../collector/index.ts';
import { UsageError } from '../problem.ts';
import { isTreeName, type MatrixConfig } from './config.ts';

/** The name of the tree that `--goroot` gives. */
export const GIVEN_TREE = 'tree';

export interface UsersTree {
  readonly name: string;
  readonly toolchain: TreeToolchain;
  /** Of all that it builds with. */
  readonly hash: string;
}

/** By name. */
export type Trees = ReadonlyMap<string, UsersTree>;

/**
 * The configuration with the tree of `--goroot`. Where no block says which programs are run with it, all are: in the
 * place of what each block is run on, or beside its releases.
 */
export function withGivenTree(config: MatrixConfig, goroot: string, beside: boolean): MatrixConfig {
  const trees = { ...config.trees, [GIVEN_TREE]: goroot };
  if (config.cells.some(({ go }) => go.includes(GIVEN_TREE))) return { ...config, trees };
  const cells = config.cells.map((block) => {
    const releases = beside ? block.go.filter((name) => !isTreeName(name)) : [];
    return { ...block, go: [...releases, GIVEN_TREE] };
  });
  return { ...config, trees, cells };
}

/** Those that a block names. Throws ToolchainError. */
export async function openTrees({ cells, trees }: MatrixConfig, signal: AbortSignal): Promise<Trees> {
  const named = new Set(cells.flatMap(({ go }) => go));
  const opened = new Map<string, UsersTree>();
  for (const [name, dir] of Object.entries(trees)) {
    if (!named.has(name)) continue;
    const toolchain = await openTree(dir, signal);
    opened.set(name, { name, toolchain, hash: await contentHash(toolchain) });
  }
  return opened;
}

/** A tree that is edited while the matrix runs would make a cell whose key is of another. */
export function refuseChanged(tree: UsersTree | undefined, { toolchain }: Pick<Manifest, 'toolchain'>): void {
  if (tree?.toolchain.tree.runtimeHash === toolchain.tree?.runtimeHash) return;
  throw new UsageError(
    'tree-changed',
    `the Go tree ${tree?.toolchain.goroot} is not what it was when the matrix began`,
    'Run the same command again when it is left alone.',
  );
}

/** What the matrix says of them; undefined where there are none. */
export function treesDocument(trees: Trees) {
  if (trees.size === 0) return undefined;
  return [...trees.values()].map(({ name, toolchain: { version, tree }, hash }) => {
    const { release, changed } = tree;
    return { name, version, hash, release: release?.version ?? '', changed: [...changed] };
  });
}
