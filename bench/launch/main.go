// Launch runs a program to its end and prints, as JSON, what it wrote and what
// it used, as the kernel counted it for the whole process. Node can ask that
// only of itself.
//
//	launch [-limit DURATION] PROGRAM [ARGUMENT...]
//
// A new process inherits the peak memory of the one that started it, until it
// passes that. Launch is small, so that this says nothing; Node would not be.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

type usage struct {
	// Exit code; -1 after a signal.
	Code int `json:"code"`
	// Seconds.
	User   float64 `json:"user"`
	System float64 `json:"system"`
	Wall   float64 `json:"wall"`
	// Bytes that were in memory at once, at most.
	Peak   int64  `json:"peak"`
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
}

func main() {
	limit := flag.Duration("limit", 10*time.Minute, "the program is killed after that")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: launch [-limit DURATION] PROGRAM [ARGUMENT...]")
	}
	u, err := run(*limit, flag.Args())
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(u); err != nil {
		log.Fatal(err)
	}
}

func run(limit time.Duration, command []string) (usage, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	started := time.Now()
	err := cmd.Run()
	wall := time.Since(started)
	state := cmd.ProcessState
	if state == nil {
		return usage{}, err
	}
	return usage{
		Code:   state.ExitCode(),
		User:   state.UserTime().Seconds(),
		System: state.SystemTime().Seconds(),
		Wall:   wall.Seconds(),
		Peak:   peak(state.SysUsage().(*syscall.Rusage)),
		Stdout: stdout.String(),
		Stderr: stderr.String(),
	}, nil
}

// The unit of ru_maxrss is the system's own: bytes on Apple's, KiB elsewhere.
func peak(u *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
