// Command indirect has a nosplit function that calls whatever it is given, which the
// linker takes for a function with a split check.
package main

var given = func(n int) int { return n + 1 }

//go:nosplit
//go:noinline
func call(f func(int) int, n int) int {
	var kept [64]int
	kept[n] = f(n)
	return kept[n/2]
}

func main() { call(given, 2) }
