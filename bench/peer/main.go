// Peer reads a trace to its end with Go's own reader and prints, as JSON, how
// many events it got. It is what Gotwin's reader is measured against.
//
//	peer TRACE
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"golang.org/x/exp/trace"
)

type counts struct {
	// Events that say something of the program.
	Events int `json:"events"`
	// Sync events stand between generations; no thread wrote them.
	Syncs int `json:"syncs"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: peer TRACE")
	}
	f, err := os.Open(os.Args[1])
	check(err)
	defer f.Close()
	c, err := count(f)
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(c))
}

func count(r io.Reader) (counts, error) {
	var c counts
	reader, err := trace.NewReader(r)
	if err != nil {
		return c, err
	}
	for {
		event, err := reader.ReadEvent()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		if event.Kind() == trace.EventSync {
			c.Syncs++
		} else {
			c.Events++
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
