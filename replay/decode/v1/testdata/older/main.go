// Older writes an execution trace of any release from Go 1.9 on, with every way
// to block, long and short syscalls, garbage collection, a profiler, a number of
// Ps that changes, and goroutines that are older than the trace.
//
//	older [-rounds N] TRACE
package main

import (
	"flag"
	"io"
	"io/ioutil"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
)

var (
	rounds = flag.Int("rounds", 20, "how often to do everything")
	sink   [][]byte
	sum    int
)

func main() {
	flag.Parse()
	f, err := os.Create(flag.Arg(0))
	check(err)
	runtime.GOMAXPROCS(2)
	go func() { select {} }()
	inSyscall, err2 := blockedInSyscall()
	check(err2)
	time.Sleep(5 * time.Millisecond)
	check(pprof.StartCPUProfile(ioutil.Discard))
	check(trace.Start(f))
	syscall.Close(inSyscall)
	for i := 0; i < *rounds; i++ {
		round(i)
	}
	trace.Stop()
	pprof.StopCPUProfile()
	check(f.Close())
}

// blockedInSyscall starts a goroutine that waits in a system call until the
// descriptor that it returns is closed.
func blockedInSyscall() (int, error) {
	var fds [2]int
	if err := syscall.Pipe(fds[:]); err != nil {
		return 0, err
	}
	go func() {
		var b [1]byte
		syscall.Read(fds[0], b[:])
		syscall.Close(fds[0])
	}()
	return fds[1], nil
}

func round(i int) {
	channels()
	locks()
	network()
	longSyscall()
	annotations(i)
	go func() { select {} }()
	runtime.Gosched()
	if i%4 == 0 {
		spin(25 * time.Millisecond)
		runtime.GC()
	}
	if i%8 == 3 {
		runtime.GOMAXPROCS(2 + i%3)
	}
	time.Sleep(time.Millisecond)
}

func channels() {
	var wg sync.WaitGroup
	work, results, quit := make(chan int), make(chan int, 4), make(chan bool)
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case n := <-work:
					results <- n
				case <-quit:
					return
				}
			}
		}()
	}
	go func() {
		for n := 0; n < 50; n++ {
			work <- n
		}
	}()
	for n := 0; n < 50; n++ {
		sum += <-results
	}
	close(quit)
	wg.Wait()
}

func locks() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	ready := sync.NewCond(&mu)
	up := 0
	for w := 0; w < 3; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			up++
			ready.Wait()
			up--
			mu.Unlock()
		}()
	}
	for {
		mu.Lock()
		if up == 3 {
			ready.Broadcast()
			mu.Unlock()
			break
		}
		mu.Unlock()
		runtime.Gosched()
	}
	wg.Wait()
}

func network() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() {
		conn, err := listener.Accept()
		check(err)
		io.Copy(conn, conn)
		conn.Close()
		listener.Close()
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	check(err)
	b := make([]byte, 64)
	for i := 0; i < 10; i++ {
		_, err := conn.Write(b)
		check(err)
		_, err = io.ReadFull(conn, b)
		check(err)
	}
	check(conn.Close())
}

// longSyscall keeps a P in a system call until another thread takes it away.
func longSyscall() {
	done := make(chan bool)
	go func() {
		t := syscall.NsecToTimespec(int64(2 * time.Millisecond))
		syscall.Nanosleep(&t, nil)
		done <- true
	}()
	<-done
	for i := 0; i < 100; i++ {
		sink = append(sink, make([]byte, 4096))
	}
	sink = sink[len(sink)-100:]
	os.Stat("/")
}

func spin(d time.Duration) {
	done := make(chan bool)
	go func() {
		for start := time.Now(); time.Since(start) < d; {
			sum++
		}
		done <- true
	}()
	<-done
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
