//go:build sometimes

package main

func init() { note("tagged.init") }
