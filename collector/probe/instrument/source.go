package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"sort"
	"strings"
)

// A source is one file of package runtime and what is to be done to it.
type source struct {
	path  string
	name  string
	text  []byte
	files *token.FileSet
	tree  *ast.File
	// changed: it is not the toolchain's own any more, so it is written even without a site.
	changed bool
	edits   []edit
	sites   []Site
	err     error
}

// An edit puts text in the place of [from, to); an insertion has from == to.
type edit struct {
	from, to int
	text     string
}

func (s *source) enter(r *rule, known release) {
	functions(s.tree, func(function *ast.FuncDecl) {
		if r.looksAt(nameOf(function)) {
			at := s.offset(function.Body.Lbrace) + 1
			s.edit(at, at, " "+s.fill(r, known, nil)+";")
			s.note(r, function, function.Pos())
		}
	})
}

// find looks for a pattern among the statements of lists, or among all expressions.
func (s *source) find(r *rule, p pattern, known release) {
	functions(s.tree, func(function *ast.FuncDecl) {
		if !r.looksAt(nameOf(function)) {
			return
		}
		ast.Inspect(function.Body, func(node ast.Node) bool {
			for _, statement := range statements(node) {
				s.try(r, p, statement, function, known)
			}
			if expr, ok := node.(ast.Expr); ok && r.at == instead {
				s.try(r, p, expr, function, known)
			}
			return true
		})
	})
}

// statements are those that stand in a list, where another can be put beside them.
func statements(node ast.Node) []ast.Stmt {
	switch node := node.(type) {
	case *ast.BlockStmt:
		return node.List
	case *ast.CaseClause:
		return node.Body
	case *ast.CommClause:
		return node.Body
	}
	return nil
}

func (s *source) try(r *rule, p pattern, node ast.Node, function *ast.FuncDecl, known release) {
	if _, isExpr := p.node.(ast.Expr); isExpr {
		if statement, ok := node.(*ast.ExprStmt); ok {
			if r.at == instead {
				return // the expression in it comes by itself
			}
			node = statement.X
		}
	}
	found, ok := p.match(node)
	if !ok {
		return
	}
	for letter, prefix := range r.only {
		if !strings.HasPrefix(s.words(found[letter]), prefix) {
			return
		}
	}
	s.put(r, node, s.fill(r, known, found))
	s.note(r, function, node.Pos())
}

func (s *source) put(r *rule, node ast.Node, text string) {
	from, to := s.offset(node.Pos()), s.offset(node.End())
	switch r.at {
	case before:
		s.edit(from, from, text+"; ")
	case after:
		s.edit(to, to, "; "+text)
	case instead:
		s.edit(from, to, text)
	case body:
		at := s.offset(blockOf(node).Lbrace) + 1
		s.edit(at, at, " "+text+";")
	}
}

func blockOf(node ast.Node) *ast.BlockStmt {
	switch node := node.(type) {
	case *ast.ForStmt:
		return node.Body
	case *ast.IfStmt:
		return node.Body
	}
	panic(fmt.Sprintf("%T has no block", node))
}

var placeholder = regexp.MustCompile(`\b([A-Z]|KIND|CALLERPC|CALLERSP)\b`)

func (s *source) fill(r *rule, known release, found bindings) string {
	kind := r.kindName()
	return placeholder.ReplaceAllStringFunc(r.probe, func(word string) string {
		switch word {
		case "KIND":
			return "gotwinKind" + strings.ToUpper(kind[:1]) + kind[1:]
		case "CALLERPC":
			return known.callerpc()
		case "CALLERSP":
			return known.callersp()
		}
		return s.words(found[word])
	})
}

// words is the source of an expression.
func (s *source) words(expr ast.Expr) string {
	if expr == nil {
		return ""
	}
	return string(s.text[s.offset(expr.Pos()):s.offset(expr.End())])
}

func (s *source) offset(pos token.Pos) int { return s.files.Position(pos).Offset }

func (s *source) edit(from, to int, text string) {
	if bytes.ContainsRune(s.text[from:to], '\n') && s.err == nil {
		s.err = fmt.Errorf("%s: a probe would move the lines after offset %d", s.name, from)
	}
	s.edits = append(s.edits, edit{from, to, text})
}

func (s *source) note(r *rule, function *ast.FuncDecl, pos token.Pos) {
	s.sites = append(s.sites, Site{Rule: r.name, Kind: r.kindName(), File: s.name, Func: nameOf(function),
		Line: s.files.Position(pos).Line})
}

// edited applies the edits, and parses the result: whatever a rule does, it stays Go, line for line.
func (s *source) edited() ([]byte, error) {
	// Stable: of insertions at one place that of the earlier rule comes first.
	sort.SliceStable(s.edits, func(i, j int) bool { return s.edits[i].from < s.edits[j].from })
	var out []byte
	at := 0
	for _, e := range s.edits {
		if e.from < at {
			return nil, fmt.Errorf("%s: two rules change the text at offset %d", s.name, e.from)
		}
		out = append(append(out, s.text[at:e.from]...), e.text...)
		at = e.to
	}
	out = append(out, s.text[at:]...)
	if bytes.Count(out, []byte("\n")) != bytes.Count(s.text, []byte("\n")) {
		return nil, fmt.Errorf("%s: the probes moved lines", s.name)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), s.name, out, parser.SkipObjectResolution); err != nil {
		return nil, fmt.Errorf("after the probes: %w", err)
	}
	return out, nil
}
