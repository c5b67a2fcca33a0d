// Command tightloop collects garbage while a goroutine goes round in a loop
// that calls nothing. The world can only be stopped by interrupting the loop,
// which the runtime does by a signal since Go 1.14; before, it waits for ever.
package main

import (
	"flag"
	"runtime"
	"time"
)

func main() {
	d := flag.Duration("d", time.Second, "how long to collect garbage")
	flag.Parse()
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2) // one P for the loop, one for who waits for it
	}
	go loop()
	// The loop has its P before the first collection.
	time.Sleep(50 * time.Millisecond)
	for start := time.Now(); time.Since(start) < *d; {
		runtime.GC()
	}
}

func loop() {
	for {
	}
}
