/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TFTP client on a UDP socket, for measuring servers (RFC 1350, 2347, 2348, 7440)
 */
#ifndef TESTS_BENCH_TFTP_GET_H
#define TESTS_BENCH_TFTP_GET_H

#include <stdbool.h>
#include <stdint.h>

struct tftp_get {
	uint32_t server; /* address, a host integer */
	const char *file;
	unsigned blksize, window; /* asked for; 512 and 1: not asked for */
	/* What came: */
	unsigned granted_blksize, granted_window;
	uint64_t bytes;
	uint32_t crc;
	char why[128]; /* if it failed */
};

/*
 * Get a file, and throw it away. False: not in the time there is (60 s, and 3 s for each answer),
 * or not in order.
 */
bool tftp_get(struct tftp_get *g);

#endif /* TESTS_BENCH_TFTP_GET_H */
