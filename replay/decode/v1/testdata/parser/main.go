// Parser prints what the parser of the release that compiled it makes of a
// trace, an event a line: time, name, P, G, arguments, the event that it is
// linked to, and below it its stack.
//
//	parser TRACE
//
// The go command lets no program import internal/trace; the compiler does:
//
//	go tool compile -o parser.o main.go parse_10.go && go tool link parser.o
package main

import (
	"bufio"
	"fmt"
	"internal/trace"
	"log"
	"os"
)

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	events, err := parse(bufio.NewReader(f))
	if err != nil {
		log.Fatal(err)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, ev := range events {
		desc := trace.EventDescriptions[ev.Type]
		fmt.Fprintf(out, "%d %s p=%d g=%d", ev.Ts, desc.Name, ev.P, ev.G)
		for i, name := range desc.Args {
			fmt.Fprintf(out, " %s=%d", name, ev.Args[i])
		}
		for _, s := range ev.SArgs {
			fmt.Fprintf(out, " %q", s)
		}
		if ev.Link != nil {
			fmt.Fprintf(out, " -> %s@%d", trace.EventDescriptions[ev.Link.Type].Name, ev.Link.Ts)
		}
		fmt.Fprintln(out)
		for _, frame := range ev.Stk {
			fmt.Fprintf(out, "\t%#x %s %s:%d\n", frame.PC, frame.Fn, frame.File, frame.Line)
		}
	}
}
