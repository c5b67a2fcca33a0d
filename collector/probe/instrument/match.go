package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
)

// A pattern is a piece of Go in which a name of one capital letter stands for any
// expression, the same wherever it stands twice, and an empty block for any block.
type pattern struct{ node ast.Node }

// parsePattern takes a statement; one that is only an expression is found wherever an expression stands.
func parsePattern(text string) (pattern, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "pattern", "package p; func _() {\n"+text+"\n}", 0)
	if err != nil {
		return pattern{}, fmt.Errorf("pattern %q: %w", text, err)
	}
	body := file.Decls[0].(*ast.FuncDecl).Body.List
	if len(body) != 1 {
		return pattern{}, fmt.Errorf("pattern %q is not one statement", text)
	}
	if expr, ok := body[0].(*ast.ExprStmt); ok {
		return pattern{expr.X}, nil
	}
	return pattern{body[0]}, nil
}

// bindings are what the letters of a pattern stand for.
type bindings map[string]ast.Expr

func (p pattern) match(node ast.Node) (bindings, bool) {
	found := bindings{}
	return found, same(reflect.ValueOf(p.node), reflect.ValueOf(node), found)
}

var (
	positionType = reflect.TypeOf(token.Pos(0))
	objectType   = reflect.TypeOf((*ast.Object)(nil))
	blockType    = reflect.TypeOf((*ast.BlockStmt)(nil))
)

func same(want, got reflect.Value, found bindings) bool {
	if want.Kind() == reflect.Interface {
		want = want.Elem()
	}
	if got.Kind() == reflect.Interface {
		got = got.Elem()
	}
	if !want.IsValid() || !got.IsValid() {
		return want.IsValid() == got.IsValid()
	}
	if letter := letterOf(want); letter != "" {
		return bind(letter, got, found)
	}
	if want.Type() != got.Type() {
		return false
	}
	switch want.Kind() {
	case reflect.Pointer:
		if want.IsNil() || got.IsNil() {
			return want.IsNil() == got.IsNil()
		}
		if want.Type() == blockType && len(want.Interface().(*ast.BlockStmt).List) == 0 {
			return true
		}
		return same(want.Elem(), got.Elem(), found)
	case reflect.Slice:
		if want.Len() != got.Len() {
			return false
		}
		for i := 0; i < want.Len(); i++ {
			if !same(want.Index(i), got.Index(i), found) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := 0; i < want.NumField(); i++ {
			if t := want.Field(i).Type(); t == positionType || t == objectType {
				continue
			}
			if !same(want.Field(i), got.Field(i), found) {
				return false
			}
		}
		return true
	}
	return want.Interface() == got.Interface()
}

func letterOf(value reflect.Value) string {
	if !value.CanInterface() {
		return ""
	}
	if id, ok := value.Interface().(*ast.Ident); ok && id != nil && isLetter(id.Name) {
		return id.Name
	}
	return ""
}

func isLetter(name string) bool {
	return len(name) == 1 && 'A' <= name[0] && name[0] <= 'Z'
}

func bind(letter string, got reflect.Value, found bindings) bool {
	expr, ok := got.Interface().(ast.Expr)
	if !ok {
		return false
	}
	if before, ok := found[letter]; ok {
		return same(reflect.ValueOf(before), got, bindings{})
	}
	found[letter] = expr
	return true
}
