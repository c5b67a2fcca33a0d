package main

import (
	"embed"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

//go:embed _runtime
var added embed.FS

// Files that are added to package runtime, by what gotwin_ is put before; the last has the architecture in its place.
const (
	probeFile  = "probe.go"
	statusFile = "status.go"
	ticksFile  = "ticks_%s.s"
)

// instrument writes an instrumented copy of each file of package runtime that a rule has a site in, and the probe.
func instrument(request Request) (*Answer, error) {
	known, err := releaseOf(request)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(request.Goroot, "src", "runtime")
	sources, err := readSources(dir, request)
	if err != nil {
		return nil, err
	}
	answer := &Answer{Files: map[string]string{}}
	found := map[string]int{}
	for _, source := range sources {
		if err := applyRules(source, known); err != nil {
			return nil, err
		}
		for _, site := range source.sites {
			found[site.Rule]++
		}
		answer.Sites = append(answer.Sites, source.sites...)
	}
	if err := checkCounts(known, found, answer.Sites); err != nil {
		return nil, err
	}
	for _, source := range sources {
		if len(source.edits) == 0 && !source.changed {
			continue
		}
		text, err := source.edited()
		if err != nil {
			return nil, err
		}
		out := filepath.Join(request.Out, source.name)
		if err := os.WriteFile(out, text, 0o644); err != nil {
			return nil, err
		}
		answer.Files[source.path] = out
	}
	return answer, addProbe(request, known, dir, answer)
}

// readSources parses what the package is made of on that system and architecture.
func readSources(dir string, request Request) ([]*source, error) {
	context := build.Default
	context.GOROOT, context.GOOS, context.GOARCH, context.CgoEnabled = request.Goroot, request.Goos, request.Goarch, true
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var sources []*source
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if fits, err := context.MatchFile(dir, name); err != nil || !fits {
			continue
		}
		path := filepath.Join(dir, name)
		source, err := readSource(path, request.Edited[path])
		if err != nil {
			return nil, err
		}
		if source.tree.Name.Name == "runtime" {
			sources = append(sources, source)
		}
	}
	return sources, nil
}

// checkCounts holds the sites of each rule against the number that the release is known to have.
func checkCounts(known release, found map[string]int, sites []Site) error {
	for _, rule := range rules {
		expected := known.count(rule.name)
		if found[rule.name] == expected {
			continue
		}
		where := rule.file
		for _, site := range sites {
			if site.Rule == rule.name {
				where = site.File
			}
		}
		return &Refusal{Code: "count", Rule: rule.name, File: where, Expected: expected, Found: found[rule.name],
			Message: fmt.Sprintf("rule %s has %d sites in package runtime, and %d are expected (%s)",
				rule.name, found[rule.name], expected, where)}
	}
	return nil
}

func applyRules(s *source, known release) error {
	for i := range rules {
		rule := &rules[i]
		if rule.at == entry {
			s.enter(rule, known)
			continue
		}
		pattern, err := parsePattern(rule.find)
		if err != nil {
			return err
		}
		s.find(rule, pattern, known)
	}
	return s.err
}

func (r *rule) kindName() string {
	if r.kind != "" {
		return r.kind
	}
	return r.name
}

// looksAt says whether the rule is about a function; with ! in front its list names the ones that it is not about.
func (r *rule) looksAt(function string) bool {
	if len(r.in) == 0 {
		return true
	}
	listed := false
	for _, name := range r.in {
		listed = listed || name == function
	}
	return listed != (r.in[0] == "!")
}

// addProbe writes the probe in the release's words, with the constants of the collector's tables.
func addProbe(request Request, known release, dir string, answer *Answer) error {
	names := make([]string, 0, len(request.Constants))
	for name := range request.Constants {
		names = append(names, name)
	}
	sort.Strings(names)
	constants := []string{"", "const ("}
	for _, name := range names {
		constants = append(constants, fmt.Sprintf("\t%s = %d", name, request.Constants[name]))
	}
	add := func(name, more string, known *release) error {
		text, err := added.ReadFile("_runtime/" + name)
		if err == nil && known != nil {
			text, err = format.Source([]byte(inWordsOf(*known, string(text)) + more))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		path := filepath.Join(request.Out, "gotwin_"+name)
		answer.Files[filepath.Join(dir, "gotwin_"+name)] = path
		return os.WriteFile(path, text, 0o644)
	}
	return errors.Join(
		add(probeFile, strings.Join(append(constants, ")", ""), "\n"), &known),
		add(statusFile, "", &known),
		add(fmt.Sprintf(ticksFile, request.Goarch), "", nil),
	)
}

func inWordsOf(known release, text string) string {
	text = strings.Replace(text, `"internal/runtime/atomic"`, `"`+known.atomic+`"`, 1)
	if known.sys != "" && strings.Contains(text, "getcallerpc()") {
		text = strings.Replace(text, `"unsafe"`, `"`+known.sys+"\"\n\t\"unsafe\"", 1)
	}
	return strings.ReplaceAll(text, "getcallerpc()", known.callerpc())
}

// functions calls do with each function of the file that has a body.
func functions(tree *ast.File, do func(*ast.FuncDecl)) {
	for _, decl := range tree.Decls {
		if function, ok := decl.(*ast.FuncDecl); ok && function.Body != nil {
			do(function)
		}
	}
}

// nameOf is the function's name; a method's has its type in front: syscallingThread.releaseP.
func nameOf(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if name, ok := receiver.(*ast.Ident); ok {
		return name.Name + "." + function.Name.Name
	}
	return function.Name.Name
}

func readSource(path, edited string) (*source, error) {
	from := path
	if edited != "" {
		from = edited
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &source{path: path, name: filepath.Base(path), text: text, files: files, tree: tree, changed: edited != ""}, nil
}
