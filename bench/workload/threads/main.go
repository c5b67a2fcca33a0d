// Threads keeps 280 threads busy by turns, each locked to a goroutine of its
// own: half of them block in system calls, half on channels. A unit is one
// message handed on. See package record for the arguments.
package main

import (
	"runtime"
	"sync"
	"syscall"

	"gotwin/bench/workload/record"
)

const (
	// Threads of each of the two rings.
	threads = 140
	// Messages that go round each ring at once. More would only queue up.
	tokens = 12
)

func main() {
	record.Main(func(next func() bool) {
		var all sync.WaitGroup
		stopPipes, stopChannels := pipes(next, &all), channels(next, &all)
		stopPipes()
		stopChannels()
		all.Wait()
	})
}

// pipes starts a ring whose threads block in reads. What it returns waits
// until no message goes round any more, and then lets the threads end.
func pipes(next func() bool, all *sync.WaitGroup) (stop func()) {
	var r, w [threads]int
	for i := range r {
		var fds [2]int
		record.Check(syscall.Pipe(fds[:]))
		r[i], w[i] = fds[0], fds[1]
	}
	send := func(i int) {
		_, err := syscall.Write(w[i], []byte{1})
		record.Check(err)
	}
	var messages sync.WaitGroup
	for i := range r {
		lockedThread(all, func() {
			var b [1]byte
			for read(r[i], b[:]) {
				if next() {
					send((i + 1) % threads)
				} else {
					messages.Done()
				}
			}
		})
	}
	messages.Add(tokens)
	for i := range tokens {
		send(i * threads / tokens)
	}
	return func() {
		messages.Wait()
		for _, fd := range w {
			syscall.Close(fd)
		}
	}
}

// read blocks the thread; it is false at the end.
func read(fd int, b []byte) bool {
	for {
		n, err := syscall.Read(fd, b)
		if err != syscall.EINTR {
			record.Check(err)
			return n > 0
		}
	}
}

// channels is pipes for channels.
func channels(next func() bool, all *sync.WaitGroup) (stop func()) {
	var ring [threads]chan int
	for i := range ring {
		ring[i] = make(chan int, 1)
	}
	var messages sync.WaitGroup
	for i := range ring {
		lockedThread(all, func() {
			for m := range ring[i] {
				if next() {
					ring[(i+1)%threads] <- m
				} else {
					messages.Done()
				}
			}
		})
	}
	messages.Add(tokens)
	for i := range tokens {
		ring[i*threads/tokens] <- i
	}
	return func() {
		messages.Wait()
		for _, c := range ring {
			close(c)
		}
	}
}

// lockedThread runs f on a thread that nothing else uses.
func lockedThread(all *sync.WaitGroup, f func()) {
	all.Add(1)
	go func() {
		defer all.Done()
		runtime.LockOSThread()
		f()
	}()
}
