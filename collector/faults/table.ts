/**
 * The seeded faults: historic bugs of package runtime, each brought back by a
 * few edits of ours to the runtime's source. A program that is built with one
 * shows what real Go does with the bug, and whether we find it.
 *
 * An edit fits exactly once or the fault is refused; what it puts in has as many
 * lines as what it takes out, so that every line keeps its number. New functions
 * go to the end of a file. DELAY_US stands for the microseconds of `--delay`.
 */

/** One change to a file of package runtime. */
export type Edit =
  | { readonly file: string; readonly find: string; readonly replace: string }
  | { readonly file: string; readonly append: string };

export interface Fault {
  readonly name: string;
  /** What is wrong with the runtime that carries it, in a sentence. */
  readonly summary: string;
  readonly history: {
    /** The commit of golang/go that mended it. */
    readonly commit: string;
    /** Issue numbers of golang/go. */
    readonly issues: readonly number[];
  };
  /** The fixture that brings it out. */
  readonly fixture: string;
  /** Rules of the model by which a replay finds it, the most telling first; one of them must be broken. */
  readonly finds: readonly string[];
  /** Milliseconds after which its program, which would not end, is ended. */
  readonly hangsMs?: number;
  /** What real Go does with it, as it was seen. */
  readonly seen: string;
  /** Set for a fault that waits somewhere: microseconds, if `--delay` does not say. */
  readonly delayUs?: number;
  /** Where that is: what the waiting function did last, and what it does next. Words of the source, which a world's statements have too. */
  readonly window?: { readonly behind: string; readonly before: string };
  /** Releases where it was tried, and the architectures. */
  readonly tried: { readonly go: readonly string[]; readonly arch: readonly string[] };
  readonly edits: readonly Edit[];
}

const RELEASES = ['1.22', '1.23', '1.24', '1.25', '1.26'];
const TRIED = { go: RELEASES, arch: ['amd64', 'arm64'] };

/** Lets a G go that the collector owns by its scan bit, copies its stack as in 2014, and takes it back. */
const COPYSTACK_UNOWNED = `
// Gotwin, fault copystack-unowned: the status is read, then changed; nothing owns gp in between.
func gotwin_copystack(gp *g, newsize uintptr) {
	if readgstatus(gp) != _Gscanwaiting {
		copystack(gp, newsize)
		return
	}
	casfrom_Gscanstatus(gp, _Gscanwaiting, _Gwaiting)
	if DELAY_US > 0 {
		usleep(DELAY_US)
	}
	casgstatus(gp, _Gwaiting, _Gcopystack)
	copystack(gp, newsize)
	casgstatus(gp, _Gcopystack, _Gwaiting)
	// The caller goes on to scan the stack: take the G again, wherever it has got to.
	for {
		switch s := readgstatus(gp); s {
		case _Grunnable, _Gwaiting, _Gsyscall:
			if castogscanstatus(gp, s, s|_Gscan) {
				return
			}
		}
		osyield()
	}
}
`;

/** 2014: the whole collection ran with the world stopped, and so did shrinking. */
const COPYSTACK_STW = `
// Gotwin, fault copystack-stw: stopping the world does not stop netpoll.
func gotwin_shrinkstopped() {
	forEachGRace(func(gp *g) {
		if readgstatus(gp) != _Gwaiting || gp.waitreason != waitReasonIOWait || !isShrinkStackSafe(gp) {
			return
		}
		newsize := (gp.stack.hi - gp.stack.lo) / 2
		if newsize < fixedStack || gp.stack.hi-gp.sched.sp+stackNosplit >= newsize/2 {
			return
		}
		if DELAY_US > 0 {
			usleep(DELAY_US)
		}
		casgstatus(gp, _Gwaiting, _Gcopystack)
		copystack(gp, newsize)
		casgstatus(gp, _Gcopystack, _Gwaiting)
	})
}
`;

