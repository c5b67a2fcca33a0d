// Package churn gives fixtures work by rounds: a run of a given duration has
// the same number of rounds on every machine, within reason, so what a run shows
// hardly depends on how fast or how busy the machine is; how long it takes does.
package churn

import (
	"runtime/debug"
	"sync/atomic"
	"time"
	"unsafe"
)

// Period is what a round takes at least.
const Period = 25 * time.Millisecond

// A small heap, so that little garbage is enough for a collection.
const gcPercent = 10

// Garbage is made in blocks of this size.
const blockBytes = 4 << 10

// Where the compiler must think that a block is needed. Releases before type parameters build this too.
var garbage unsafe.Pointer

// Collect makes garbage until a collection that began after the call has
// marked all there is. runtime.GC would sweep too, and yield for each span:
// so often that hardly anything else would be seen of the run.
func Collect() {
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	// The first to end may have begun before.
	for end := stats.NumGC + 2; stats.NumGC < end; debug.ReadGCStats(&stats) {
		Litter(8)
	}
}

// CollectUntil makes garbage, and so collections, until done is closed.
func CollectUntil(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
			Litter(8)
		}
	}
}

// Litter makes some blocks of garbage, so that a collection begins wherever many do it.
func Litter(blocks int) {
	for i := 0; i < blocks; i++ {
		atomic.StorePointer(&garbage, unsafe.Pointer(new([blockBytes]byte)))
	}
}

// slowest is how many times longer than it should a run takes at most: under an
// emulator on a busy machine it ends with fewer rounds.
const slowest = 25

// Rounds calls round for each period in d, and returns how often; a round that
// takes longer puts off the next.
func Rounds(d time.Duration, round func(i int)) int {
	debug.SetGCPercent(gcPercent)
	start := time.Now()
	rounds := int(d / Period)
	for i := 0; i < rounds; i++ {
		if time.Since(start) > slowest*d {
			return i
		}
		round(i)
		time.Sleep(time.Until(start.Add(time.Duration(i+1) * Period)))
	}
	return rounds
}

// frameBytes is what a large frame takes at least, stepBytes about what a small one does.
const (
	frameBytes = 512
	stepBytes  = 64
)

// Deep calls f with about so many bytes of stack in use above it, in steps small
// enough that a call of f can be made to meet the end of a stack at any of its own calls.
//
//go:noinline
func Deep(bytes int, f func()) byte {
	if bytes < frameBytes {
		return step(bytes, f)
	}
	var frame [frameBytes]byte
	frame[bytes%frameBytes] = 1
	return Deep(bytes-frameBytes, f) + frame[0]
}

//go:noinline
func step(bytes int, f func()) byte {
	if bytes < stepBytes {
		f()
		return 0
	}
	return step(bytes-stepBytes, f) + 1
}

// Nothing is for Deep when only the depth is wanted.
func Nothing() {}
