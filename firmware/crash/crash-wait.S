/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that crashes once, into a disabled wait that QEMU takes for a panic
 *
 * The lowcore then holds program code 1 (operation) at 0x8e and the old PSW at 0x150. The wait's
 * code is WAIT_CRASH_TEST of wait.h, which nothing else uses.
 */
#include "firmware/lib/kernel-head.inc"

	ipl_psw	crash

	kernel_entry crash

	.section .text.head, "ax", @progbits
crash:
	sam64
	larl	%r1, new_psw
	mvc	0x1d0(16, %r0), 0(%r1)		/* lowcore: program-check new PSW */
	.short	0				/* never a valid instruction */

	.balign	8
new_psw:
	.quad	0x0002000180000000, 0xbadc	/* disabled wait, 64-bit addressing */
	.section .note.GNU-stack, "", @progbits
