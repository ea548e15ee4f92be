/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Program status words
 *
 * z/Architecture Principles of Operation, SA22-7832, chapter 4, "Program-Status-Word Format".
 */
#ifndef FIRMWARE_LIB_PSW_H
#define FIRMWARE_LIB_PSW_H

#include <stdint.h>

enum psw_mask {
	PSW_MASK_DAT = 0x0400000000000000,    /* bit 5 */
	PSW_MASK_IO = 0x0200000000000000,     /* bit 6 */
	PSW_MASK_EXT = 0x0100000000000000,    /* bit 7 */
	PSW_MASK_SHORT = 0x0008000000000000,  /* bit 12, must be one in an 8-byte PSW */
	PSW_MASK_MCHECK = 0x0004000000000000, /* bit 13 */
	PSW_MASK_WAIT = 0x0002000000000000,   /* bit 14 */
	PSW_MASK_PSTATE = 0x0001000000000000, /* bit 15 */
	PSW_MASK_EA = 0x0000000100000000,     /* bit 31 */
	PSW_MASK_BA = 0x0000000080000000,     /* bit 32 */

	PSW_MASK_RUN64 = PSW_MASK_EA | PSW_MASK_BA,       /* 64-bit addresses, nothing enabled */
	PSW_MASK_STOP64 = PSW_MASK_RUN64 | PSW_MASK_WAIT, /* disabled wait */
};

struct psw {
	uint64_t mask;
	uint64_t addr;
};

#endif /* FIRMWARE_LIB_PSW_H */
