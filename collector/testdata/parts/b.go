package main

var b = note("b.b")

func init() { note("b.init") }
