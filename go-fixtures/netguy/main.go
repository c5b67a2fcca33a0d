// Command netguy is the program of golang issue 9186: pairs of connections, and
// for each pair two goroutines that pass on what they read, while the garbage
// collector runs. In 2014 it hung: netpoll, which stopping the world does not
// stop, made a goroutine runnable while its stack was being shrunk.
//
// Each pair feeds itself, because what is written to c2 arrives at c1: on few
// cores half of the goroutines hardly ever block. netecho is the variant in
// which all of them do.
package main

import (
	"errors"
	"flag"
	"time"

	"gotwin/fixtures/internal/churn"
	"gotwin/fixtures/internal/loopback"
)

func main() {
	pairs := flag.Int("pairs", 8, "pairs of connections")
	d := flag.Duration("d", 2*time.Second, "how long to run")
	order := flag.String("order", "connect-first", "connect-first, or original: start each pair's goroutines as soon as it is connected")
	size := flag.Int("alloc", 4096, "bytes to allocate for each message")
	flag.Parse()
	if *order != "connect-first" && *order != "original" {
		loopback.Fail(errors.New("netguy: -order is connect-first or original"))
	}

	world := loopback.NewWorld()
	var waiting []func()
	for i := 0; i < *pairs; i++ {
		c1, c2 := world.Pair()
		start := func() {
			world.Netguy(c1, c2, *size, churn.Nothing)
			world.Netguy(c2, c1, *size, churn.Nothing)
			world.Kick(c1)
		}
		if *order == "original" {
			start()
		} else {
			waiting = append(waiting, start)
		}
	}
	for _, start := range waiting {
		start()
	}
	world.Run(*d, func(int64) bool { return true })
}
