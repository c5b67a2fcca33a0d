// Command cycle has two nosplit functions that call each other: a chain without an end.
package main

import "os"

//go:nosplit
//go:noinline
func ping(n int) int {
	if n == 0 {
		return 0
	}
	return pong(n-1) + 1
}

//go:nosplit
//go:noinline
func pong(n int) int {
	if n == 0 {
		return 0
	}
	return ping(n-1) + 1
}

func main() { ping(len(os.Args)) }
