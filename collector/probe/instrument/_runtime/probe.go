// Code added to package runtime by Gotwin's collector.

// The probe writes a fixed record for each act of the runtime into a file that is
// mapped shared, so that what was written stays however the process ends. It runs
// wherever the runtime does: without a P, on any stack, in the middle of a status
// change. So nothing here allocates, splits a stack or needs a write barrier, and
// addresses of the mapping are kept as uintptr.
//
// The constants gotwinAt… and gotwinKind… are generated from the collector's tables.

package runtime

import (
	"internal/abi"
	"internal/goarch"
	"internal/runtime/atomic"
	"unsafe"
)

var (
	// Bit k is set while records of kind k are written; 0 means that the probe is off.
	gotwinMask uint64

	gotwinHeader   uintptr
	gotwinNext     uintptr
	gotwinRecords  uintptr
	gotwinCapacity uint64
	// In ring mode capacity-1, which is a mask since capacity is a power of two; else all ones.
	gotwinSlots uint64
	// Ticks of the latest calibration pair.
	gotwinPaired uint64
)

type gotwinRecord struct {
	commit uint64
	ticks  uint64
	gp     uintptr
	a, b   uintptr
	tag    uint64 // kind, flags, P, M and what passed, from the lowest byte up
}

// The layout is the collector's; these do not compile when the struct is another.
var (
	_ = [1]int{}[gotwinRecordBytes-unsafe.Sizeof(gotwinRecord{})]
	_ = [1]int{}[gotwinRecordTicks-unsafe.Offsetof(gotwinRecord{}.ticks)]
	_ = [1]int{}[gotwinRecordGp-unsafe.Offsetof(gotwinRecord{}.gp)]
	_ = [1]int{}[gotwinRecordA-unsafe.Offsetof(gotwinRecord{}.a)]
	_ = [1]int{}[gotwinRecordB-unsafe.Offsetof(gotwinRecord{}.b)]
	_ = [1]int{}[gotwinRecordKind-unsafe.Offsetof(gotwinRecord{}.tag)]
)

// Where the parts of a tag begin, in bits.
const (
	gotwinTagFlags  = 8 * (gotwinRecordFlags - gotwinRecordKind)
	gotwinTagP      = 8 * (gotwinRecordP - gotwinRecordKind)
	gotwinTagM      = 8 * (gotwinRecordM - gotwinRecordKind)
	gotwinTagPassed = 8 * (gotwinRecordPassed - gotwinRecordKind)
)

const (
	// The header begins with this text: the collector made the file, and for a probe.
	gotwinMagic    = "GOTWINPR"
	gotwinVariable = "GOTWIN_PROBE="
	// Between the pairs by which ticks become nanoseconds: about 100 ms at 2 to 4 GHz, and at the 25 to 60 MHz of arm64's counter.
	gotwinPairTicks = 1<<28*goarch.IsAmd64 + 1<<22*goarch.IsArm64
)

// gotwinStart maps the file that the environment names. It is the first act of schedinit.
func gotwinStart() {
	path := gotwinTakePath()
	if path == nil {
		return
	}
	fd := open(path, 2|_O_CLOEXEC, 0) // O_RDWR
	if fd < 0 {
		return
	}
	if header, err := gotwinMap(gotwinAtRecords, fd); err == 0 {
		capacity := *gotwinWord(header, gotwinAtCapacity)
		if gotwinHasPrefix((*byte)(unsafe.Pointer(header)), gotwinMagic) && atomic.Cas64(gotwinWord(header, gotwinAtOwner), 0, uint64(getpid())) {
			if whole, err := gotwinMap(gotwinAtRecords+uintptr(capacity)*gotwinRecordBytes, fd); err == 0 {
				gotwinBegin(whole, capacity)
			}
		}
	}
	closefd(fd)
}

func gotwinMap(bytes uintptr, fd int32) (uintptr, int) {
	p, err := sysMmap(nil, bytes, _PROT_READ|_PROT_WRITE, 1, fd, 0) // MAP_SHARED
	return uintptr(p), err
}

func gotwinBegin(header uintptr, capacity uint64) {
	gotwinHeader = header
	gotwinNext = header + gotwinAtNext
	gotwinRecords = header + gotwinAtRecords
	gotwinCapacity = capacity
	gotwinSlots = ^uint64(0)
	if *(*uint32)(unsafe.Pointer(header + gotwinAtMode)) == gotwinModeRing {
		gotwinSlots = capacity - 1
	}
	*gotwinWord(header, gotwinAtGoexit) = uint64(abi.FuncPCABI0(goexit)) + gotwinPCQuantum
	*gotwinWord(header, gotwinAtBeginTicks) = gotwinTicks()
	*gotwinWord(header, gotwinAtBeginNanos) = uint64(nanotime())
	gotwinMask = *gotwinWord(header, gotwinAtMask)
	gotwinPair(gotwinKindBegin)
}

