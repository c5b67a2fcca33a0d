// starts begins goroutines in every way that leaves a wrapper at the end of a stack, or none, and has each block.
package main

import (
	"os"
	"reflect"
	"runtime/trace"
	"sync"
	"time"
)

var done sync.WaitGroup

type base struct{ c chan int }

func (b *base) pointer() { <-b.c; done.Done() }
func (b base) value()    { <-b.c; done.Done() }
func (b *base) arg(int)  { <-b.c; done.Done() }

type outer struct{ *base }
type outerValue struct{ base }
type all interface {
	pointer()
	value()
	arg(int)
}

func generic[T any](c chan T) { <-c; done.Done() }

type box[T any] struct{ c chan T }

func (b *box[T]) pointer() { <-b.c; done.Done() }
func (b box[T]) value(int) { <-b.c; done.Done() }

type outerBox[T any] struct{ *box[T] }

func deep(n int, c chan int) {
	if n == 0 {
		<-c
		done.Done()
		return
	}
	deep(n-1, c)
}

func begin(c chan int) {
	o, ov := outer{&base{c}}, &outerValue{base{c}}
	var i, j all = o, ov
	b := &box[int]{c}
	ob := outerBox[int]{b}
	wait := func() { <-c; done.Done() }
	made := reflect.MakeFunc(reflect.TypeOf(wait), func([]reflect.Value) []reflect.Value { wait(); return nil })
	done.Add(18)
	go o.pointer()
	go o.value()
	go ov.pointer()
	go ov.arg(1)
	go i.pointer()
	go i.arg(1)
	go j.value()
	go generic(c)
	go b.pointer()
	go b.value(1)
	go ob.pointer()
	go ob.value(2)
	go (*base).pointer(o.base)
	go all.pointer(i)
	go new(sync.Once).Do(o.pointer)
	go reflect.ValueOf(wait).Call(nil)
	time.AfterFunc(time.Millisecond, o.pointer)
	time.AfterFunc(time.Millisecond, i.pointer)
	values := []func(){o.pointer, o.value, ov.pointer, i.pointer, j.value, b.pointer, ob.pointer, made.Interface().(func()), wait}
	for _, f := range values {
		done.Add(1)
		go f()
	}
	for _, n := range []int{1, 50, 97, 98, 99, 100, 126, 127, 128, 140} {
		done.Add(2)
		go deep(n, c)
		go func(n int) { deep(n, c) }(n)
	}
}

func main() {
	file, err := os.Create(os.Args[1])
	if err == nil {
		err = trace.Start(file)
	}
	if err != nil {
		panic(err)
	}
	c := make(chan int)
	begin(c)
	time.Sleep(20 * time.Millisecond)
	close(c)
	done.Wait()
	trace.Stop()
	if err := file.Close(); err != nil {
		panic(err)
	}
}
