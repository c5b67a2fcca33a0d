//go:build !go1.11
// +build !go1.11

package main

// annotations does nothing: Go 1.11 brought tasks.
func annotations(i int) {}
