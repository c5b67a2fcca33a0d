// Command instrument puts the collector's probes into the source of package runtime, and lists a program's functions.
//
//	instrument runtime < request.json > answer.json
//	instrument functions PROGRAM > functions
//
// It never changes a file of the toolchain: what it writes is for go build -overlay.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// A Request says which runtime to instrument. The tables of kinds and of the file's layout are the collector's.
type Request struct {
	Goroot string `json:"goroot"`
	// Release is the minor release: 1.26.
	Release string `json:"release"`
	Goos    string `json:"goos"`
	Goarch  string `json:"goarch"`
	// Edited maps a file of the toolchain to the one to read in its place.
	Edited map[string]string `json:"edited"`
	// Constants are declared beside the probe: gotwinKind…, gotwinAt… and others.
	Constants map[string]uint64 `json:"constants"`
	// Out is the folder to write to.
	Out string `json:"out"`
}

// An Answer says what was done, or what was in the way.
type Answer struct {
	// Files maps a file of the toolchain to what takes its place; the probe itself is a new one.
	Files map[string]string `json:"files,omitempty"`
	Sites []Site            `json:"sites,omitempty"`
	Error *Refusal          `json:"error,omitempty"`
}

// A Site is a place where a rule put a probe.
type Site struct {
	Rule string `json:"rule"`
	Kind string `json:"kind"`
	File string `json:"file"`
	Func string `json:"func"`
	Line int    `json:"line"`
}

// A Refusal is the reason why a runtime was not instrumented.
type Refusal struct {
	// Code is release, architecture, count or source.
	Code     string `json:"code"`
	Message  string `json:"message"`
	Rule     string `json:"rule,omitempty"`
	File     string `json:"file,omitempty"`
	Expected int    `json:"expected"`
	Found    int    `json:"found"`
}

func (r *Refusal) Error() string { return r.Message }

func main() {
	if len(os.Args) == 2 && os.Args[1] == "runtime" {
		os.Exit(answer(os.Stdin, os.Stdout))
	}
	if len(os.Args) == 3 && os.Args[1] == "functions" {
		out := bufio.NewWriter(os.Stdout)
		err := listFunctions(os.Args[2], out)
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	fmt.Fprintln(os.Stderr, "usage: instrument runtime < request.json, or instrument functions PROGRAM")
	os.Exit(2)
}

func answer(in io.Reader, out io.Writer) int {
	var request Request
	var result *Answer
	err := json.NewDecoder(in).Decode(&request)
	if err == nil {
		result, err = instrument(request)
	}
	code := 0
	if err != nil {
		refusal := &Refusal{Code: "source", Message: err.Error()}
		errors.As(err, &refusal)
		result, code = &Answer{Error: refusal}, 1
	}
	json.NewEncoder(out).Encode(result)
	return code
}
