// Command noisy writes 3 MB to stdout and to stderr, in lines of 1 KB, while the runtime prints to fd 2.
package main

import (
	"bytes"
	"log"
	"os"
	"runtime"
)

func main() {
	line := append(bytes.Repeat([]byte("x"), 1023), '\n')
	log.SetFlags(0)
	for i := 0; i < 3000; i++ {
		os.Stdout.Write(line)
		log.Writer().Write(line)
		if i%100 == 0 {
			runtime.GC()
		}
	}
}