// gotwinTakePath returns the value of the variable and takes it out of the environment, before anybody
// has looked at it: a child that inherits it would only find the file taken.
func gotwinTakePath() *byte {
	for i := argc + 1; ; i++ {
		entry := argv_index(argv, i)
		if entry == nil {
			return nil
		}
		if !gotwinHasPrefix(entry, gotwinVariable) {
			continue
		}
		for ; argv_index(argv, i) != nil; i++ {
			*(**byte)(add(unsafe.Pointer(argv), uintptr(i)*8)) = argv_index(argv, i+1)
		}
		return (*byte)(add(unsafe.Pointer(entry), uintptr(len(gotwinVariable))))
	}
}

func gotwinHasPrefix(text *byte, prefix string) bool {
	for i := 0; i < len(prefix); i++ {
		if *(*byte)(add(unsafe.Pointer(text), uintptr(i))) != prefix[i] {
			return false
		}
	}
	return true
}

//go:nosplit
func gotwinWord(base, offset uintptr) *uint64 {
	return (*uint64)(unsafe.Pointer(base + offset))
}

// A note is a record that waits for the next: ready and execute change the status of their G right after they begin,
// and what one of them has to say gets its number and its time together with that change, which halves the cost of both.
// The first record of any kind by the same thread takes the note with it, so nothing overtakes it.
type gotwinNote struct {
	kind uint8 // 0: there is none
	gp   uintptr
	a, b uintptr
	// ticks of the latest record under this P.
	ticks uint64
	_     [24]byte // a cache line each
}

// By P: ready and execute have one until they have made their change, and nobody else has it then.
var gotwinNotes [256]gotwinNote

// gotwinSoon records an act of which a change of gp's status is the next part.
//
//go:nosplit
func gotwinSoon(kind uint8, gp *g, a, b uintptr) {
	if !gotwinOn(kind) {
		return
	}
	if id := uint32(getg().m.p.ptr().id); id < uint32(len(gotwinNotes)) && gotwinOn(gotwinKindGstatus) {
		if note := &gotwinNotes[id]; note.kind == 0 {
			note.gp, note.a, note.b = uintptr(unsafe.Pointer(gp)), a, b
			note.kind = kind
			return
		}
	}
	gotwinPut(kind, uintptr(unsafe.Pointer(gp)), a, b, 0)
}

// gotwinPut writes one record, and before it the thread's note. before is the number that was next before
// the operation, 0 where that is not known.
//
// The clock is read first: nothing else is called, so that all the rest stays in registers.
//
//go:nosplit
//go:nowritebarrierrec
func gotwinPut(kind uint8, gp, a, b uintptr, before uint64) {
	ticks := gotwinTicks()
	self := getg()
	mp := self.m
	var note *gotwinNote
	who := uint64(0xffff << gotwinTagM)
	if mp != nil {
		who = min(uint64(mp.id), 0xffff) << gotwinTagM
		if mp.locks != 0 || mp.mallocing != 0 {
			who |= 4 << gotwinTagFlags
		}
		if pp := mp.p.ptr(); pp != nil {
			who |= uint64(uint16(pp.id+1)) << gotwinTagP
			// A handler of signals may have interrupted the writing of the note.
			if id := uint32(pp.id); id < uint32(len(gotwinNotes)) && self != mp.gsignal {
				note = &gotwinNotes[id]
			}
		}
		switch self {
		case mp.g0:
			who |= 1 << gotwinTagFlags
		case mp.gsignal:
			who |= 2 << gotwinTagFlags
		case mp.curg:
			who |= 3 << gotwinTagFlags
		}
	}
	if gp == gotwinCurrent {
		gp = gotwinCurrentG(self)
	}
	records := uint64(1)
	if note != nil {
		note.ticks = ticks
		if note.kind != 0 {
			records = 2
		}
	}
	seq := atomic.Xadd64((*uint64)(unsafe.Pointer(gotwinNext)), int64(records)) - records
	if records == 2 {
		gotwinWrite(seq, ticks, note.gp, note.a, note.b, uint64(note.kind)|who)
		note.kind = 0
		seq++
	}
	if before != 0 {
		who |= min(seq-before, 0xffff) << gotwinTagPassed
	}
	gotwinWrite(seq, ticks, gp, a, b, uint64(kind)|who)
}

// gotwinWrite fills a slot of the window. What lies beyond it is not written; the numbers go on, so that it is known how many.
//
//go:nosplit
//go:nowritebarrierrec
func gotwinWrite(seq, ticks uint64, gp, a, b uintptr, tag uint64) {
	slot := seq & gotwinSlots
	if slot >= gotwinCapacity {
		return
	}
	r := (*gotwinRecord)(unsafe.Pointer(gotwinRecords + uintptr(slot)*gotwinRecordBytes))
	r.ticks = ticks
	r.gp = gp
	r.a = a
	r.b = b
	r.tag = tag
	if goarch.IsAmd64 == 1 {
		r.commit = seq + 1 // the processor keeps stores in order, and an atomic one would wait for them all
	} else {
		atomic.Store64(&r.commit, seq+1)
	}
}

