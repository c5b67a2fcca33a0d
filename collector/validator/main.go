// Validator asks Go's own trace reader, and the validator that Go's tests hold
// it against, what they make of traces: many, one after the other, in one process.
//
// A trace comes on standard input as its length in four bytes, the lowest first,
// and its bytes. The answer is a line of JSON.
//
// The validator is internal to Go's standard library, so this program is built
// as if it stood there: see validator.ts.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"internal/trace"
	"internal/trace/testtrace"
	"internal/trace/version"
	"io"
	"os"
)

// answer says who refused first, and why; both are empty for what is good.
type answer struct {
	Events    int    `json:"events"`
	Reader    string `json:"reader"`
	Validator string `json:"validator"`
}

// longest is more than any trace that is asked about; a length beyond it is no length.
const longest = 1 << 30

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(out)
	for {
		data, err := next(in)
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		answers.Encode(ask(data))
		out.Flush()
	}
}

func next(in io.Reader) ([]byte, error) {
	var size uint32
	if err := binary.Read(in, binary.LittleEndian, &size); err != nil {
		return nil, err
	}
	if size > longest {
		return nil, fmt.Errorf("a trace of %d bytes", size)
	}
	data := make([]byte, size)
	_, err := io.ReadFull(in, data)
	return data, err
}

func ask(data []byte) (said answer) {
	// The reader answers some broken traces with a panic.
	defer func() {
		if what := recover(); what != nil {
			said.Reader = fmt.Sprintf("panic: %v", what)
		}
	}()
	reader, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		said.Reader = err.Error()
		return said
	}
	validator := testtrace.NewValidator()
	if v, err := version.ReadHeader(bytes.NewReader(data)); err == nil {
		validator.GoVersion = v
	}
	for {
		event, err := reader.ReadEvent()
		if errors.Is(err, io.EOF) {
			return said
		}
		if err != nil {
			said.Reader = err.Error()
			return said
		}
		said.Events++
		// What the reader refuses later is still its refusal.
		if said.Validator == "" {
			if err := validator.Event(event); err != nil {
				said.Validator = err.Error()
			}
		}
	}
}
