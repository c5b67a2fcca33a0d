//go:build go1.23

package main

import "iter"

// coroutine switches between goroutines directly (GoSwitch, GoCreateBlocked).
func coroutine() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; i < 5 && yield(i); i++ {
		}
	})
	defer stop()
	for _, ok := next(); ok; _, ok = next() {
	}
}
