// Package tested is no program.
package tested

// Sum adds.
func Sum(a, b int) int { return a + b }
