// Package loopback makes pairs of TCP connections within one process and keeps
// goroutines busy between them, which is what netguy and netecho have in common.
package loopback

import (
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const messagesPerBlock = 8

// How often Run asks whether it was enough.
const pollEvery = 10 * time.Millisecond

// World is the connections and goroutines of one run.
type World struct {
	listener net.Listener
	conns    []net.Conn
	guys     sync.WaitGroup
	messages atomic.Int64
}

// NewWorld listens on a free port of the loopback interface.
func NewWorld() *World {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		Fail(err)
	}
	return &World{listener: listener}
}

// Pair connects two ends: what is written to one is read from the other.
func (w *World) Pair() (c1, c2 net.Conn) {
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := w.listener.Accept()
		if err != nil {
			Fail(err)
		}
		accepted <- conn
	}()
	c1, err := net.Dial("tcp", w.listener.Addr().String())
	if err != nil {
		Fail(err)
	}
	c2 = <-accepted
	w.conns = append(w.conns, c1, c2)
	return c1, c2
}

// Netguy starts a goroutine that writes to `to` whatever it reads from `from`,
// until a connection closes. Each message takes `size` bytes of a block that is
// thrown away when it is used up: garbage enough to keep the collector busy, in
// few spans, because every span that is swept is two events in the trace. With a
// new block it calls grow, which may make its stack worth shrinking when it blocks again.
func (w *World) Netguy(from, to net.Conn, size int, grow func()) {
	w.guys.Add(1)
	go func() {
		defer w.guys.Done()
		var block []byte
		for {
			if len(block) < size {
				block = make([]byte, messagesPerBlock*size)
				grow()
			}
			buf := block[:size]
			block = block[size:]
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
			w.messages.Add(1)
		}
	}()
}

// Kick writes the first message of a conversation.
func (w *World) Kick(c net.Conn) {
	if _, err := c.Write([]byte("ping")); err != nil {
		Fail(err)
	}
}

// Run lets the goroutines work for d, and on until enough says so, then closes everything and waits for them.
func (w *World) Run(d time.Duration, enough func(messages int64) bool) {
	time.Sleep(d)
	for !enough(w.messages.Load()) {
		time.Sleep(pollEvery)
	}
	w.listener.Close()
	for _, c := range w.conns {
		c.Close()
	}
	w.guys.Wait()
}

// Fail ends the program: a fixture that cannot do its work must not look as if it had.
func Fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
