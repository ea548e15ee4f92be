/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image's only entry, however it was started; no register holds anything of use
 */
	.section .text.head, "ax", @progbits
	.globl	lwip_entry
	.type	lwip_entry, @function
lwip_entry:
	sam64				/* before LARL: in 31-bit mode it leaves the high halves */
	larl	%r2, lwip_entry
	lghi	%r3, 0
	jg	start
	.size	lwip_entry, . - lwip_entry
	.section .note.GNU-stack, "", @progbits
