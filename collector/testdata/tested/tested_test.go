package tested

import (
	"os"
	"testing"
)

func TestSum(t *testing.T) {
	c := make(chan int)
	go func() { c <- Sum(1, 2) }()
	if got := <-c; got != 3 {
		t.Fatal(got)
	}
	// go test runs in the package's folder.
	if _, err := os.Stat("tested_test.go"); err != nil {
		t.Fatal(err)
	}
}
