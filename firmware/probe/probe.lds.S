/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linker script of the probe; the map is in layout.h
 */
#include "firmware/probe/layout.h"
#include "firmware/probe/parmarea.h"

OUTPUT_FORMAT("elf64-s390", "elf64-s390", "elf64-s390")
OUTPUT_ARCH(s390:64-bit)
ENTRY(kernel_entry)

SECTIONS
{
	.ipl_psw 0 : { KEEP(*(.ipl_psw)) }

	__stack_top = STACK_TOP;

	.pattern PATTERN_START : {
		__pattern_start = .;
		KEEP(*(.pattern))
		__pattern_end = .;
	}
	ASSERT(__pattern_end == WORK_START, "the pattern does not end at the work area")

	.bss WORK_START (NOLOAD) : {
		__bss_start = .;
		*(SORT_BY_ALIGNMENT(.bss*) COMMON)
		__bss_end = .;
	}
	ASSERT(__bss_end <= KERNEL_ENTRY, "the work area reaches into the entry")

	.kernel_entry KERNEL_ENTRY : { KEEP(*(.kernel_entry)) }
	.parmarea PARMAREA_ADDR : { KEEP(*(.parmarea)) }

	.text CODE_START : {
		__self_start = .;
		*(.text.head)
		*(.text .text.*)
		*(.rodata .rodata.*)
		__pattern_signs = .;
		KEEP(*(.pattern_signs))
		__self_end = .;
	}

	/* What is written to would change the sum of the image. */
	.data : { *(.data .data.*) }
	ASSERT(SIZEOF(.data) == 0, "the probe has no initialised variables")

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) *(.gnu.attributes) }
}
