/**
 * Where our verdict on a trace differs from Go's reader's on purpose. The tests
 * read this table; docs/reader-differences.md is made from it.
 */

/** Go's reader, and we: whether the trace passes. */
export interface Difference {
  /** What differs. */
  readonly about: string;
  readonly go: string;
  readonly ours: string;
  readonly why: string;
  /** What Go's reader ends with, where we pass. */
  readonly goSays?: RegExp;
  /** Traces of Go's own test data that show it, with what we say of them. */
  readonly shownBy: Readonly<Record<string, 'passes' | 'fails'>>;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    about: 'A reason that no release gives',
    go: 'Any text is a reason for blocking or stopping.',
    ours: 'The judge says *diverges*: the reason is not in the release’s vocabulary.',
    why: 'The reasons of a release are a closed list in its source. The traces that show it were written by hand for Go’s reader, which does not look at reasons.',
    shownBy: {
      'go122-confuse-seq-across-generations.test': 'fails',
      'go122-go-create-without-running-g.test': 'fails',
    },
  },
  {
    about: 'The ID of a string or stack past 2^53',
    go: 'Any 64-bit number is an ID.',
    ours: 'The reader says *malformed*, `table-id`.',
    why: 'The runtime counts IDs up from 1. Numbers that no double holds would cost every look-up, for traces that nobody can write.',
    shownBy: { 'large-id': 'fails' },
  },
  {
    about: 'An event out of turn',
    go: 'Reading ends with “failed to advance” at the first event that nothing can make ready.',
    ours: 'The orderer lets it through, says what it waited for, and goes on; the judge names the rule.',
    why: 'What comes after is evidence too.',
    shownBy: {},
  },
  {
    about: 'A context that an event cannot have',
    go: 'Reading ends, as with a GoCreateSyscall on an M that runs a goroutine.',
    ours: 'The event is read as it stands; the judge says *diverges* and names the rule.',
    why: 'Order and judgement are apart: the reader says what was written.',
    shownBy: {},
  },
  {
    about: 'Regions that do not nest',
    go: 'Reading ends with “misuse of region”.',
    ours: 'They are read as they stand.',
    why: 'A program may end its regions in any order, and the runtime does not look. It is no reason to withhold what else the trace says.',
    goSays: /^misuse of region in goroutine /,
    shownBy: {},
  },
  {
    about: 'What an M writes while it exits',
    go: 'Reading ends with “expected a proc but didn’t have one” where the M’s buffer was full between unminit and handoffp.',
    ours: 'Its next buffer, which bears thread 0, is that M’s.',
    why: 'unminit sets the procid to 0 before mexit gives up its P, and a new buffer takes its thread from there. Go 1.26 writes such traces: seen where threads end often and the buffers are full. The runtime did nothing that it should not.',
    goSays: /^expected a proc but didn't have one/,
    shownBy: {},
  },
  {
    about: 'A P stolen from an M that does not hold it',
    go: 'Reading ends with “stole proc from non-existent thread” or “tried to steal proc”.',
    ours: 'The judge says *diverges*, `P/stolen-from`, and names the M that went into the system call with it.',
    why: 'What comes after is evidence too.',
    goSays: /^(stole proc from non-existent thread|tried to (self-)?steal proc) /,
    shownBy: {},
  },
  {
    about: 'A generation that is missing',
    go: 'Reading ends with “generations out of order”.',
    ours: 'Damage, `generation-gap`; the next generation is read, knowing nothing from before.',
    why: 'A recording that lost its middle still shows its end.',
    shownBy: {},
  },
  {
    about: 'A generation that is cut off or damaged',
    go: 'Its events are withheld or given up to the damage, in whatever order they come.',
    ours: 'Those that certainly happened, marked `partial`, and an account of what was lost.',
    why: 'See “Damage” in replay/decode/README.md.',
    shownBy: {},
  },
  {
    about: 'A trace whose clock begins at 0',
    go: 'The first event stands at 1 ns: the reader hands out no time that is not after the last, which is 0 before the first.',
    ours: 'It stands at 0.',
    why: 'No clock of a running machine says 0; traces that do are written by hand. The comparison moves them as Go does.',
    shownBy: {
      'go122-syscall-steal-proc-ambiguous.test': 'passes',
      'go122-syscall-steal-proc-self.test': 'passes',
    },
  },
  {
    about: 'FutileWakeup, an event of Go 1.5 to 1.21',
    go: 'Reading ends with “unexpected event type 36”.',
    ours: 'It is passed over.',
    why: 'The runtime wrote it wherever a goroutine was woken in vain. It changes no state, and no event of today says the same.',
    shownBy: { '4055b17cae1a3443': 'passes' },
  },
  {
    about: 'Traces of Go 1.9 and 1.10',
    go: 'Refused.',
    ours: 'Read.',
    why: 'They differ from 1.11 in few events.',
    shownBy: {},
  },
  {
    about: 'Stacks with inlined calls, up to Go 1.21',
    go: 'One frame for each program counter: the first that the file has, wherever that counter stands.',
    ours: 'The frames as they stand in each stack.',
    why: 'The format has several frames of one counter where calls were inlined. The comparison takes Go’s.',
    shownBy: {},
  },
  {
    about: 'The end of a task without a parent, up to Go 1.21',
    go: 'Its parent is 0; where it begins, none.',
    ours: 'None in both.',
    why: 'It is one task. The comparison takes Go’s.',
    shownBy: {},
  },
  {
    about: 'GoSwitch, GoSwitchDestroy, GoDestroySyscall',
    go: 'Three events, three events, and two where the M has a P.',
    ours: 'One each. The times of the others stay free.',
    why: 'They are one event in the trace. The comparison makes of them what Go does.',
    shownBy: {},
  },
  {
    about: 'A GoStatus of a goroutine that sits in a syscall on a silent M',
    go: 'It stands with the M that it names.',
    ours: 'It stands with the M that wrote it.',
    why: 'The columns say what was written; the M that it names is its argument.',
    shownBy: {},
  },
];

/** What we say of one of Go's own test traces; undefined where we agree with Go. */
export function ourVerdictOn(name: string): 'passes' | 'fails' | undefined {
  return DIFFERENCES.map(({ shownBy }) => shownBy[name]).find((verdict) => verdict !== undefined);
}

/** Whether Go's reader stops where we go on, and mean to. */
export function differsOnPurpose(goError: string): boolean {
  return DIFFERENCES.some(({ goSays }) => goSays?.test(goError));
}

const INTRODUCTION = `# Where our reader differs from Go’s on purpose

Go’s reader is \`internal/trace\`, in public \`golang.org/x/exp/trace\`. \`npm run oracle\` holds ours against it,
event for event: kind, time, M, P, G, transitions with reasons and stacks, ranges, metrics, tasks, regions, logs, labels,
clock snapshots, experimental events and CPU samples. What it finds different and is not told here is an error.

This page is made from \`oracle/differences.ts\`, the table that the tests read.
`;

/** The text of docs/reader-differences.md. */
export function differencesPage(): string {
  const sections = DIFFERENCES.map(({ about, go, ours, why, shownBy }) => {
    const names = Object.keys(shownBy).map((name) => `\`${name}\``);
    const shown = names.length === 0 ? '' : `\n- **Shown by** ${names.join(', ')}`;
    return `## ${about}\n\n- **Go**: ${go}\n- **Ours**: ${ours}\n- **Why**: ${why}${shown}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}
