/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux kernels for s390x, made up: what a loader looks at, and nothing else
 */
#ifndef TESTS_SUPPORT_KERNEL_FILE_H
#define TESTS_SUPPORT_KERNEL_FILE_H

#include <glib.h>
#include <string.h>

#include "fixtures/netboot_image.h"

enum {
	KERNEL_FILE_BYTES = 0x12003, /* no multiple of a page */
	KERNEL_FILE_VERSION = 0x11800,
};

#define KERNEL_FILE_RELEASE "6.1.0-1-s390x"

static inline void kernel_file_word(uint8_t *kernel, size_t offset, uint64_t v)
{
	struct wr w = WR_INIT(kernel + offset, sizeof(v));

	wr_be64(&w, v);
}

/* @cmdline_max as the kernel names it: 0 is an old one. */
static inline GBytes *kernel_file_new(const char *release, uint64_t cmdline_max)
{
	static const char rest[] = " (somebody@somewhere) #1 SMP";
	uint8_t *k = g_malloc0(KERNEL_FILE_BYTES);

	memset(k, 'k', KERNEL_FILE_BYTES);
	memset(k + 0x10400, 0, 0x80);
	memcpy(k + NETBOOT_MAGIC_OFFSET, NETBOOT_MAGIC, strlen(NETBOOT_MAGIC));
	kernel_file_word(k, NETBOOT_VERSION_OFFSET, KERNEL_FILE_VERSION);
	kernel_file_word(k, NETBOOT_CMDLINE_MAX_OFFSET, cmdline_max);
	memset(k + NETBOOT_CMDLINE_OFFSET, 0,
	       cmdline_max && cmdline_max <= NETBOOT_CMDLINE_MAX_BYTES ? cmdline_max : 896);
	strcpy((char *)k + NETBOOT_CMDLINE_OFFSET, "root=/dev/ram0 ro");
	strcpy((char *)k + KERNEL_FILE_VERSION, release);
	strcpy((char *)k + KERNEL_FILE_VERSION + strlen(release), rest);
	return g_bytes_new_take(k, KERNEL_FILE_BYTES);
}

#endif /* TESTS_SUPPORT_KERNEL_FILE_H */
