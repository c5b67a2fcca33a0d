// Command stubborn does not listen to the signals it is told to ignore.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGTERM)
	if len(os.Args) > 1 {
		signal.Ignore(syscall.SIGQUIT)
	}
	os.Stdout.WriteString("stubborn\n")
	select {}
}
