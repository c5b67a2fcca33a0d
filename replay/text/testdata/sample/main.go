// Sample makes the runtime write: collections of both kinds, goroutines that
// wait for channels, locks, the network and system calls, threads that come and
// go, and a GOMAXPROCS that changes. It writes nothing to fd 2 itself.
package main

import (
	"flag"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"sync/atomic"
	"time"
)

var (
	file   = flag.String("trace", "", "execution trace to write")
	begin  = flag.Int64("begin", 0, "trace from this forced collection on")
	end    = flag.Int64("end", 20, "trace until this one")
	forced atomic.Int64
)

// collections are forced before the program ends: work, not time, so that a busy machine runs as much.
const collections = 20

func main() {
	flag.Parse()
	var all sync.WaitGroup
	spawn := func(n int, work func()) {
		for range n {
			all.Add(1)
			go func() {
				defer all.Done()
				for forced.Load() < collections {
					work()
				}
			}()
		}
	}
	all.Add(1)
	go func() {
		defer all.Done()
		record()
	}()
	a, b := net.Pipe()
	go func() {
		buf := make([]byte, 1)
		for {
			if _, err := b.Read(buf); err != nil {
				return
			}
		}
	}()
	spawn(1, func() { a.Write([]byte{1}) })
	spawn(3, func() { keep(make([]byte, 4096)); runtime.Gosched() })
	spawn(1, func() { time.Sleep(15 * time.Millisecond); runtime.GC(); forced.Add(1) })
	spawn(2, func() { time.Sleep(100 * time.Microsecond) })
	spawn(1, thread)
	procs := 0
	spawn(1, func() { procs++; runtime.GOMAXPROCS(1 + procs%3); time.Sleep(7 * time.Millisecond) })
	all.Wait()
}

// record traces from forced collection *begin to *end.
func record() {
	if *file == "" {
		return
	}
	until := func(n int64) {
		for forced.Load() < n {
			time.Sleep(time.Millisecond)
		}
	}
	until(*begin)
	f, err := os.Create(*file)
	if err != nil {
		panic(err)
	}
	if err := trace.Start(f); err != nil {
		panic(err)
	}
	until(*end)
	trace.Stop()
}

// thread ends a goroutine that is locked to its thread, and so the thread.
func thread() {
	done := make(chan int)
	go func() {
		runtime.LockOSThread()
		close(done)
	}()
	<-done
	time.Sleep(2 * time.Millisecond)
}

var (
	kept [][]byte
	lock sync.Mutex
)

func keep(b []byte) {
	lock.Lock()
	defer lock.Unlock()
	if kept = append(kept, b); len(kept) > 400 {
		kept = nil
	}
}
