// The frame that brings the chain to one step more than the budget, for each architecture:
// what a call and the saved registers add differs, and so does the step by which frames
// grow. On arm64 a frame is a multiple of 16, so no chain comes closer than 784 of 792.
#include "textflag.h"

#ifdef GOARCH_amd64
#define FRAME $776
#endif
#ifdef GOARCH_386
#define FRAME $792
#endif
#ifdef GOARCH_arm64
#define FRAME $784
#endif
#ifdef GOARCH_arm
#define FRAME $800
#endif
#ifdef GOARCH_riscv64
#define FRAME $800
#endif
#ifdef GOARCH_ppc64le
#define FRAME $784
#endif
#ifdef GOARCH_s390x
#define FRAME $800
#endif

TEXT ·outer(SB), NOSPLIT, FRAME
	CALL ·inner(SB)
	RET

// Large enough to have a split check, and so to call morestack.
TEXT ·inner(SB), 0, $256-0
	RET
