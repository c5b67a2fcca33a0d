/** The traces that the readers are measured on. */

export interface TraceSpec {
  readonly name: string;
  /** What it shows. */
  readonly what: string;
  /** The program under workload/ that is traced. */
  readonly workload: 'mixed' | 'threads' | 'goroutines';
  /** Bytes that the trace should have. */
  readonly bytes: number;
  /** By which part of them it may have more or fewer; a tenth where it says nothing. */
  readonly within?: number;
  /** Generations that it should have; any number where it says nothing. */
  readonly generations?: number;
  readonly profile?: boolean;
  /** Only `mixed`: no network, no files, no sleep. */
  readonly local?: boolean;
  /** A setting of GODEBUG for the traced program. */
  readonly godebug?: string;
  /** Made from that other trace by setting back the clock of every other thread by so many milliseconds. */
  readonly skewed?: { readonly from: string; readonly milliseconds: number };
  /** How many times less user CPU than Go's reader we want to use. */
  readonly goal?: number;
  /** How many bytes of memory more than Go's reader we may use. */
  readonly extraMemory?: number;
  /** Its peak memory should be about that of this shorter trace, if its generations are as long. */
  readonly memoryOf?: string;
  /** Measured only when it is asked for: it takes minutes to make. */
  readonly large?: boolean;
}

const MB = 1e6;

export const TRACES: readonly TraceSpec[] = [
  {
    name: 'small',
    what: 'all kinds of work',
    workload: 'mixed',
    bytes: 3 * MB,
    profile: true,
  },
  {
    name: 'medium',
    what: 'all kinds of work',
    workload: 'mixed',
    bytes: 18 * MB,
    profile: true,
    goal: 1.3,
  },
  {
    name: 'generations',
    what: 'all kinds of work, 20 generations',
    workload: 'mixed',
    bytes: 100 * MB,
    generations: 20,
    profile: true,
    goal: 2,
    extraMemory: 80 * MB,
  },
  {
    name: 'long',
    what: 'few generations: all kinds of work but network and files',
    workload: 'mixed',
    local: true,
    bytes: 150 * MB,
    generations: 3,
    profile: true,
    goal: 2,
  },
  {
    name: 'threads',
    what: '280 threads that take turns',
    workload: 'threads',
    bytes: 25 * MB,
    goal: 1,
  },
  {
    name: 'goroutines',
    what: '20,000 goroutines',
    workload: 'goroutines',
    bytes: 30 * MB,
    // Each generation tells the status of all goroutines anew.
    generations: 6,
    goal: 1,
  },
  {
    name: 'skew',
    what: 'medium, with clocks 64 ms apart',
    workload: 'mixed',
    bytes: 18 * MB,
    skewed: { from: 'medium', milliseconds: 64 },
    goal: 1,
  },
  {
    name: 'allocations',
    what: 'all kinds of work, with every allocation',
    workload: 'mixed',
    bytes: 30 * MB,
    godebug: 'traceallocfree=1',
  },
  {
    name: 'large',
    what: 'ten times `generations`',
    workload: 'mixed',
    bytes: 1000 * MB,
    generations: 200,
    profile: true,
    goal: 2,
    // How long its generations become is the machine's business; so memory is held against theirs alone.
    memoryOf: 'generations',
    large: true,
  },
];
