/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting something else; the contract is in restart.h
 *
 * Registers outlive the reset on paper only, so what has to is kept in memory.
 */
	.section .text.restart, "ax", @progbits
	.globl	restart_psw
	.type	restart_psw, @function
restart_psw:
	lghi	%r1, 1			/* subcode: load normal */
	diag	%r2, %r1, 0x308
	.short	0
	.size	restart_psw, . - restart_psw

	.globl	restart_at
	.type	restart_at, @function
restart_at:
	larl	%r3, saved
	stg	%r2, 0(%r3)
	lghi	%r4, 0
	mvc	8(8, %r3), 0(%r4)
	larl	%r5, 1f
	llihh	%r1, 0x0008		/* a short PSW: bit 12, 64-bit addressing */
	oihl	%r1, 0x0001
	llilh	%r0, 0x8000
	ogr	%r1, %r0
	ogr	%r1, %r5
	stg	%r1, 0(%r4)
	j	restart_psw
1:	larl	%r3, saved
	lghi	%r4, 0
	mvc	0(8, %r4), 8(%r3)
	lg	%r2, 0(%r3)
	br	%r2
	.size	restart_at, . - restart_at

	.section .bss.restart, "aw", @nobits
	.align	8
saved:	.space	16
	.section .note.GNU-stack, "", @progbits
