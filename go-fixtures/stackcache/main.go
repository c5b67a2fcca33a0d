// Command stackcache takes and gives back stacks of every size that a P caches,
// and of some that it does not. In each round goroutines grow to depths of
// their own, more at once than the caches hold, wait until all have their
// stacks, and end; those of the smallest size end with the stack that they began with, which
// stays with the dead goroutine until the collector frees it. Until 2016 it did so on
// a user stack, where preemption could take away the P whose cache it changed.
package main

import (
	"flag"
	"sync"
	"time"

	"gotwin/fixtures/internal/churn"
)

// Bytes of stack: four orders that are cached, 2 to 16 KB, and two sizes beyond.
var depths = []int{0, 0, 0, 3 << 10, 0, 6 << 10, 0, 12 << 10, 0, 3 << 10, 0, 24 << 10, 0, 6 << 10, 0, 48 << 10}

func main() {
	d := flag.Duration("d", 2*time.Second, "how long to run, on a machine that keeps up")
	guys := flag.Int("goroutines", 512, "goroutines in each round")
	flag.Parse()

	churn.Rounds(*d, func(int) { round(*guys) })
}

// Several start the goroutines of a round: while one, whose garbage began a
// collection, frees the stacks of the last round's dead, others take theirs.
const starters = 4

func round(guys int) {
	var started, grown, all sync.WaitGroup
	end := make(chan struct{})
	started.Add(starters)
	grown.Add(guys)
	all.Add(guys)
	for s := 0; s < starters; s++ {
		go func(s int) {
			defer started.Done()
			for k := s; k < guys; k += starters {
				churn.Litter(1)
				go take(depths[k/starters%len(depths)], &grown, end, &all)
			}
		}(s)
	}
	started.Wait()
	grown.Wait()
	close(end)
	all.Wait()
}

// take has a stack of that depth until the end.
func take(depth int, grown *sync.WaitGroup, end <-chan struct{}, all *sync.WaitGroup) {
	defer all.Done()
	if depth > 0 {
		churn.Deep(depth, churn.Nothing)
	}
	grown.Done()
	<-end
}
