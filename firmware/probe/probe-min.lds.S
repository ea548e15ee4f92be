/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linker script of the minimal probe
 *
 * The file is the PSW at 0, room for the lowcore, and code and constants from 0x200. Work area and
 * stack lie behind it and are not in the file: nobody puts an initrd there.
 */
#include "firmware/probe/layout.h"

OUTPUT_FORMAT("elf64-s390", "elf64-s390", "elf64-s390")
OUTPUT_ARCH(s390:64-bit)
ENTRY(from_psw)

SECTIONS
{
	.ipl_psw 0 : { KEEP(*(.ipl_psw)) }

	.text 0x200 : {
		__self_start = .;
		*(.text.head)
		*(.text .text.*)
		*(.rodata .rodata.*)
		__self_end = .;
	}

	.data : { *(.data .data.*) }
	ASSERT(SIZEOF(.data) == 0, "the probe has no initialised variables")

	__pattern_start = .;
	__pattern_end = .;
	__pattern_signs = .;

	.bss MIN_WORK_START (NOLOAD) : {
		__bss_start = .;
		*(SORT_BY_ALIGNMENT(.bss*) COMMON)
		__bss_end = .;
	}
	ASSERT(__self_end <= __bss_start, "the code reaches into the work area")

	__stack_top = KERNEL_ENTRY;
	ASSERT(__bss_end <= __stack_top - 0x2000, "no room for the stack")

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) *(.gnu.attributes) }
}
