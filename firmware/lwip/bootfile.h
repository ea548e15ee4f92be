/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a loaded file is, and how a kernel is given its parameters
 *
 * Linux' arch/s390/include/asm/setup.h (struct parmarea) and arch/s390/boot/head.S.
 */
#ifndef FIRMWARE_LWIP_BOOTFILE_H
#define FIRMWARE_LWIP_BOOTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lwip/place.h"

enum bootfile_kind {
	BOOTFILE_NOTHING, /* nothing that can be started */
	BOOTFILE_KERNEL,  /* has the entry of a Linux kernel */
	BOOTFILE_PSW,     /* starts with a PSW */
	BOOTFILE_CONFIG,  /* "# pxelinux": a configuration */
	BOOTFILE_INS,     /* "* ": an .INS file */
};

enum {
	BOOTFILE_KERNEL_ENTRY = 0x10000,
	BOOTFILE_PSW_LEN = 8,
	BOOTFILE_CMDLINE_MAX_OLD = 896, /* of a kernel that does not say, with its NUL */
	BOOTFILE_CMDLINE_LIMIT = 65536, /* we believe no more than this */
};

/* What the file at address 0 is; @len: how long it is. */
enum bootfile_kind bootfile_kind(const struct place *p, uint64_t len);

/* How long a command line may be, with its NUL; 0 if the kernel has no parameter area. */
uint64_t bootfile_cmdline_max(const struct place *p, uint64_t kernel_len);

/**
 * bootfile_set_cmdline() - Put the command line into the kernel
 * @p:		The memory, with a kernel at 0
 * @kernel_len:	Its length
 * @text:	The command line
 * @len:	Its length without a NUL
 *
 * Return: false if it is too long, or there is no room for any.
 */
bool bootfile_set_cmdline(struct place *p, uint64_t kernel_len, const char *text, size_t len);

/* Tell the kernel of its initrd. Return: false if it has no parameter area. */
bool bootfile_set_initrd(struct place *p, uint64_t kernel_len, uint64_t addr, uint64_t len);

#endif /* FIRMWARE_LWIP_BOOTFILE_H */
