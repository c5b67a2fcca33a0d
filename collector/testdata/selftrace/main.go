// Command selftrace writes a trace of its own.
package main

import (
	"fmt"
	"os"
	"runtime/trace"
)

func main() {
	f, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := trace.Start(f); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	done := make(chan int)
	go close(done)
	<-done
	trace.Stop()
	f.Close()
}
