// Command netecho is netguy with each side echoing to itself: what c1 reads it
// writes to c1, so a message goes to and fro between the two ends and every
// goroutine keeps blocking in netpoll, while the garbage collector runs and
// shrinks the stacks of those that it finds there.
package main

import (
	"flag"
	"runtime/debug"
	"time"

	"gotwin/fixtures/internal/churn"
	"gotwin/fixtures/internal/loopback"
)

func main() {
	pairs := flag.Int("pairs", 8, "pairs of connections")
	d := flag.Duration("d", 2*time.Second, "how long to run")
	size := flag.Int("alloc", 16384, "bytes to allocate for each message")
	flag.Parse()

	world := loopback.NewWorld()
	for i := 0; i < *pairs; i++ {
		c1, c2 := world.Pair()
		world.Netguy(c1, c1, *size, grow)
		world.Netguy(c2, c2, *size, grow)
		world.Kick(c1)
	}
	world.Run(*d, func(messages int64) bool {
		var stats debug.GCStats
		debug.ReadGCStats(&stats)
		seconds := d.Seconds()
		return float64(messages) >= seconds*leastMessages && float64(stats.NumGC) >= seconds*leastCollections
	})
}

// On a machine that is slow or busy a run goes on until it has shown as much as this in each second.
const (
	leastMessages    = 15_000
	leastCollections = 50
)

// What a goroutine needs in netpoll is well under a quarter of the stack that it has after this.
const stackBytes = 10 << 10

func grow() { churn.Deep(stackBytes, churn.Nothing) }
