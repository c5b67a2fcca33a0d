// Command hello says so, collects garbage once and ends: the smallest program
// that has every part of a recording.
package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() { done <- true }()
	<-done
	runtime.GC()
	fmt.Println("hello")
	fmt.Fprintln(os.Stderr, "goodbye")
}
