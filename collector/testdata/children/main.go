// Command children leaves a child behind, which holds its stdout and stderr or,
// with an argument, no stream at all.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

func main() {
	if len(os.Args) > 2 {
		time.Sleep(time.Minute)
		return
	}
	child := exec.Command(os.Args[0], "a", "child")
	if len(os.Args) == 1 {
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
	}
	if err := child.Start(); err != nil {
		panic(err)
	}
	fmt.Println(child.Process.Pid)
}
