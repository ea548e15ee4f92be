/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only entry of the minimal probe: the PSW at 0
 *
 * There is no parameter area, and what lies at 0x10000 and above is none of its business.
 */
#include "firmware/lib/kernel-head.inc"

	ipl_psw	from_psw

	.section .text.head, "ax", @progbits
	.globl	from_psw
from_psw:
	sam64				/* before LARL: in 31-bit mode it leaves the high halves */
	larl	%r2, from_psw
	lghi	%r3, 0			/* no parameter area */
	jg	start
	.section .note.GNU-stack, "", @progbits
