/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the first instruction to C; the contract is in start.h
 */
	.section .text.start, "ax", @progbits
	.globl	start
	.type	start, @function
start:
	lgr	%r6, %r2			/* r6, r7 outlive calls */
	lgr	%r7, %r3
	larl	%r15, __stack_top
	aghi	%r15, -160			/* the callee's register save area */
	xc	0(8, %r15), 0(%r15)		/* end of the back chain */
	brasl	%r14, lowcore_init

	larl	%r2, __bss_start
	lghi	%r3, 0
	larl	%r4, __bss_end
	sgr	%r4, %r2
	brasl	%r14, memset

	lgr	%r2, %r6
	lgr	%r3, %r7
	brasl	%r14, image_main
	.short	0				/* no instruction: WAIT_PROGRAM if it returns */
	.size	start, . - start
	.section .note.GNU-stack, "", @progbits
