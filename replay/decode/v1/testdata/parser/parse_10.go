//go:build go1.10
// +build go1.10

package main

import (
	"internal/trace"
	"io"
)

func parse(r io.Reader) ([]*trace.Event, error) {
	result, err := trace.Parse(r, "")
	return result.Events, err
}
