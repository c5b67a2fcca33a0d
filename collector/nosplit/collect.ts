/** What there is to know of programs' nosplit chains: what the linker says, and what the compiler wrote. */
import { BuildError } from '../errors.ts';
import { archivesOf, type LinkResult, linkListed, type NosplitBuild, withFault } from './build.ts';
import { type ObjectWords, objectWords } from './object-words.ts';
import { type Program, type ReadArchives, readProgram } from './program.ts';

export interface NosplitEvidence {
  readonly link: LinkResult;
  readonly program: Program;
}

/**
 * Each program of a build, from both feeds, one at a time. Throws BuildError, FaultError, ToolchainError, and RangeError
 * for an archive that is damaged; of several programs the build's `onFailed` is told of the one.
 */
export async function* collectNosplit(asked: NosplitBuild): AsyncGenerator<NosplitEvidence> {
  const build = await withFault(asked);
  const links = await linkListed(build);
  const words = await objectWords(build.toolchain);
  const read: ReadArchives = new Map();
  for (const link of links) {
    const one = build.patterns === undefined ? build : { ...build, patterns: [link.package] };
    const program = await programOf(one, link, words, read).catch((error: unknown) => {
      if (build.onFailed === undefined || !(error instanceof RangeError || error instanceof BuildError))
        throw error;
      build.onFailed({ package: link.package, said: error.message });
    });
    if (program !== undefined) yield { link, program };
  }
}

async function programOf(
  build: NosplitBuild,
  link: LinkResult,
  words: ObjectWords,
  read: ReadArchives,
): Promise<Program> {
  const archives = await archivesOf(build);
  return await readProgram({ archives, words, goarch: build.goarch, twoAbis: hasTwoAbis(link), read });
}

/** Without the register ABI the linker knows one ABI only, and calls it 0. */
export function hasTwoAbis({ listing }: LinkResult): boolean {
  return listing.functions.some(({ name }) => name.endsWith('<1>'));
}
