// Code added to package runtime by Gotwin's collector.

// What takes the place of changes of the status words of Gs and Ps.

package runtime

import (
	"internal/goarch"
	"internal/runtime/atomic"
	"unsafe"
)

// A status word changes and gets its number under one of these, chosen by its address, so that
// the numbers order the changes of one G, and of one P, exactly.
var gotwinLocks [256]gotwinLock

type gotwinLock struct {
	held uint32
	_    [60]byte // a cache line each
}

//go:nosplit
func gotwinLockOf(address uintptr) *gotwinLock {
	return &gotwinLocks[uint8(address>>6^address>>14)]
}

//go:nosplit
func gotwinAcquire(address uintptr) *gotwinLock {
	l := gotwinLockOf(address)
	if !atomic.Cas(&l.held, 0, 1) {
		l.wait()
	}
	return l
}

//go:nosplit
func (l *gotwinLock) wait() {
	for i := 0; !atomic.Cas(&l.held, 0, 1); i++ {
		if i < 30 {
			procyield(4)
		} else {
			osyield() // who holds it is not running
		}
	}
}

//go:nosplit
func (l *gotwinLock) release() {
	if goarch.IsAmd64 == 1 {
		l.held = 0
		return
	}
	atomic.Store(&l.held, 0)
}

// gotwinCas takes the place of gp.atomicstatus.CompareAndSwap.
//
//go:nosplit
//go:nowritebarrierrec
func gotwinCas(gp *g, old, new uint32, pc uintptr) bool {
	if !gotwinOn(gotwinKindGstatus) {
		return gp.atomicstatus.CompareAndSwap(old, new)
	}
	if gp.atomicstatus.Load() != old {
		return false
	}
	address := uintptr(unsafe.Pointer(gp))
	before := atomic.Load64((*uint64)(unsafe.Pointer(gotwinNext)))
	l := gotwinLockOf(address)
	if !atomic.Cas(&l.held, 0, 1) {
		l.wait()
	}
	done := gp.atomicstatus.CompareAndSwap(old, new)
	if done {
		gotwinPut(gotwinKindGstatus, address, uintptr(old)<<32|uintptr(new), pc, before)
	}
	l.release()
	return done
}

// gotwinCasHere is gotwinCas where the caller of the function around says nothing: the pc is the function's own.
//
//go:nosplit
func gotwinCasHere(gp *g, old, new uint32) bool {
	return gotwinCas(gp, old, new, getcallerpc())
}

// gotwinWait records that casgstatus has to wait, once for each wait.
//
//go:nosplit
func gotwinWait(gp *g, old uint32, pc uintptr) {
	gotwinG(gotwinKindGstatuswait, gp, uintptr(old)<<32|uintptr(gp.atomicstatus.Load()), pc)
}

// gotwinSetP takes the place of pp.status = new.
//
//go:nosplit
func gotwinSetP(pp *p, new uint32) {
	if !gotwinOn(gotwinKindPstatus) {
		pp.status = new
		return
	}
	before := atomic.Load64((*uint64)(unsafe.Pointer(gotwinNext)))
	l := gotwinAcquire(uintptr(unsafe.Pointer(pp)))
	old := pp.status
	atomic.Store(&pp.status, new)
	gotwinPut(gotwinKindPstatus, gotwinCurrent, uintptr(pp.id), uintptr(old)<<32|uintptr(new), before)
	l.release()
}

// gotwinStoreP takes the place of atomic.Store(&pp.status, new).
//
//go:nosplit
func gotwinStoreP(pp *p, new uint32) {
	if gotwinOn(gotwinKindPstatus) {
		gotwinSetP(pp, new)
		return
	}
	atomic.Store(&pp.status, new)
}

// gotwinCasP takes the place of atomic.Cas(&pp.status, old, new).
//
//go:nosplit
func gotwinCasP(pp *p, old, new uint32) bool {
	if !gotwinOn(gotwinKindPstatus) {
		return atomic.Cas(&pp.status, old, new)
	}
	before := atomic.Load64((*uint64)(unsafe.Pointer(gotwinNext)))
	l := gotwinAcquire(uintptr(unsafe.Pointer(pp)))
	done := atomic.Cas(&pp.status, old, new)
	if done {
		gotwinPut(gotwinKindPstatus, gotwinCurrent, uintptr(pp.id), uintptr(old)<<32|uintptr(new), before)
	}
	l.release()
	return done
}
