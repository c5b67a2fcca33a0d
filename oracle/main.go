// Oracle prints what Go's own reader makes of an execution trace, one line an
// event, in the form that lift.ts gives to what Gotwin's reader makes of it.
//
//	oracle FILE        every event, then "." and their number, or "!" and the error
//	oracle -count FILE the last line only
//
// A stack is printed once, before the first line that refers to it: "=", its
// hash, its frames. All else is one line an event, with its time in front:
//
//	TIME KIND m=M p=P g=G DETAILS stack=HASH
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"golang.org/x/exp/trace"
)

func main() {
	count := flag.Bool("count", false, "print only the last line")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: oracle [-count] FILE")
		os.Exit(2)
	}
	file, err := os.Open(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	defer file.Close()
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	events, err := printAll(file, &printer{out: out, quiet: *count, known: map[string]bool{}})
	if err != nil {
		fmt.Fprintf(out, "! %d %s\n", events, escape(err.Error()))
		return
	}
	fmt.Fprintf(out, ". %d\n", events)
}

// printAll returns how many events were read before the end or the error.
func printAll(file io.Reader, p *printer) (events int, err error) {
	// The reader answers some broken traces with a panic; that is an error too.
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	reader, err := trace.NewReader(file)
	if err != nil {
		return 0, err
	}
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		p.event(event)
		events++
	}
}
