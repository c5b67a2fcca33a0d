// Echo does what the fixture netecho does, a given number of times: messages go
// to and fro over the loopback between goroutines that block in netpoll, while
// what they allocate keeps the garbage collector running.
//
//	echo [-n MESSAGES] [-pairs N]
package main

import (
	"flag"
	"log"
	"net"
	"sync"
)

// What each message allocates, in bytes, as in netecho.
const allocated = 16384

var sink [][]byte

func main() {
	n := flag.Int("n", 12_500, "messages of each pair")
	pairs := flag.Int("pairs", 8, "pairs of connections")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	sink = make([][]byte, 2**pairs)
	var all sync.WaitGroup
	for i := 0; i < *pairs; i++ {
		a, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			log.Fatal(err)
		}
		b, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		all.Add(2)
		go exchange(a, *n, true, 2*i, &all)
		go exchange(b, *n, false, 2*i+1, &all)
	}
	all.Wait()
}

func exchange(c net.Conn, n int, first bool, slot int, all *sync.WaitGroup) {
	defer all.Done()
	message := make([]byte, 1)
	for i := 0; i < n; i++ {
		if first {
			send(c, message)
		}
		if _, err := c.Read(message); err != nil {
			log.Fatal(err)
		}
		if !first {
			send(c, message)
		}
		sink[slot] = make([]byte, allocated)
	}
}

func send(c net.Conn, message []byte) {
	if _, err := c.Write(message); err != nil {
		log.Fatal(err)
	}
}
