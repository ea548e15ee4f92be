/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lowcore set-up
 *
 * Images here poll and never enable an interruption, so one that comes is a bug of ours. Each class
 * stops with a code of its own, which is all a test needs to say what happened.
 */
#include "firmware/lib/lowcore.h"

#include "firmware/lib/psw.h"
#include "firmware/lib/wait.h"

enum {
	N_CLASSES = WAIT_IO - WAIT_RESTART + 1,
};

_Static_assert(LOWCORE_RESTART_NEW_PSW + (N_CLASSES - 1) * sizeof(struct psw) == LOWCORE_IO_NEW_PSW,
	       "the codes have the order of the PSWs");

void lowcore_init(void)
{
	volatile struct psw *new_psw = (struct psw *)(uintptr_t)LOWCORE_RESTART_NEW_PSW;

	for (unsigned i = 0; i < N_CLASSES; i++) {
		new_psw[i].mask = PSW_MASK_STOP64;
		new_psw[i].addr = WAIT_RESTART + i;
	}
}
