/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The channel subsystem: finding subchannels and running channel programs
 *
 * z/Architecture Principles of Operation, SA22-7832, chapters 13 to 16. Everything is polled; the
 * interruptions that this leaves pending are never enabled. One program at a time, one CPU.
 */
#ifndef FIRMWARE_LIB_CSS_H
#define FIRMWARE_LIB_CSS_H

#include <stddef.h>
#include <stdint.h>

enum {
	CSS_N_SETS = 4, /* subchannel sets */
	CSS_SET_LEN = 0x10000,
	CSS_SCHID_ONE = 0x00010000, /* must be one in each subsystem-identification word */
	CSS_SCHID_SET_SHIFT = 17,
	CSS_TIMEOUT_US = 5000000, /* for one channel program */
};

enum css_error {
	CSS_E_ABSENT = 1, /* no such subchannel, or no device behind it */
	CSS_E_BUSY,
	CSS_E_REJECTED, /* unit check: the device does not know the command, or not now */
	CSS_E_PROGRAM,  /* the channel refused the program */
	CSS_E_TIMEOUT,
};

/* A channel command word, format 1. */
enum ccw_flag {
	CCW_FLAG_SLI = 0x20, /* another length than the device's is no error */
};

struct ccw {
	uint8_t cmd;
	uint8_t flags;
	uint16_t count;
	uint32_t addr; /* below 2 GiB */
} __attribute__((aligned(8)));

/* What a subchannel says of its device. */
struct css_device {
	uint32_t schid; /* the subsystem-identification word */
	uint8_t ssid;
	uint16_t devno;
};

/**
 * css_enable_sets() - Make subchannel sets 1 to 3 visible
 *
 * Return: 0, or CSS_E_REJECTED: then only set 0 is there.
 */
int css_enable_sets(void);

/**
 * css_next() - Look at the next subchannel that has a device
 * @schid:	Where to begin: 0 first, then what this call left there; moved on
 * @dev:	Filled
 *
 * Return: 0, or CSS_E_ABSENT after the last.
 */
int css_next(uint32_t *schid, struct css_device *dev);

/**
 * css_enable() - Let a subchannel run programs
 * @schid:	Which
 *
 * It is disabled first, so that what was agreed with the device before is forgotten.
 *
 * Return: 0 or a css_error.
 */
int css_enable(uint32_t schid);

/**
 * css_disable() - Stop a subchannel
 * @schid:	Which
 *
 * Return: 0 or a css_error.
 */
int css_disable(uint32_t schid);

/**
 * css_run() - Run one channel command and wait for its end
 * @schid:	Of an enabled subchannel
 * @cmd:	Command code
 * @flags:	enum ccw_flag
 * @buf:	Its data, below 2 GiB; NULL if it has none
 * @len:	Bytes in @buf
 *
 * Return: 0 or a css_error.
 */
int css_run(uint32_t schid, uint8_t cmd, uint8_t flags, void *buf, uint16_t len);

#endif /* FIRMWARE_LIB_CSS_H */
