// Command nosplit calls itself back out of a nosplit function, a few frames deep. The
// folders below it are its cases, which are linked and not run: chains just under, at and
// over the linker's budget for functions without a split check.
package main

import (
	"fmt"
	"runtime"
)

//go:nosplit
//go:noinline
func outer(report func(int), n int) int {
	var kept [16]int
	kept[n%16] = inner(report, n)
	return kept[n%16] + n
}

//go:nosplit
//go:noinline
func inner(report func(int), n int) int {
	report(n)
	return n * 2
}

func main() {
	done := make(chan int)
	go func() { done <- outer(func(int) { runtime.GC() }, 3) }()
	fmt.Println("nosplit:", <-done)
}
