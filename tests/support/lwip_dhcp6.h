/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCPv6 server's messages, byte by byte, for tests of the netboot image
 */
#ifndef TESTS_SUPPORT_LWIP_DHCP6_H
#define TESTS_SUPPORT_LWIP_DHCP6_H

#include <stdint.h>

#include "tests/support/hex.h"

enum {
	MESSAGE6_MAX = 1452,
	MESSAGE6_HEAD = 4,
};

#define CLIENT6_ID "0001000a 00030001 525400123456 "
#define SERVER6_ID "0002000a 00030001 52550a000202 "
#define OTHER6_ID "0002000a 00030001 52550a000209 "
#define ADDRESS6 "fd000000000000000000000000000015"
/* An IA_NA of ours with T1, T2 and fd00::15 with its lifetimes, each 8 digits. */
#define IA6(t1, t2, preferred, valid)                                                              \
	"00030028 00123456 " t1 t2 " 00050018 " ADDRESS6 preferred valid " "
#define URL6 "003b0007 746674703a2f2f " /* "tftp://" */

struct message6 {
	uint8_t buf[MESSAGE6_MAX];
	size_t len;
};

/* A message with these options, in hex. */
static inline struct message6 message6_make(uint8_t type, uint32_t xid, const char *options)
{
	struct message6 m = {
		.buf = { type, (uint8_t)(xid >> 16), (uint8_t)(xid >> 8), (uint8_t)xid },
	};

	m.len = MESSAGE6_HEAD +
		hex_parse(m.buf + MESSAGE6_HEAD, MESSAGE6_MAX - MESSAGE6_HEAD, options);
	return m;
}

#endif /* TESTS_SUPPORT_LWIP_DHCP6_H */
