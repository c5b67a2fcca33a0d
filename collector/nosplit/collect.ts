/** What there is to know of programs' nosplit chains: what the linker says, and what the compiler wrote. */
import { archivesOf, type LinkResult, linkListed, type NosplitBuild, withFault } from './build.ts';
import { objectWords } from './object-words.ts';
import { type Program, type ReadArchives, readProgram } from './program.ts';

export interface NosplitEvidence {
  readonly link: LinkResult;
  readonly program: Program;
}

/** Each program of a build, from both feeds, one at a time. Throws BuildError, FaultError, ToolchainError. */
export async function* collectNosplit(asked: NosplitBuild): AsyncGenerator<NosplitEvidence> {
  const build = await withFault(asked);
  const links = await linkListed(build);
  const words = await objectWords(build.toolchain);
  const read: ReadArchives = new Map();
  for (const link of links) {
    const archives = await archivesOf(links.length === 1 ? build : { ...build, patterns: [link.package] });
    const { goarch } = build;
    yield { link, program: await readProgram({ archives, words, goarch, twoAbis: hasTwoAbis(link), read }) };
  }
}

/** Without the register ABI the linker knows one ABI only, and calls it 0. */
export function hasTwoAbis({ listing }: LinkResult): boolean {
  return listing.functions.some(({ name }) => name.endsWith('<1>'));
}
