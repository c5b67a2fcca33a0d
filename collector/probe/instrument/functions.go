package main

import (
	"debug/elf"
	"debug/gosym"
	"fmt"
	"io"
	"sort"
)

// listFunctions writes the functions of a program by address, a line each: address in hex, name.
// They come from the table that the runtime itself uses, which stripping leaves in place.
func listFunctions(program string, out io.Writer) error {
	file, err := elf.Open(program)
	if err != nil {
		return err
	}
	defer file.Close()
	lines, text := file.Section(".gopclntab"), file.Section(".text")
	if lines == nil {
		lines = file.Section(".data.rel.ro.gopclntab")
	}
	if lines == nil || text == nil {
		return fmt.Errorf("%s has no table of functions", program)
	}
	data, err := lines.Data()
	if err != nil {
		return err
	}
	table, err := gosym.NewTable(nil, gosym.NewLineTable(data, textStart(file, text.Addr)))
	if err != nil {
		return err
	}
	sort.Slice(table.Funcs, func(i, j int) bool { return table.Funcs[i].Entry < table.Funcs[j].Entry })
	for _, function := range table.Funcs {
		if _, err := fmt.Fprintf(out, "%x %s\n", function.Entry, function.Name); err != nil {
			return err
		}
	}
	return nil
}

// textStart is where Go's own text begins: with cgo, what the C compiler made comes before it in the section.
func textStart(file *elf.File, section uint64) uint64 {
	symbols, err := file.Symbols()
	if err != nil {
		return section // stripped
	}
	for _, symbol := range symbols {
		if symbol.Name == "runtime.text" {
			return symbol.Value
		}
	}
	return section
}
