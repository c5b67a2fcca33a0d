package main

import (
	"fmt"
	"sort"
	"strings"
)

// A release says what of the rules and of the probe is different in it. Counts are exact:
// more sites than expected are as wrong as fewer, since a new one may need another probe.
type release struct {
	// counts of the rules that have not exactly one site.
	counts map[string]int
	// atomic is the path of the atomic package.
	atomic string
	// sys is the path of the package with GetCallerPC; empty where package runtime has it itself.
	sys string
}

var releases = map[string]release{
	"1.22": {
		atomic: "runtime/internal/atomic",
		counts: merge(common, map[string]int{"gstatus": 6, "pstatus-cas": 5, "pstatus-store": 1}),
	},
	"1.23": {
		atomic: "internal/runtime/atomic",
		counts: merge(common, map[string]int{"gstatus": 6, "pstatus-cas": 5, "pstatus-store": 1}),
	},
	"1.24": {
		atomic: "internal/runtime/atomic", sys: "internal/runtime/sys",
		counts: merge(common, map[string]int{"gstatus": 5, "pstatus-cas": 5, "pstatus-store": 1}),
	},
	"1.25": {
		atomic: "internal/runtime/atomic", sys: "internal/runtime/sys",
		counts: merge(common, map[string]int{"gstatus": 5, "pstatus-cas": 5, "pstatus-store": 1}),
	},
	"1.26": {
		atomic: "internal/runtime/atomic", sys: "internal/runtime/sys",
		counts: merge(common, map[string]int{"gstatus": 5, "gstatus-direct": 5, "pstatus-cas": 0, "pstatus-store": 2, "releasep-syscall": 2}),
	},
}

// common are the counts that hold in every release until now.
var common = map[string]int{"gstatus-direct": 2, "netpollready": 2, "netpollunblock": 3, "stackalloc": 2, "pstatus": 11}

var architectures = []string{"amd64", "arm64"}

func merge(a, b map[string]int) map[string]int {
	all := map[string]int{}
	for _, m := range []map[string]int{a, b} {
		for name, n := range m {
			all[name] = n
		}
	}
	return all
}

func (r release) count(rule string) int {
	if n, ok := r.counts[rule]; ok {
		return n
	}
	return 1
}

func (r release) callerpc() string {
	if r.sys == "" {
		return "getcallerpc()"
	}
	return "sys.GetCallerPC()"
}

func (r release) callersp() string {
	if r.sys == "" {
		return "getcallersp()"
	}
	return "sys.GetCallerSP()"
}

// releaseOf refuses what nobody has counted and tried.
func releaseOf(request Request) (release, error) {
	known, ok := releases[request.Release]
	if !ok {
		names := []string{}
		for name := range releases {
			names = append(names, name)
		}
		sort.Strings(names)
		return release{}, &Refusal{Code: "release",
			Message: fmt.Sprintf("the probes fit the runtime of Go %s, not of %s", strings.Join(names, ", "), request.Release)}
	}
	for _, arch := range architectures {
		if request.Goarch == arch && request.Goos == "linux" {
			return known, nil
		}
	}
	return release{}, &Refusal{Code: "architecture",
		Message: fmt.Sprintf("the probes are known to work on linux/%s, not on %s/%s",
			strings.Join(architectures, ", linux/"), request.Goos, request.Goarch)}
}
