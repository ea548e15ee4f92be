/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linker script of the crashing kernels
 *
 * All code lies behind the entry at 0x10000 and below the parameter area at 0x10400, which these
 * images do not have, but which a loader may write to.
 */
OUTPUT_FORMAT("elf64-s390", "elf64-s390", "elf64-s390")
OUTPUT_ARCH(s390:64-bit)
ENTRY(kernel_entry)

SECTIONS
{
	.ipl_psw 0 : { KEEP(*(.ipl_psw)) }
	.kernel_entry 0x10000 : { KEEP(*(.kernel_entry)) }
	.text 0x10010 : { *(.text.head) }
	ASSERT(. <= 0x10400, "the code reaches into the parameter area")

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) *(.gnu.attributes) }
}
