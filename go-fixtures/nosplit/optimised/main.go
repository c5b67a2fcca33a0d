// Command optimised has a chain that fits only when it is optimised: turn is inlined and
// its values stay in registers. Without that each value has its place in the frame, and
// turn one of its own below.
package main

import "os"

type state struct{ a, b, c, d int64 }

//go:nosplit
func (s state) turn() state { return state{s.b, s.c, s.d, s.a + 1} }

//go:nosplit
//go:noinline
func spin(s state) state {
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
	s14 := s13.turn()
	s15 := s14.turn()
	s16 := s15.turn()
	s17 := s16.turn()
	s18 := s17.turn()
	s19 := s18.turn()
	s20 := s19.turn()
	s21 := s20.turn()
	s22 := s21.turn()
	s23 := s22.turn()
	s24 := s23.turn()
	s25 := s24.turn()
	return s25.turn()
}

func main() { spin(state{d: int64(len(os.Args))}) }