// gotwinTicks is in assembly.
func gotwinTicks() uint64

// What stands for the current G until a record is written. No G is there: the first page is never mapped.
const gotwinCurrent = 1

//go:nosplit
func gotwinCurrentG(self *g) uintptr {
	if mp := self.m; mp != nil && (self == mp.g0 || self == mp.gsignal) {
		return uintptr(unsafe.Pointer(mp.curg))
	}
	return uintptr(unsafe.Pointer(self))
}

// gotwinPair records a moment by both clocks.
//
//go:nosplit
func gotwinPair(kind uint8) {
	if gotwinMask == 0 {
		return
	}
	before := gotwinTicks()
	nanos := nanotime()
	ticks := before + (gotwinTicks()-before)/2
	gotwinPaired = ticks
	gotwinPut(kind, 0, uintptr(nanos), uintptr(ticks), 0)
}

// gotwinOff is asked where the runtime is most in a hurry, so that a probe that is off costs no call.
//
//go:nosplit
func gotwinOff() bool {
	return gotwinMask == 0
}

//go:nosplit
func gotwinOn(kind uint8) bool {
	return gotwinMask>>(kind&63)&1 != 0
}

// gotwinG records an act on gp.
//
//go:nosplit
func gotwinG(kind uint8, gp *g, a, b uintptr) {
	if gotwinOn(kind) {
		gotwinPut(kind, uintptr(unsafe.Pointer(gp)), a, b, 0)
	}
}

// gotwinHere records an act of the current G.
//
//go:nosplit
func gotwinHere(kind uint8, a, b uintptr) {
	if gotwinOn(kind) {
		gotwinPut(kind, gotwinCurrent, a, b, 0)
	}
}

//go:nosplit
func gotwinM(kind uint8, mp *m, b uintptr) {
	if gotwinOn(kind) {
		gotwinPut(kind, gotwinCurrent, uintptr(unsafe.Pointer(mp)), b, 0)
	}
}

//go:nosplit
func gotwinP(kind uint8, pp *p) {
	if gotwinOn(kind) {
		gotwinPut(kind, gotwinCurrent, uintptr(pp.id), uintptr(pp.m), 0)
	}
}

//go:nosplit
func gotwinBit(b bool) uintptr {
	if b {
		return 1
	}
	return 0
}

// gotwinText records a message; most of it is in the program's read-only data.
//
//go:nosplit
func gotwinText(kind uint8, s string) {
	if !gotwinOn(kind) {
		return
	}
	var first uintptr
	for i := 0; i < len(s) && i < 8; i++ {
		first |= uintptr(s[i]) << (8 * i)
	}
	gotwinPut(kind, uintptr(unsafe.Pointer(unsafe.StringData(s))), first, uintptr(len(s)), 0)
}

// gotwinExecute also sees to the calibration pairs: it is called all the time, on a stack that has room.
func gotwinExecute(gp *g) {
	if id := uint32(getg().m.p.ptr().id); id < uint32(len(gotwinNotes)) && int64(gotwinNotes[id].ticks-gotwinPaired) > gotwinPairTicks {
		gotwinPair(gotwinKindClock)
	}
	gotwinSoon(gotwinKindExecute, gp, uintptr(gp.goid), 0)
}

// gotwinReady waits for the change only where nothing is in its way: what the change then finds is what ready found.
//
//go:nosplit
func gotwinReady(gp *g, pc uintptr) {
	word := gp.atomicstatus.Load()
	if word == _Gwaiting {
		gotwinSoon(gotwinKindReady, gp, uintptr(word), pc)
		return
	}
	gotwinG(gotwinKindReady, gp, uintptr(word), pc)
}

//go:nosplit
func gotwinNewstack() {
	if gp := getg().m.curg; gp != nil {
		gotwinG(gotwinKindNewstack, gp, gp.stack.lo, gp.stack.hi-gp.stack.lo)
	}
}

// gotwinCache records an act on a P's cache of stacks, with the P that it belongs to: it need not be the current one.
//
//go:nosplit
func gotwinCache(kind uint8, order uint8, c *mcache) {
	if !gotwinOn(kind) {
		return
	}
	owner := ^uintptr(0)
	if pp := getg().m.p.ptr(); pp != nil && pp.mcache == c {
		owner = uintptr(pp.id)
	} else {
		for _, pp := range allp {
			if pp != nil && pp.mcache == c {
				owner = uintptr(pp.id)
			}
		}
	}
	gotwinPut(kind, gotwinCurrent, uintptr(order), owner, 0)
}
