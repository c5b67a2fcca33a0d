// Both does, a few times each, what the execution trace and the probes both tell of: goroutines that
// begin, wait, yield and end, system calls, threads that come and go, stops of the world, collections,
// changes of GOMAXPROCS.
package main

import (
	"io"
	"os"
	"runtime"
	"sync"
)

func main() {
	for round := range 6 {
		runtime.GOMAXPROCS(1 + round%3)
		talks(40)
		pipes(10)
		ends(8)
		if round%2 == 0 {
			runtime.GC()
		}
		runtime.ReadMemStats(&runtime.MemStats{})
	}
}

// talks passes a ball between two goroutines, and yields.
func talks(times int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for n := range there {
			runtime.Gosched()
			back <- n
		}
		close(back)
	}()
	for n := range times {
		there <- n
		<-back
	}
	close(there)
	<-back
}

// pipes waits in the netpoller for what it is about to write.
func pipes(times int) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	defer r.Close()
	go func() {
		defer w.Close()
		for range times {
			w.Write([]byte{1})
			runtime.Gosched()
		}
	}()
	io.ReadAll(r)
}

// ends lets goroutines end, some of them with their threads.
func ends(times int) {
	var all sync.WaitGroup
	for n := range times {
		all.Add(1)
		go func() {
			defer all.Done()
			if n%4 == 0 {
				runtime.LockOSThread()
			}
		}()
	}
	all.Wait()
}
