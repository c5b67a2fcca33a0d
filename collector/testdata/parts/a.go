// Command parts has its package main in several files, with a build tag, a
// vendor-like import, init functions, and names that an added file could clash with.
package main

import (
	"fmt"
	"log"
	"strings"

	"example.com/gotwin/testdata/parts/extra"
)

// As many names that an added file would like to use itself.
var (
	trace  = note("a.trace")
	os     = note("a.os " + extra.Name)
	signal = b + "!"
)

var notes []string

func note(s string) string {
	notes = append(notes, s)
	return s
}

func init() { note("a.init") }

func main() {
	fmt.Println(strings.Join(notes, ", "), trace != "", os != "", signal)
	log.SetFlags(0)
	log.Print("to the log")
}
