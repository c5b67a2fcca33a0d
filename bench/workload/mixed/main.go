// Mixed does, in every unit, a little of all that servers do: network, files,
// channels, locks, timers, short goroutines, coroutines and garbage, with
// tasks, regions and logs around it.
//
//	mixed [-local] [-units N] [-profile] TRACE
//
// Package record says what the arguments mean that all workloads have.
package main

import (
	"context"
	"flag"
	"io"
	"iter"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"

	"gotwin/bench/workload/record"
)

// The system is slow, so without it a generation, which is at most two seconds,
// grows three times as long.
var local = flag.Bool("local", false, "leave out network, files and sleep")

// More than there are Ps on small machines, so that goroutines wait for one.
const workers = 8

func main() {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	record.Check(err)
	go serve(server)
	record.Main(func(next func() bool) {
		var all sync.WaitGroup
		for range workers {
			all.Add(1)
			go func() {
				defer all.Done()
				w := newWorker(server.Addr().String())
				defer w.conn.Close()
				for n := 0; next(); n++ {
					w.unit(n)
				}
			}()
		}
		all.Wait()
	})
}

func serve(server net.Listener) {
	for {
		conn, err := server.Accept()
		record.Check(err)
		go io.Copy(conn, struct{ io.Reader }{conn})
	}
}

type worker struct {
	conn net.Conn
	// The last few blocks; older ones are garbage.
	live [64][]byte
}

// Shared by all workers, so that some wait for it.
var (
	lock  sync.Mutex
	total int
)

func newWorker(address string) *worker {
	conn, err := net.Dial("tcp", address)
	record.Check(err)
	return &worker{conn: conn}
}

func (w *worker) unit(n int) {
	ctx, task := trace.NewTask(context.Background(), "unit")
	defer task.End()
	if !*local {
		w.outside(ctx, n)
	}
	trace.WithRegion(ctx, "channels", func() { spread(ctx, 4, 60) })
	trace.WithRegion(ctx, "memory", func() { w.garbage(n) })
	trace.WithRegion(ctx, "coroutine", coroutine)
	if n%512 == 0 {
		runtime.GC()
	}
	trace.Logf(ctx, "unit", "%d", n%1000)
}

// outside does what involves the system.
func (w *worker) outside(ctx context.Context, n int) {
	trace.WithRegion(ctx, "network", func() { w.echo(10) })
	trace.WithRegion(ctx, "files", func() { files(10) })
	if n%16 == 0 {
		time.Sleep(50 * time.Microsecond)
	}
}

// echo sends a few bytes and waits for them to come back.
func (w *worker) echo(times int) {
	var b [64]byte
	for range times {
		_, err := w.conn.Write(b[:])
		record.Check(err)
		_, err = io.ReadFull(w.conn, b[:])
		record.Check(err)
	}
}

// spread hands numbers to new goroutines, which answer.
func spread(ctx context.Context, goroutines, numbers int) {
	work, answers := make(chan int), make(chan int)
	var all sync.WaitGroup
	for range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			defer trace.StartRegion(ctx, "worker").End()
			for n := range work {
				count(n)
				answers <- n
			}
		}()
	}
	for n := range numbers {
		select {
		case work <- n:
			<-answers
		case <-ctx.Done():
		}
	}
	close(work)
	all.Wait()
}

func count(n int) {
	lock.Lock()
	defer lock.Unlock()
	total += n
}

func files(times int) {
	for range times {
		_, err := os.Stat(os.DevNull)
		record.Check(err)
	}
}

func (w *worker) garbage(n int) {
	for i := range 8 {
		b := make([]byte, 4<<10)
		for at := range b {
			b[at] = byte(at * n)
		}
		w.live[(8*n+i)%len(w.live)] = b
	}
}

// coroutine switches between two goroutines without the scheduler.
func coroutine() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; i < 8 && yield(i); i++ {
		}
	})
	defer stop()
	for range 8 {
		next()
	}
}