/** The stacks of dead Gs are freed by the goroutine that starts a collection, on its own stack. */
const FREE_ON_USER_STACK: readonly Edit[] = [
  {
    file: 'mgcmark.go',
    find: '\t\tsystemstack(markrootFreeGStacks)\n',
    replace: '\t\t// Gotwin: gcStart does it.\n',
  },
  {
    file: 'mgc.go',
    find: '\tsystemstack(gcResetMarkState)\n',
    replace: '\tmarkrootFreeGStacks(); systemstack(gcResetMarkState) // Gotwin: freed on a user stack\n',
  },
];

/** What says in today's source that a function runs on the system stack; the linker and the prologue hold it to it. */
const NO_SYSTEMSTACK_CHECKS: readonly Edit[] = [
  ...['stackcacherelease(c *mcache, order uint8)', 'stackfree(stk stack)'].map((signature) => ({
    file: 'stack.go',
    find: `//go:systemstack\nfunc ${signature} {\n`,
    replace: `// Gotwin: no check\nfunc ${signature} {\n`,
  })),
  // The heap was entered by a switch of its own in 2016 too.
  ...['\t\ts.manualFreeList = 0\n\t\tosStackFree(s)\n\t\t', '// sweeping.\n\t\t\tosStackFree(s)\n\t\t\t'].map(
    (before) => ({
      file: 'stack.go',
      find: `${before}mheap_.freeManual(s, spanAllocStack)\n`,
      replace: `${before}systemstack(func() { mheap_.freeManual(s, spanAllocStack) })\n`,
    }),
  ),
];

