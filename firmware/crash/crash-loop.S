/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that crashes and goes on crashing, without a word
 *
 * The program-check new PSW leads to code that causes the next program check, for ever: what a
 * Linux kernel does that dies before it has a console. QEMU sees a running guest. The lowcore tells
 * all: program code 1 (operation) at 0x8e, and at 0x150 the old PSW, behind the bad instruction.
 */
#include "firmware/lib/kernel-head.inc"

	ipl_psw	crash

	kernel_entry crash

	.section .text.head, "ax", @progbits
crash:
	sam64
	larl	%r1, new_psw
	larl	%r2, again
	stg	%r2, 8(%r1)
	mvc	0x1d0(16, %r0), 0(%r1)		/* lowcore: program-check new PSW */
again:
	nopr	%r0				/* so that new and old PSW never agree */
	.short	0				/* never a valid instruction */

	.balign	8
new_psw:
	.quad	0x0000000180000000, 0		/* run, 64-bit addressing, nothing enabled */
	.section .note.GNU-stack, "", @progbits
