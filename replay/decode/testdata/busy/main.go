// Busy writes a small execution trace that holds most kinds of event: it
// blocks, makes syscalls, collects garbage, uses tasks, regions and logs, and
// is profiled meanwhile.
//
//	busy [-rounds N] TRACE
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

var (
	rounds = flag.Int("rounds", 20, "how often to do everything")
	sink   [][]byte
)

func main() {
	flag.Parse()
	f, err := os.Create(flag.Arg(0))
	check(err)
	check(pprof.StartCPUProfile(io.Discard))
	check(trace.Start(f))
	for i := 0; i < *rounds; i++ {
		round(i)
	}
	trace.Stop()
	pprof.StopCPUProfile()
	check(f.Close())
}

func round(i int) {
	ctx, task := trace.NewTask(context.Background(), "round \"ünï\x01\"\n")
	defer task.End()
	var wg sync.WaitGroup
	work := make(chan int)
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go worker(ctx, work, &wg)
	}
	for n := 0; n < 100; n++ {
		work <- n
	}
	close(work)
	wg.Wait()
	coroutine()
	r, w, err := os.Pipe()
	check(err)
	go func() { w.Write([]byte("x")); w.Close() }()
	io.ReadAll(r)
	r.Close()
	if i%4 == 0 {
		runtime.GC()
	}
	time.Sleep(time.Millisecond)
}

func worker(ctx context.Context, work chan int, wg *sync.WaitGroup) {
	defer wg.Done()
	for n := range work {
		trace.WithRegion(ctx, "outer", func() {
			trace.WithRegion(ctx, "inner", func() { burn(n) })
			trace.Logf(ctx, "n", "%d", n)
		})
	}
}

func burn(n int) {
	b := make([]byte, 10000)
	for i := range b {
		b[i] = byte(i * n)
	}
	sink = append(sink[max(0, len(sink)-50):], b)
	if n%10 == 0 {
		os.Stat("/")
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
