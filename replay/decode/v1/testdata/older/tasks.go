//go:build go1.11
// +build go1.11

package main

import (
	"context"
	"runtime/trace"
)

// annotations leaves a task with regions and logs in the trace.
func annotations(i int) {
	ctx, outer := trace.NewTask(context.Background(), "outer \"ünï\"\n")
	defer outer.End()
	ctx, task := trace.NewTask(ctx, "inner")
	done := make(chan bool)
	go func() {
		trace.WithRegion(ctx, "region", func() {
			trace.WithRegion(ctx, "", func() { trace.Logf(ctx, "round", "%d", i) })
			trace.Log(ctx, "", "")
		})
		done <- true
	}()
	<-done
	task.End()
}
