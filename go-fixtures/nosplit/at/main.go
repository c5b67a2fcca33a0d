// Command at has a chain of nosplit functions that needs the whole budget and no more.
package main

// outer has no split check, and a frame of the size that chain.s gives it.
func outer()

// inner is what it calls.
func inner()

func main() { outer() }
