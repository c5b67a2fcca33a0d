package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestPatternsBindTheSameExpressionToALetter(t *testing.T) {
	for _, c := range []struct {
		pattern, source string
		fits            bool
	}{
		{`P.status = S`, `pp.status = _Pidle`, true},
		{`P.status = S`, `gp.m.p.ptr().status = x`, true},
		{`P.status = S`, `pp.status += 1`, false},
		{`P.status = S`, `pp.state = 1`, false},
		{`A = A`, `x.y = x.y`, true},
		{`A = A`, `x.y = x.z`, false},
		{`if wait == freeMWait {}`, `if wait == freeMWait { next := 1; _ = next }`, true},
		{`if wait == freeMWait {}`, `if wait == freeMStack { x() }`, false},
		{`return stack{L, H}`, `return stack{uintptr(v), uintptr(v) + n}`, true},
		{`return stack{L, H}`, `return stack{}`, false},
	} {
		want, err := parsePattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parsePattern(c.source)
		if err != nil {
			t.Fatal(err)
		}
		if _, fits := want.match(got.node); fits != c.fits {
			t.Errorf("%s with %s: %v", c.pattern, c.source, fits)
		}
	}
}

func TestEveryPatternIsGo(t *testing.T) {
	for _, r := range rules {
		if r.at == entry {
			continue
		}
		if _, err := parsePattern(r.find); err != nil {
			t.Errorf("rule %s: %v", r.name, err)
		}
	}
}

func TestCountsNameRulesThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, r := range rules {
		if known[r.name] {
			t.Errorf("two rules are called %s", r.name)
		}
		known[r.name] = true
	}
	for name, release := range releases {
		for rule := range release.counts {
			if !known[rule] {
				t.Errorf("%s counts %s, which is no rule", name, rule)
			}
		}
	}
}

// apply puts one rule's probes into a function body and gives the body back.
func apply(t *testing.T, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "proc.go")
	text := "package runtime\n\nfunc wirep() {\n" + body + "\n}\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := readSource(path, "")
	if err != nil {
		t.Fatal(err)
	}
	for i := range rules {
		if rules[i].name != name {
			continue
		}
		pattern, err := parsePattern(rules[i].find)
		if err != nil {
			t.Fatal(err)
		}
		s.find(&rules[i], pattern, releases["1.26"])
	}
	out, err := s.edited()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(out), "package runtime\n\nfunc wirep() {\n"), "\n}\n")
}

func TestProbesStandOnTheLinesThatAreThere(t *testing.T) {
	for _, c := range []struct{ rule, body, want string }{
		{"pstatus", "	gp.m.p.ptr().status = _Pgcstop // only diagnostic", "	gotwinSetP(gp.m.p.ptr(), _Pgcstop) // only diagnostic"},
		{"pstatus", "	ug.status = other", "	ug.status = other"},
		{"pstatus-cas", "	if s == 2 && atomic.Cas(&pp.status, s, _Pidle) {\n	}", "	if s == 2 && gotwinCasP(pp, s, _Pidle) {\n	}"},
		{"wirep", "	pp.status = _Prunning", "	pp.status = _Prunning; gotwinP(gotwinKindWirep, pp)"},
		{"gstatus-direct", "	if !gp.atomicstatus.CompareAndSwap(a, b) {\n	}", "	if !gotwinCasHere(gp, a, b) {\n	}"},
	} {
		if got := apply(t, c.rule, c.body); got != c.want {
			t.Errorf("rule %s:\n%s\nwanted:\n%s", c.rule, got, c.want)
		}
	}
}

func request(t *testing.T) Request {
	return Request{Goroot: runtime.GOROOT(), Release: "1.26", Goos: "linux", Goarch: "amd64", Out: t.TempDir()}
}

func refused(t *testing.T, r Request) *Refusal {
	t.Helper()
	_, err := instrument(r)
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("not refused: %v", err)
	}
	return refusal
}

func TestUnknownReleasesAndArchitecturesAreRefused(t *testing.T) {
	r := request(t)
	r.Release = "1.99"
	if got := refused(t, r); got.Code != "release" || !strings.Contains(got.Message, "1.22, 1.23, 1.24, 1.25, 1.26, not of 1.99") {
		t.Errorf("%+v", got)
	}
	r = request(t)
	r.Goarch = "riscv64"
	if got := refused(t, r); got.Code != "architecture" {
		t.Errorf("%+v", got)
	}
}
