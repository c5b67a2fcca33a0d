// Goroutines keeps 20,000 goroutines, of which a few hundred are busy at any
// moment: they hand messages round. A unit is one message handed on. See
// package record for the arguments.
package main

import (
	"sync"

	"gotwin/bench/workload/record"
)

const (
	goroutines = 20_000
	// Messages that go round at once.
	tokens = 500
	// Where a goroutine sends to, so that neighbours in the ring were not
	// created one after the other. Without a factor in common with
	// goroutines, so that it is one ring.
	stride = 7919
)

func main() {
	record.Main(func(next func() bool) {
		var all, messages sync.WaitGroup
		var ring [goroutines]chan int
		for i := range ring {
			ring[i] = make(chan int, 1)
		}
		for i := range ring {
			all.Add(1)
			go func() {
				defer all.Done()
				for m := range ring[i] {
					if next() {
						ring[(i+stride)%goroutines] <- m
					} else {
						messages.Done()
					}
				}
			}()
		}
		messages.Add(tokens)
		for i := range tokens {
			ring[i*goroutines/tokens] <- i
		}
		messages.Wait()
		for _, c := range ring {
			close(c)
		}
		all.Wait()
	})
}
