/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DIAGNOSE 0x308: the IPL parameter block, which says what the machine was booted from
 *
 * Layout and codes as in QEMU's hw/s390x/ipl.h and Linux' arch/s390/include/uapi/asm/ipl.h.
 */
#ifndef FIRMWARE_LIB_DIAG308_H
#define FIRMWARE_LIB_DIAG308_H

#include <stdint.h>

enum {
	DIAG308_PAGE_LEN = 4096, /* size and alignment of the buffer */
	DIAG308_LOADPARM_LEN = 8,
	DIAG308_FLAG_LOADPARM = 0x80, /* flags: the loadparm counts */
};

enum diag308_rc {
	DIAG308_RC_OK = 0x0001,
	DIAG308_RC_NO_CONFIG = 0x0102, /* not booted from a device: QEMU -kernel */
	DIAG308_RC_INVALID = 0x0402,
};

enum iplb_type {
	IPLB_TYPE_FCP = 0x00,
	IPLB_TYPE_CCW = 0x02,
	IPLB_TYPE_PCI = 0x04,
	IPLB_TYPE_QEMU_SCSI = 0xff, /* QEMU's own, between it and its firmware */
};

struct iplb {
	uint32_t len;
	uint8_t reserved1[3];
	uint8_t version;
	uint32_t block0_len;
	uint8_t type; /* enum iplb_type */
	uint8_t flags;
	uint8_t reserved2[2];
	uint8_t loadparm[DIAG308_LOADPARM_LEN]; /* EBCDIC */
	uint8_t reserved3[85];
	uint8_t ssid; /* CCW only, as is the rest */
	uint16_t devno;
};

/**
 * diag308_store() - Store the IPL parameter block
 * @page:	DIAG308_PAGE_LEN bytes, aligned to as many; holds a struct iplb if it is done
 *
 * Return: the DIAGNOSE return code, DIAG308_RC_OK if it is done.
 */
unsigned diag308_store(void *page);

#endif /* FIRMWARE_LIB_DIAG308_H */
