/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameter area of an s390x Linux kernel, which the probe has as well
 *
 * Linux' arch/s390/include/asm/setup.h, struct parmarea. Whoever loads the image writes the words
 * of the initrd and the command line into it.
 */
#ifndef FIRMWARE_PROBE_PARMAREA_H
#define FIRMWARE_PROBE_PARMAREA_H

#define PARMAREA_ADDR 0x10400
#define PARMAREA_CMDLINE 0x80     /* offset of the command line */
#define PARMAREA_CMDLINE_MAX 4096 /* its room, which the image states at offset 0x30 */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct parmarea {
	uint64_t ipl_device;
	uint64_t initrd_start;
	uint64_t initrd_len;
	uint64_t oldmem_base;
	uint64_t oldmem_len;
	uint64_t kernel_version;
	uint64_t max_command_line_size;
	uint8_t reserved[72];
	char command_line[PARMAREA_CMDLINE_MAX]; /* may have no NUL at all */
};
_Static_assert(offsetof(struct parmarea, initrd_start) == 0x08, "parmarea layout");
_Static_assert(offsetof(struct parmarea, max_command_line_size) == 0x30, "parmarea layout");
_Static_assert(offsetof(struct parmarea, command_line) == PARMAREA_CMDLINE, "parmarea layout");

#endif /* __ASSEMBLER__ */

#endif /* FIRMWARE_PROBE_PARMAREA_H */
