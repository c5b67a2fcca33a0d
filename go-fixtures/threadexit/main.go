// Command threadexit starts goroutines that lock themselves to a thread and
// return without unlocking it, so that the runtime ends the thread (since Go
// 1.10). In each round all hold a thread at once; the next round's threads free what is left of them.
package main

import (
	"flag"
	"runtime"
	"sync"
	"time"

	"gotwin/fixtures/internal/churn"
)

func main() {
	d := flag.Duration("d", 2*time.Second, "how long to run, on a machine that keeps up")
	threads := flag.Int("threads", 160, "threads in each round")
	flag.Parse()

	churn.Rounds(*d, func(i int) {
		var locked, all sync.WaitGroup
		end := make(chan struct{})
		for k := 0; k < *threads; k++ {
			locked.Add(1)
			all.Add(1)
			go func() {
				defer all.Done()
				runtime.LockOSThread()
				locked.Done()
				<-end
			}()
		}
		locked.Wait()
		close(end)
		all.Wait()
		if i%5 == 4 {
			churn.Collect()
		}
	})
}
