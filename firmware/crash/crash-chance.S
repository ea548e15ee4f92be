/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that crashes in so many of 256 boots, and else gives up: a fault that shows now and then
 *
 * The byte at 0x10010 says in how many; it is 0 until somebody writes another value over it. What
 * is drawn is the machine's true random number (PRNO, function TRNG): on QEMU's CPU "max", which its
 * -seed makes the same again.
 */
#include "firmware/lib/kernel-head.inc"

	ipl_psw	start

	kernel_entry start

	.section .text.head, "ax", @progbits
chance:
	.byte	0, 0			/* larl knows even addresses only */
drawn:
	.byte	0

	.balign	8
start:
	sam64
	larl	%r1, crashed
	mvc	0x1d0(16, %r0), 0(%r1)		/* lowcore: program-check new PSW */
	lghi	%r0, 114			/* TRNG, */
	lghi	%r3, 0				/* no bytes as they are drawn, */
	larl	%r4, drawn			/* one byte conditioned */
	lghi	%r5, 1
again:
	.insn	rre, 0xb93c0000, %r2, %r4	/* PRNO */
	brc	1, again
	larl	%r1, chance
	llgc	%r2, 0(%r1)
	llgc	%r3, 2(%r1)
	clgr	%r3, %r2
	jhe	well
	.short	0				/* never a valid instruction */
well:
	larl	%r1, gave_up
	lpswe	0(%r1)

	.balign	8
crashed:
	.quad	0x0002000180000000, 0xbadc	/* disabled wait, 64-bit addressing */
gave_up:
	.quad	0x0002000180000000, 0
	.section .note.GNU-stack, "", @progbits
