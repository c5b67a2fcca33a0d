// Pingpong hands a value to and fro between two goroutines: nothing but status changes.
//
//	pingpong [-n ROUNDS]
package main

import "flag"

func main() {
	n := flag.Int("n", 1_000_000, "round trips")
	flag.Parse()
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	for i := 0; i < *n; i++ {
		ping <- i
		<-pong
	}
}
