// Package churn gives fixtures work by rounds: a run of a given duration has
// the same number of rounds on every machine, so what a run shows does not
// depend on how fast or how busy the machine is; only how long it takes does.
package churn

import (
	"runtime/debug"
	"time"
)

// Period is what a round takes at least.
const Period = 25 * time.Millisecond

// A small heap, so that little garbage is enough for a collection.
const gcPercent = 10

var garbage []byte

// Collect makes garbage until a collection that began after the call has
// marked all there is. runtime.GC would sweep too, and yield for each span:
// so often that hardly anything else would be seen of the run.
func Collect() {
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	// The first to end may have begun before.
	for end := stats.NumGC + 2; stats.NumGC < end; debug.ReadGCStats(&stats) {
		garbage = make([]byte, 32<<10)
	}
}

// Litter makes garbage enough to begin a collection, unless one runs already.
func Litter() {
	for i := 0; i < 32; i++ {
		garbage = make([]byte, 32<<10)
	}
}

// Rounds calls round for each period in d; a round that takes longer puts off the next.
func Rounds(d time.Duration, round func(i int)) {
	debug.SetGCPercent(gcPercent)
	next := time.Now()
	for i := 0; i < int(d/Period); i++ {
		round(i)
		next = next.Add(Period)
		time.Sleep(time.Until(next))
	}
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
