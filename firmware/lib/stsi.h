/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STORE SYSTEM INFORMATION: the UUID of the virtual machine
 *
 * z/Architecture Principles of Operation, SA22-7832, chapter 10; the block 3.2.2 belongs to the
 * hypervisor (Linux' arch/s390/include/asm/sysinfo.h, struct sysinfo_3_2_2).
 */
#ifndef FIRMWARE_LIB_STSI_H
#define FIRMWARE_LIB_STSI_H

#include <stdint.h>

enum {
	STSI_PAGE_LEN = 4096, /* size and alignment of the buffer */
	STSI_UUID_LEN = 16,
};

enum stsi_error {
	STSI_E_NONE = 1, /* not a virtual machine, or one without UUID */
};

/**
 * stsi_read_uuid() - Ask for the UUID of this virtual machine
 * @uuid:	Filled, in the order in which it is written; untouched on failure
 * @page:	STSI_PAGE_LEN bytes, aligned to as many; overwritten
 *
 * Return: 0 or STSI_E_NONE.
 */
int stsi_read_uuid(uint8_t uuid[STSI_UUID_LEN], void *page);

#endif /* FIRMWARE_LIB_STSI_H */
