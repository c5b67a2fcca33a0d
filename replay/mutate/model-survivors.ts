/** Why nobody notices a mutant of the model; one that has no excuse here is a gap. */
interface ModelExcuse {
  /** Of the mutant's name. */
  readonly name: RegExp;
  readonly why: string;
}

/** The first that fits counts. */
const EXCUSES: readonly ModelExcuse[] = [];

export function excuseForModel(name: string): string {
  return EXCUSES.find((each) => each.name.test(name))?.why ?? '';
}
