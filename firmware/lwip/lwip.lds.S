/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linker script of the netboot image
 *
 * LWIP_BASE is where it lies: an address for netboot_fw= and -kernel, or 0 for -bios, where QEMU
 * chooses the place and relocates it. docs/lwip.md has the map.
 */
OUTPUT_FORMAT("elf64-s390", "elf64-s390", "elf64-s390")
OUTPUT_ARCH(s390:64-bit)
ENTRY(lwip_entry)

PHDRS
{
	all PT_LOAD FLAGS(7);
	dynamic PT_DYNAMIC;
}

SECTIONS
{
	. = LWIP_BASE;
	__image_start = .;
	.text : {
		*(.text.head)
		*(.text .text.*)
	} :all
	.rodata : { *(.rodata .rodata.*) } :all
	.dynsym : { *(.dynsym) } :all
	.dynstr : { *(.dynstr) } :all
	.hash : { *(.hash .gnu.hash) } :all
	.rela.dyn : { *(.rela .rela.*) } :all
	.dynamic : { *(.dynamic) } :all :dynamic
	.got : { *(.got .got.*) } :all
	.data : { *(.data .data.*) } :all
	.bss (NOLOAD) : {
		. = ALIGN(8);
		__bss_start = .;
		*(SORT_BY_ALIGNMENT(.bss*) COMMON)
		. = ALIGN(8);
		__bss_end = .;
		. += LWIP_STACK_LEN;
		__stack_top = .;
	} :all
	__image_end = .;
	/* What QEMU before 9.2 keeps for firmware below the end of the memory. */
	ASSERT(__image_end - __image_start <= 0x180000, "the image is too large for -bios")

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) *(.gnu.attributes) *(.interp) }
}
