// Corners does, a few times each, what most programs never do to the scheduler and to stacks:
// Goexit deep in a stack, threads that end, changes of GOMAXPROCS, profiles of everything,
// tracing, a heap dump, a fork, coroutines, a loop that must be preempted.
package main

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

func main() {
	rounds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	for round := range rounds {
		exits()
		runtime.GOMAXPROCS(1 + round%4)
		looks()
		pipes()
		preempted()
		coroutines()
	}
}

func deep(n int) int {
	var frame [512]byte
	if n == 0 {
		return 0
	}
	frame[n%len(frame)] = 1
	return deep(n-1) + int(frame[n%len(frame)])
}

// exits ends goroutines in every way, some of them with their threads.
func exits() {
	ways := []func(){
		func() { deep(100) },
		func() { defer deep(30); deep(60); runtime.Goexit() },
		func() { runtime.LockOSThread(); deep(20) },
		func() { defer func() { recover() }(); panic("a panic that is recovered") },
	}
	var all sync.WaitGroup
	for range 20 {
		for _, way := range ways {
			all.Add(1)
			go func() { defer all.Done(); way() }()
		}
	}
	all.Wait()
}

// looks stops the world, or walks over all goroutines, for many reasons.
func looks() {
	runtime.GC()
	debug.FreeOSMemory()
	runtime.ReadMemStats(&runtime.MemStats{})
	pprof.Lookup("goroutine").WriteTo(io.Discard, 2)
	pprof.Lookup("goroutine").WriteTo(io.Discard, 0)
	var samples []metrics.Sample
	for _, each := range metrics.All() {
		samples = append(samples, metrics.Sample{Name: each.Name})
	}
	metrics.Read(samples)
	if trace.Start(io.Discard) == nil {
		deep(50)
		trace.Stop()
	}
	if file, err := os.CreateTemp("", "corners"); err == nil {
		debug.WriteHeapDump(file.Fd())
		file.Close()
		os.Remove(file.Name())
	}
}

// pipes blocks in the netpoller, and starts another program.
func pipes() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	go func() {
		time.Sleep(100 * time.Microsecond)
		w.Close()
	}()
	io.ReadAll(r)
	r.Close()
	exec.Command("true").Run()
}

// preempted runs a loop that no function call interrupts while the collector wants to scan it.
func preempted() {
	var stop sync.WaitGroup
	stop.Add(1)
	go func() {
		defer stop.Done()
		until := time.Now().Add(2 * time.Millisecond)
		for x := 0; time.Now().Before(until); {
			for range 100000 {
				x++
			}
		}
	}()
	runtime.GC()
	stop.Wait()
}
