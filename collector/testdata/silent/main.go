// Command silent does nothing.
package main

func main() {}
