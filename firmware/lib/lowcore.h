/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lowcore: the storage at absolute 0 that the CPU itself reads and writes
 *
 * Offsets: z/Architecture Principles of Operation, SA22-7832, chapter 3, "Assigned Storage
 * Locations". What QEMU adds for its own firmware is named QIPL (hw/s390x/ipl.h there).
 */
#ifndef FIRMWARE_LIB_LOWCORE_H
#define FIRMWARE_LIB_LOWCORE_H

enum lowcore_offset {
	LOWCORE_IPL_PSW = 0x000,         /* 8 bytes, a short PSW */
	LOWCORE_PGM_ILC = 0x08c,         /* program interruption: instruction length */
	LOWCORE_PGM_CODE = 0x08e,        /* and code */
	LOWCORE_SUBSYSTEM_ID = 0x0b8,    /* of the IPL device, written by firmware */
	LOWCORE_QIPL = 0x0cc,            /* 28 bytes, written by QEMU at reset */
	LOWCORE_PGM_OLD_PSW = 0x150,     /* old PSWs have the order of the new ones */
	LOWCORE_RESTART_NEW_PSW = 0x1a0, /* new PSWs, 16 bytes each */
	LOWCORE_EXTERNAL_NEW_PSW = 0x1b0,
	LOWCORE_SVC_NEW_PSW = 0x1c0,
	LOWCORE_PGM_NEW_PSW = 0x1d0,
	LOWCORE_MCHECK_NEW_PSW = 0x1e0,
	LOWCORE_IO_NEW_PSW = 0x1f0,
	LOWCORE_END = 0x200, /* images put nothing of theirs below */
};

/**
 * lowcore_init() - Make each interruption class end in its own disabled wait
 *
 * Sets the six new PSWs to the codes WAIT_RESTART to WAIT_IO. Called by start before anything else.
 */
void lowcore_init(void);

#endif /* FIRMWARE_LIB_LOWCORE_H */
