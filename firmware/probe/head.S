/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probe's two entries and its parameter area
 *
 * The C code is told the address at which the image was entered and where the parameter area is.
 */
#include "firmware/lib/kernel-head.inc"
#include "firmware/probe/parmarea.h"

	ipl_psw	from_psw

	kernel_entry from_kernel_entry

	.section .text.head, "ax", @progbits
from_psw:
	sam64				/* before LARL: in 31-bit mode it leaves the high halves */
	larl	%r2, from_psw
	j	1f
from_kernel_entry:
	sam64
	larl	%r2, kernel_entry
1:	larl	%r3, parmarea
	jg	start

	.section .parmarea, "aw", @progbits
parmarea:
	.org	parmarea + 0x30
	.quad	PARMAREA_CMDLINE_MAX
	.org	parmarea + PARMAREA_CMDLINE + PARMAREA_CMDLINE_MAX
	.section .note.GNU-stack, "", @progbits
