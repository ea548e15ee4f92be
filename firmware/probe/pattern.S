/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filler before the probe's work area
 *
 * No two blocks of it are alike, so that a block that is lost, doubled or misplaced on its way
 * changes the sum of the image. A linear congruential generator (Numerical Recipes' constants).
 */
#include "firmware/probe/layout.h"

	.section .pattern, "a", @progbits
	.set	x, 0x1b1ab
	.set	n, 0
	.rept	(WORK_START - PATTERN_START) / 4
	.set	x, (x * 1664525 + 1013904223) & 0xffffffff
	.long	x
	.if	n % PATTERN_PAGE == 0
	.pushsection .pattern_signs, "a", @progbits
	.long	x			/* how this page begins */
	.popsection
	.endif
	.set	n, n + 4
	.endr
	.section .note.GNU-stack, "", @progbits
