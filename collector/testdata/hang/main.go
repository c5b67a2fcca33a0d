// Command hang never ends: it spins, or waits for nothing.
package main

import "os"

func main() {
	os.Stdout.WriteString("hanging\n")
	if len(os.Args) > 1 && os.Args[1] == "-spin" {
		for {
		}
	}
	select {}
}
