/** Why nobody notices a mutant of the model; one that has no excuse here is a gap. */
interface ModelExcuse {
  /** Of the mutant's name. */
  readonly name: RegExp;
  readonly why: string;
}

/** The first that fits counts. All of these are said twice, for whoever reads only one of them. */
const EXCUSES: readonly ModelExcuse[] = [
  {
    name: /^no need P of (P\/(enter|exit)-syscall|goroutine\/switch-to(-last)?)$/,
    why: 'another row of the same event, about the goroutine that runs, needs the same P of the same M',
  },
  {
    name: /^no unbind G of goroutine\/switch-(away|exit)$/,
    why: 'another row of the same event binds the goroutine that runs next to the same M, which unbinds the one before',
  },
  {
    name: /^from anywhere of P\/release$/,
    why: 'the P that an M holds runs or is in a system call, and both are allowed: the states are there to be shown',
  },
  {
    name: /^not from unknown of thread\/make$/,
    why: 'what is not known of an M may be anything: only what is known is asked',
  },
];

export function excuseForModel(name: string): string {
  return EXCUSES.find((each) => each.name.test(name))?.why ?? '';
}
