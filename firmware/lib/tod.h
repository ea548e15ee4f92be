/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time-of-day clock
 *
 * z/Architecture Principles of Operation, SA22-7832, chapter 4, "Timing": bit 51 of the clock is
 * one microsecond, and it is zero at 1900-01-01 00:00 UTC. In QEMU it follows the virtual clock,
 * from a start that is rounded down: with S the start in seconds since 1970, the clock is (512 * S
 * mod 125) / 125 * 10^9 / 4096 us slow, up to 0.243 s; not at all if 125 divides S.
 */
#ifndef FIRMWARE_LIB_TOD_H
#define FIRMWARE_LIB_TOD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	TOD_US_SHIFT = 12,
	TOD_UNIX_EPOCH = 0x7d91048bca000000, /* the clock at 1970-01-01 00:00 UTC */
};

/**
 * tod_read() - Read the clock
 *
 * Return: the clock; more than the call before returned, unless it wrapped in between.
 */
static inline uint64_t tod_read(void)
{
	uint64_t tod;

	asm volatile("stck %[tod]" : [tod] "=Q"(tod) : : "cc");
	return tod;
}

/* Whether so many microseconds are over since @start. It may wrap in between: on 2042-09-17. */
static inline bool tod_is_over(uint64_t start, uint64_t us)
{
	return tod_read() - start > us << TOD_US_SHIFT;
}

/**
 * tod_unix_us() - Convert a clock value
 * @tod:	What tod_read() returned
 *
 * Return: microseconds since 1970-01-01 00:00 UTC; 0 for a clock that stands before that.
 */
static inline uint64_t tod_unix_us(uint64_t tod)
{
	return tod < TOD_UNIX_EPOCH ? 0 : (tod - TOD_UNIX_EPOCH) >> TOD_US_SHIFT;
}

#endif /* FIRMWARE_LIB_TOD_H */
