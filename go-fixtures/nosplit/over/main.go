// Command over has a chain of nosplit functions that needs one step more than the budget.
package main

// outer has no split check, and a frame of the size that chain.s gives it.
func outer()

// inner is what it calls.
func inner()

func main() { outer() }
