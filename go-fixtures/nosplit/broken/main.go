// Command broken has the shape of the Go runtime's exitsyscall of 2015 (golang issue
// 9721): one nosplit function does two pieces of work, one after the other, and without
// optimisation the values of both have places in its frame, which add up. Command mended
// is the same with the pieces moved out.
package main

import "os"

type state struct{ a, b, c, d int64 }

//go:nosplit
func (s state) turn() state { return state{s.b, s.c, s.d, s.a + 1} }

//go:nosplit
//go:noinline
func exitsyscall(s state) state {
	if s.d > 1 {
		s1 := s.turn()
		s2 := s1.turn()
		s3 := s2.turn()
		s4 := s3.turn()
		s5 := s4.turn()
		s6 := s5.turn()
		s7 := s6.turn()
		s8 := s7.turn()
		s9 := s8.turn()
		s10 := s9.turn()
		s11 := s10.turn()
		s12 := s11.turn()
		s13 := s12.turn()
		return s13.turn()
	}
	t1 := s.turn()
	t2 := t1.turn()
	t3 := t2.turn()
	t4 := t3.turn()
	t5 := t4.turn()
	t6 := t5.turn()
	t7 := t6.turn()
	t8 := t7.turn()
	t9 := t8.turn()
	t10 := t9.turn()
	t11 := t10.turn()
	t12 := t11.turn()
	t13 := t12.turn()
	return t13.turn()
}

func main() { exitsyscall(state{d: int64(len(os.Args))}) }
