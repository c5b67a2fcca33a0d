// Command goexit ends goroutines by runtime.Goexit, deep in their stacks, while
// the garbage collector runs. Once Goexit called goexit, the stub that every
// stack begins with: a traceback ended there, and never saw the stack above. So
// each goroutine here grows its stack, waits with little of it in use until the
// collector has shrunk it, and ends below a chain of calls, with functions
// deferred on the way, while the collector looks at it again.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"gotwin/fixtures/internal/churn"
)

// Bytes of stack above Goexit reach from nearly none to maxDepth, in steps that
// end everywhere in a stack: what Goexit calls must grow it now and then.
const (
	maxDepth  = 32 << 10
	depthStep = 1<<10 + 48
)

func main() {
	d := flag.Duration("d", 2*time.Second, "how long to run, on a machine that keeps up")
	guys := flag.Int("goroutines", 192, "goroutines in each round")
	flag.Parse()

	var all sync.WaitGroup
	count := new(counter)
	rounds := churn.Rounds(*d, func(i int) {
		var grown sync.WaitGroup
		shrunk := make(chan struct{})
		for k := 0; k < *guys; k++ {
			grown.Add(1)
			all.Add(1)
			go exitAt((i**guys+k)*depthStep%maxDepth, &grown, shrunk, &all, count)
		}
		grown.Wait()
		churn.Collect()
		close(shrunk)
		ended := make(chan struct{})
		go func() {
			all.Wait()
			close(ended)
		}()
		churn.CollectUntil(ended)
	})
	if want := *guys * rounds; count.n != want {
		fmt.Fprintf(os.Stderr, "goexit: %d goroutines ran their deferred functions, of %d\n", count.n, want)
		os.Exit(1)
	}
}

type counter struct {
	sync.Mutex
	n int
}

// exitAt grows its stack, waits with little of it in use, and ends that deep.
func exitAt(depth int, grown *sync.WaitGroup, shrunk <-chan struct{}, all *sync.WaitGroup, count *counter) {
	defer all.Done()
	defer func() {
		count.Lock()
		count.n++
		count.Unlock()
	}()
	churn.Deep(depth, churn.Nothing)
	grown.Done()
	<-shrunk
	churn.Deep(depth, func() {
		defer churn.Nothing()
		runtime.Goexit()
	})
}
