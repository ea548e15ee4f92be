/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCP server's messages, byte by byte, for tests of the netboot image
 */
#ifndef TESTS_SUPPORT_LWIP_DHCP_H
#define TESTS_SUPPORT_LWIP_DHCP_H

#include <stdint.h>
#include <string.h>

#include "tests/support/hex.h"

enum {
	REPLY_MAX = 1500,
	REPLY_FIXED = 240, /* up to and with the magic cookie */
	REPLY_SNAME = 44,
	REPLY_FILE = 108,
};

#define REPLY_MAC "525400123456"

struct reply {
	uint8_t buf[REPLY_MAX];
	size_t len;
};

static inline void reply_put32(struct reply *r, size_t at, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		r->buf[at + i] = (uint8_t)(v >> (24 - 8 * i));
}

/* A message with these options, in hex; the end option is not added. */
static inline struct reply reply_make(uint32_t xid, uint32_t yiaddr, uint32_t siaddr,
				      const char *options)
{
	struct reply r = { .buf = { 2, 1, 6 } };

	reply_put32(&r, 4, xid);
	reply_put32(&r, 16, yiaddr);
	reply_put32(&r, 20, siaddr);
	hex_parse(r.buf + 28, 6, REPLY_MAC);
	reply_put32(&r, 236, 0x63825363);
	r.len = REPLY_FIXED + hex_parse(r.buf + REPLY_FIXED, REPLY_MAX - REPLY_FIXED, options);
	return r;
}

#endif /* TESTS_SUPPORT_LWIP_DHCP_H */
