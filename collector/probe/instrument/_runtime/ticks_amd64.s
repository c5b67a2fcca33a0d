// Code added to package runtime by Gotwin's collector.

#include "textflag.h"

// func gotwinTicks() uint64
//
// The time stamp counter, as cputicks reads it, but without waiting for what comes before: that
// would cost more than all the rest of a record.
TEXT runtime·gotwinTicks(SB),NOSPLIT,$0-8
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+0(FP)
	RET
