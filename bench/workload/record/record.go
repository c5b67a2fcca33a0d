// Package record runs a workload under the execution tracer.
package record

import (
	"bufio"
	"flag"
	"io"
	"log"
	"os"
	"runtime/pprof"
	"runtime/trace"
	"sync/atomic"
)

// Main is the whole of a workload's func main: it starts what the workload
// needs, calls work until the wanted number of units is done, and leaves the
// trace in the file that the command line names. How much a unit is, the
// workload says; the trace's length is proportional to their number.
//
//	WORKLOAD [-units N] [-profile] TRACE
func Main(work func(next func() bool)) {
	units := flag.Int64("units", 100, "how much to do")
	profile := flag.Bool("profile", false, "sample the CPU, so that the trace has samples")
	flag.Parse()
	f, err := os.Create(flag.Arg(0))
	Check(err)
	w := bufio.NewWriterSize(f, 1<<20)
	if *profile {
		Check(pprof.StartCPUProfile(io.Discard))
	}
	Check(trace.Start(w))
	var taken atomic.Int64
	work(func() bool { return taken.Add(1) <= *units })
	trace.Stop()
	if *profile {
		pprof.StopCPUProfile()
	}
	Check(w.Flush())
	Check(f.Close())
}

// Check ends the program if there was an error.
func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
