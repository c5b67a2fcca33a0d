//go:build go1.23

package main

import "iter"

// coroutines switches between goroutines without the scheduler.
func coroutines() {
	for range 50 {
		next, stop := iter.Pull(func(yield func(int) bool) {
			for n := 0; yield(deep(n)); n++ {
			}
		})
		for range 20 {
			next()
		}
		stop()
	}
}
