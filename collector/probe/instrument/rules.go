package main

// Where a probe is put, seen from what its rule finds.
type place int

const (
	// entry: the first thing that the function does; the rule has no pattern.
	entry place = iota
	before
	after
	// body: the first thing in the block of the statement.
	body
	// instead: the text takes the place of what was found.
	instead
)

// A rule says where records of one kind are written.
type rule struct {
	name string
	// kind of the records; the rule's name if empty.
	kind string
	// file that the sites are expected in, for the message when they are not.
	file string
	// in names the functions to look at; all of the package if empty. With !, all but these.
	in []string
	at place
	// find is a pattern (match.go); entry has none.
	find string
	// only restricts what a letter of the pattern stands for to text of that prefix.
	only map[string]string
	// probe is what is put there. Letters stand for what the pattern bound, KIND for the kind's constant,
	// CALLERPC and CALLERSP for the release's way to ask for them.
	probe string
}

// casFunctions change a G's status for a caller, who is the one worth knowing.
var casFunctions = []string{
	"casgstatus", "casfrom_Gscanstatus", "castogscanstatus", "casgcopystack", "casGToPreemptScan", "casGFromPreempted",
}

// What takes a thing that only one may have is recorded after it was taken, what gives
// it up before it is given up: so no two seem to have it at once, in the order of the numbers.
var rules = []rule{
	{name: "start", kind: "begin", file: "proc.go", in: []string{"schedinit"}, at: entry, probe: `gotwinStart()`},

	{name: "gstatus", file: "proc.go", in: casFunctions, at: instead,
		find:  `G.atomicstatus.CompareAndSwap(O, N)`,
		probe: `(gotwinOff() && G.atomicstatus.CompareAndSwap(O, N) || !gotwinOff() && gotwinCas(G, O, N, CALLERPC))`},
	{name: "gstatus-direct", kind: "gstatus", file: "coro.go", in: append([]string{"!"}, casFunctions...), at: instead,
		find: `G.atomicstatus.CompareAndSwap(O, N)`, probe: `gotwinCasHere(G, O, N)`},
	{name: "gstatuswait", file: "proc.go", in: []string{"casgstatus"}, at: body,
		find:  `for i := 0; !G.atomicstatus.CompareAndSwap(O, N); i++ {}`,
		probe: `if i == 0 { gotwinWait(G, O, CALLERPC) }`},

	{name: "gnew", file: "proc.go", in: []string{"newproc1"}, at: after,
		find: `G.goid = I`, probe: `gotwinG(KIND, G, uintptr(G.goid), fn.fn)`},
	{name: "goexit1", file: "proc.go", in: []string{"goexit1"}, at: entry,
		probe: `gotwinHere(KIND, CALLERPC, getg().stack.hi-CALLERSP)`},
	{name: "goexit0", file: "proc.go", in: []string{"goexit0"}, at: entry, probe: `gotwinG(KIND, gp, uintptr(gp.goid), 0)`},
	{name: "gdestroy", file: "proc.go", in: []string{"gdestroy"}, at: entry, probe: `gotwinG(KIND, gp, uintptr(gp.goid), 0)`},
	{name: "gfput", file: "proc.go", in: []string{"gfput"}, at: entry, probe: `gotwinG(KIND, gp, uintptr(gp.goid), 0)`},

	{name: "ready", file: "proc.go", in: []string{"ready"}, at: entry,
		probe: `if gotwinOn(KIND) { gotwinReady(gp, CALLERPC) }`},
	{name: "execute", file: "proc.go", in: []string{"execute"}, at: entry, probe: `if gotwinOn(KIND) { gotwinExecute(gp) }`},
	{name: "netpollready", file: "netpoll.go", in: []string{"netpollready"}, at: before,
		find: `toRun.push(G)`, probe: `gotwinG(KIND, G, uintptr(mode), 0)`},
	{name: "netpollunblock", file: "netpoll.go", in: []string{"netpollunblock"}, at: before,
		find: `return G`, probe: `gotwinG(KIND, G, uintptr(mode), gotwinBit(ioready))`},

	{name: "sysenter", file: "proc.go", in: []string{"reentersyscall"}, at: entry, probe: `gotwinHere(KIND, 0, pc)`},
	{name: "sysblock", file: "proc.go", in: []string{"entersyscallblock"}, at: entry, probe: `gotwinHere(KIND, 0, CALLERPC)`},
	{name: "sysexit", file: "proc.go", in: []string{"exitsyscall"}, at: entry, probe: `gotwinHere(KIND, 0, CALLERPC)`},

	{name: "stackalloc", file: "stack.go", in: []string{"stackalloc"}, at: before,
		find: `return stack{L, H}`, probe: `gotwinHere(KIND, L, H-(L))`},
	{name: "stackfree", file: "stack.go", in: []string{"stackfree"}, at: entry, probe: `gotwinHere(KIND, stk.lo, stk.hi-stk.lo)`},
	{name: "stackcacherefill", file: "stack.go", in: []string{"stackcacherefill"}, at: entry, probe: `gotwinCache(KIND, order, c)`},
	{name: "stackcacherelease", file: "stack.go", in: []string{"stackcacherelease"}, at: entry, probe: `gotwinCache(KIND, order, c)`},
	{name: "stackcacheclear", file: "stack.go", in: []string{"stackcache_clear"}, at: entry, probe: `gotwinCache(KIND, 0, c)`},
	{name: "copystackbegin", file: "stack.go", in: []string{"copystack"}, at: entry,
		probe: `gotwinG(KIND, gp, gp.stack.lo, gp.stack.hi-gp.stack.lo)`},
	{name: "copystackend", file: "stack.go", in: []string{"copystack"}, at: before,
		find: `stackfree(old)`, probe: `gotwinG(KIND, gp, gp.stack.lo, gp.stack.hi-gp.stack.lo)`},
	{name: "shrinkstack", file: "stack.go", in: []string{"shrinkstack"}, at: entry,
		probe: `gotwinG(KIND, gp, gp.stack.lo, gp.stack.hi-gp.stack.lo)`},
	{name: "newstack", file: "stack.go", in: []string{"newstack"}, at: entry, probe: `gotwinNewstack()`},

	{name: "allocmbegin", file: "proc.go", in: []string{"allocm"}, at: entry, probe: `gotwinHere(KIND, 0, 0)`},
	{name: "allocm", file: "proc.go", in: []string{"allocm"}, at: after,
		find: `mcommoninit(M, I)`, probe: `gotwinM(KIND, M, uintptr(M.id))`},
	{name: "reapkeep", file: "proc.go", in: []string{"allocm"}, at: body,
		find: `if wait == freeMWait {}`, probe: `gotwinM(KIND, freem, uintptr(wait))`},
	{name: "reap", file: "proc.go", in: []string{"allocm"}, at: before,
		find: `if wait == freeMStack {}`, probe: `gotwinM(KIND, freem, uintptr(wait))`},
	{name: "mstart", file: "proc.go", in: []string{"mstart1"}, at: entry,
		probe: `gotwinG(KIND, getg(), uintptr(unsafe.Pointer(getg().m)), getg().stack.lo)`},
	{name: "mexit", file: "proc.go", in: []string{"mexit"}, at: entry, probe: `gotwinM(KIND, getg().m, gotwinBit(osStack))`},
	{name: "freemadd", file: "proc.go", in: []string{"mexit"}, at: before,
		find: `M.freelink = sched.freem`, probe: `gotwinM(KIND, M, M.g0.stack.lo)`},
	{name: "exitthread", file: "proc.go", in: []string{"mexit"}, at: before,
		find: `exitThread(&M.freeWait)`, probe: `gotwinM(KIND, M, 0)`},
	{name: "exitthread-osstack", kind: "exitthread", file: "proc.go", in: []string{"mexit"}, at: before,
		find: `M.freeWait.Store(freeMRef)`, probe: `gotwinM(KIND, M, 0)`},

	{name: "pstatus", file: "proc.go", at: instead,
		find: `P.status = S`, only: map[string]string{"S": "_P"}, probe: `gotwinSetP(P, S)`},
	{name: "pstatus-cas", kind: "pstatus", file: "proc.go", at: instead,
		find: `atomic.Cas(&P.status, O, N)`, probe: `gotwinCasP(P, O, N)`},
	{name: "pstatus-store", kind: "pstatus", file: "proc.go", at: instead,
		find: `atomic.Store(&P.status, S)`, probe: `gotwinStoreP(P, S)`},
	{name: "wirep", file: "proc.go", in: []string{"wirep"}, at: after,
		find: `pp.status = _Prunning`, probe: `gotwinP(KIND, pp)`},
	{name: "releasep", file: "proc.go", in: []string{"releasepNoTrace"}, at: before,
		find: `gp.m.p = 0`, probe: `gotwinP(KIND, pp)`},
	{name: "releasep-syscall", kind: "releasep", file: "proc.go",
		in: []string{"reentersyscall", "entersyscallHandleGCWait", "syscallingThread.releaseP"}, at: before,
		find: `P.m = 0`, probe: `gotwinP(KIND, P)`},
	{name: "releasep-resize", kind: "releasep", file: "proc.go", in: []string{"procresize"}, at: before,
		find: `gp.m.p.ptr().m = 0`, probe: `gotwinP(KIND, gp.m.p.ptr())`},
	{name: "handoffp", file: "proc.go", in: []string{"handoffp"}, at: entry, probe: `gotwinHere(KIND, uintptr(pp.id), 0)`},

	{name: "stw", file: "proc.go", in: []string{"stopTheWorldWithSema"}, at: after,
		find: `worldStopped()`, probe: `gotwinHere(KIND, uintptr(reason), 0)`},
	{name: "startworld", file: "proc.go", in: []string{"startTheWorldWithSema"}, at: entry, probe: `gotwinHere(KIND, 0, 0)`},
	{name: "gcphase", file: "mgc.go", in: []string{"setGCPhase"}, at: entry, probe: `gotwinHere(KIND, uintptr(x), uintptr(gcphase))`},

	{name: "throw", file: "panic.go", in: []string{"throw"}, at: entry, probe: `gotwinText(KIND, s)`},
	{name: "fatal", file: "panic.go", in: []string{"fatal"}, at: entry, probe: `gotwinText(KIND, s)`},
	{name: "end", file: "proc.go", in: []string{"runExitHooks"}, at: entry, probe: `gotwinPair(KIND)`},
}
