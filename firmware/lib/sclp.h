/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Service-call logical processor (SCLP): console output and memory size
 *
 * Commands and layouts as QEMU implements them (its include/hw/s390x/sclp.h and event-facility.h).
 * QEMU answers before the instruction ends, under KVM too; the interruption it leaves pending is
 * never enabled, so there is nothing to wait for. One request at a time: not for two CPUs.
 */
#ifndef FIRMWARE_LIB_SCLP_H
#define FIRMWARE_LIB_SCLP_H

#include <stddef.h>
#include <stdint.h>

enum {
	SCLP_SCCB_LEN = 4096,               /* a request may not leave its page */
	SCLP_TEXT_MAX = SCLP_SCCB_LEN - 14, /* text bytes in one request, after its two headers */
};

enum sclp_error {
	SCLP_E_ABSENT = 1, /* no SCLP */
	SCLP_E_REFUSED,    /* a response code that is not success */
};

/**
 * sclp_console_write() - Send text to the ASCII (VT220) console
 * @text:	Any bytes; lines end with CR LF
 * @len:	Their number, without limit; each SCLP_TEXT_MAX cost one request
 *
 * Blocks until QEMU has taken the text.
 *
 * Return: 0, or the sclp_error of the first request that failed; the rest is not sent then.
 */
int sclp_console_write(const char *text, size_t len);

/**
 * sclp_read_memory() - Ask for the size of the memory
 * @bytes:	Filled with the size; untouched on failure
 *
 * Return: 0 or an sclp_error.
 */
int sclp_read_memory(uint64_t *bytes);

#endif /* FIRMWARE_LIB_SCLP_H */