export const FAULTS: readonly Fault[] = [
  {
    name: 'copystack-unowned',
    summary:
      'A waiting goroutine is not owned while its stack is shrunk: netpoll may make it runnable meanwhile.',
    history: { commit: '2b62e1eaec', issues: [9186] },
    fixture: 'netecho',
    // Every run breaks the last; whether netpoll comes before or after the copy begins is luck.
    finds: ['status/copystack', 'status/wait', 'status/scanned-waiting'],
    seen: 'Mostly nothing for a second or more, then throws `casgstatus: waiting for Gwaiting but is Grunnable` or `bad g->status in ready`; two runs in seven of three seconds ended well. With --delay 200us it throws within a tenth of a second.',
    delayUs: 0,
    window: { behind: 'casfrom_Gscanstatus(gp, _Gscanwaiting, _Gwaiting)', before: ', _Gcopystack)' },
    tried: TRIED,
    edits: [
      {
        file: 'stack.go',
        find: '\n\tcopystack(gp, newsize)\n}\n\n// freeStackSpans',
        replace: '\n\tgotwin_copystack(gp, newsize)\n}\n\n// freeStackSpans',
      },
      { file: 'stack.go', append: COPYSTACK_UNOWNED },
    ],
  },
  {
    name: 'copystack-stw',
    summary:
      'Stacks are shrunk while the world is stopped, which netpoll is not; who finds another status waits for ever.',
    history: { commit: '2b62e1eaec', issues: [9186] },
    fixture: 'netecho',
    finds: ['status/wait', 'status/wait-ends'],
    hangsMs: 8_000,
    seen: 'Hangs within the first second, as in 2014, with the world stopped.',
    delayUs: 12_000,
    window: { behind: 'readgstatus(gp)', before: ', _Gcopystack)' },
    tried: TRIED,
    edits: [
      {
        file: 'mgc.go',
        find: '\t\tfinishsweep_m()\n\t})\n\n\t// clearpools',
        replace: '\t\tfinishsweep_m(); gotwin_shrinkstopped()\n\t})\n\n\t// clearpools',
      },
      {
        file: 'proc.go',
        find: '\t\tif oldval == _Gwaiting && gp.atomicstatus.Load() == _Grunnable {\n',
        replace: '\t\tif false && oldval == _Gwaiting && gp.atomicstatus.Load() == _Grunnable { // Gotwin\n',
      },
      { file: 'stack.go', append: COPYSTACK_STW },
    ],
  },
  {
    name: 'stackfree-user-stack',
    summary:
      "The stacks of dead goroutines are freed on a user stack, where preemption may take away the P whose cache is changed; Go's own checks are out.",
    history: { commit: '6a86dbe75f', issues: [15853] },
    fixture: 'stackcache',
    finds: ['stack/system-stack'],
    seen: 'Nothing: programs end well.',
    tried: TRIED,
    edits: [...FREE_ON_USER_STACK, ...NO_SYSTEMSTACK_CHECKS],
  },
  {
    name: 'stackcache-preempted',
    summary: 'The same, and the goroutine yields between the two writes that put a stack into the cache.',
    history: { commit: '6a86dbe75f', issues: [15853] },
    fixture: 'stackcache',
    finds: ['stack/system-stack', 'stackcache/release'],
    seen: 'Crashes within half a second, each time in another way: SIGSEGV, `freeing stack not in a stack span`, or a hang.',
    tried: TRIED,
    edits: [
      ...FREE_ON_USER_STACK,
      ...NO_SYSTEMSTACK_CHECKS,
      {
        file: 'stack.go',
        find: '\t\t\tx.ptr().next = c.stackcache[order].list\n\t\t\tc.stackcache[order].list = x\n',
        replace:
          '\t\t\tx.ptr().next = c.stackcache[order].list\n\t\t\tif gp != gp.m.g0 { Gosched() }; c.stackcache[order].list = x // Gotwin\n',
      },
    ],
  },
  {
    name: 'goexit-stub',
    summary: 'Goexit calls goexit, the stub that ends every traceback: what lies above it is never seen.',
    history: { commit: 'ad731887a7', issues: [] },
    fixture: 'goexit',
    finds: ['exit/stub'],
    seen: 'Throws `traceback did not unwind completely` when the collector, or growth, looks at a stack at the wrong moment; most runs end well.',
    tried: TRIED,
    edits: [
      {
        file: 'panic.go',
        find: '\t\tfn()\n\t}\n\n\tgoexit1()\n}\n',
        replace: '\t\tfn()\n\t}\n\n\tgoexit(neverCallThisFunction{})\n}\n',
      },
    ],
  },
  {
    name: 'freem-leak',
    summary:
      'Threads that exit are put on the list of those to be freed, and nobody frees them or their stacks.',
    history: { commit: 'eff2b2620d', issues: [14592, 20395] },
    fixture: 'threadexit',
    finds: ['thread/reaped-in-the-end', 'thread/keep'],
    seen: 'Nothing but memory: 16 KB for each thread that ended.',
    tried: TRIED,
    edits: [
      {
        file: 'proc.go',
        find: '\tif sched.freem != nil {\n\t\tlock(&sched.lock)\n\t\tvar newList *m\n',
        replace: '\tif false && sched.freem != nil { // Gotwin\n\t\tlock(&sched.lock)\n\t\tvar newList *m\n',
      },
    ],
  },
  {
    name: 'freem-early',
    summary: "A thread's stack is freed before the thread has said that it is off it.",
    history: { commit: 'eff2b2620d', issues: [14592, 20395] },
    fixture: 'threadexit',
    finds: ['thread/reap'],
    seen: 'SIGSEGV within some seconds, with no or half a message; one run in seven of four seconds ended well.',
    delayUs: 300,
    window: { behind: 'unlock(&sched.lock)', before: 'exitThread' },
    tried: TRIED,
    edits: [
      {
        file: 'proc.go',
        find: '\t\t\twait := freem.freeWait.Load()\n',
        replace: '\t\t\twait := freem.freeWait.Load() &^ freeMWait // Gotwin\n',
      },
      {
        file: 'proc.go',
        // Here, and not just before exitThread: in between it hands off its P, and may come to walk the list itself.
        find: '\tsched.freem = mp\n\tunlock(&sched.lock)\n',
        replace:
          '\tsched.freem = mp\n\tunlock(&sched.lock); if DELAY_US > 0 { usleep(DELAY_US) } // Gotwin\n',
      },
    ],
  },
];
