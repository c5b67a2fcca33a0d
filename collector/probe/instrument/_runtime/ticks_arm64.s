// Code added to package runtime by Gotwin's collector.

#include "textflag.h"

// func gotwinTicks() uint64
//
// The generic timer's virtual counter. cputicks is nanotime here, which costs a call into the vDSO.
TEXT runtime·gotwinTicks(SB),NOSPLIT,$0-8
	MRS	CNTVCT_EL0, R0
	MOVD	R0, ret+0(FP)
	RET
