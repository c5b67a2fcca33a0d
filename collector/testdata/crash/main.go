// Command crash dies at once.
package main

import "os"

func main() {
	os.Stderr.WriteString("about to crash\n")
	var m map[string]int
	m["x"] = 1
}
