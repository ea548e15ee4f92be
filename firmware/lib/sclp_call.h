/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request to the service-call logical processor
 *
 * A request is a block in memory (SCCB) with a header that holds its length; the answer is written
 * over it. The block must lie below 2 GiB and outside of the first 8 KiB, in one page.
 */
#ifndef FIRMWARE_LIB_SCLP_CALL_H
#define FIRMWARE_LIB_SCLP_CALL_H

#include <stdint.h>

#include "firmware/lib/sclp.h"

enum sclp_command {
	SCLP_READ_SCP_INFO = 0x00020001,
	SCLP_READ_EVENT_DATA = 0x00770005,
	SCLP_WRITE_EVENT_DATA = 0x00760005,
	SCLP_WRITE_EVENT_MASK = 0x00780005,
};

enum sclp_response {
	SCLP_RESPONSE_READ = 0x0010,
	SCLP_RESPONSE_DONE = 0x0020,
};

enum {
	SCLP_CC_BUSY = 2,
	SCLP_CC_ABSENT = 3,
	SCLP_EVENT_ASCII = 0x1a, /* event type of the VT220 console */
	SCLP_EVENT_HEADER_LEN = 6,
};

struct sccb_header {
	uint16_t len;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
};

/**
 * sclp_call() - Make a request
 * @command:	What is asked for
 * @sccb:	Its block
 *
 * Return: 0 or SCLP_E_ABSENT; whether it was granted stands in the block.
 */
static inline int sclp_call(enum sclp_command command, void *sccb)
{
	uint64_t cmd = command;
	unsigned cc;

	do {
		asm volatile(".insn rre, 0xb2200000, %[cmd], %[sccb]\n\t" /* SERVC */
			     "ipm %[cc]\n\t"
			     "srl %[cc], 28"
			     : [cc] "=d"(cc)
			     : [cmd] "d"(cmd), [sccb] "d"(sccb)
			     : "memory", "cc");
	} while (cc == SCLP_CC_BUSY);
	return cc == SCLP_CC_ABSENT ? SCLP_E_ABSENT : 0;
}

#endif /* FIRMWARE_LIB_SCLP_CALL_H */
