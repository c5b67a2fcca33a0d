/** What there is to know of a program's nosplit chains: what the linker says, and what the compiler wrote. */
import { archivesOf, type LinkResult, linkListed, type NosplitBuild } from './build.ts';
import { objectWords } from './object-words.ts';
import { type Program, readProgram } from './program.ts';

export interface NosplitEvidence {
  readonly link: LinkResult;
  /** The program as its object files have it; undefined where nobody asked. */
  readonly program: Program | undefined;
}

/** One program, from both of the feeds. Throws BuildError, ToolchainError. */
export async function collectNosplit(build: NosplitBuild): Promise<NosplitEvidence> {
  const [link] = await linkListed(build);
  const archives = await archivesOf(build);
  const words = await objectWords(build.toolchain);
  const twoAbis = link!.listing.functions.some(({ name }) => name.endsWith('<1>'));
  const program = await readProgram({ archives, words, goarch: build.goarch, twoAbis });
  return { link: link!, program };
}

/** Many programs, from the linker's listing alone, which one go command gives for all of them. */
export async function collectListings(build: NosplitBuild): Promise<NosplitEvidence[]> {
  const links = await linkListed(build);
  return links.map((link) => ({ link, program: undefined }));
}
