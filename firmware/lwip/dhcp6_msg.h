/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 messages as a boot client writes and reads them
 *
 * RFC 8415, RFC 5970 (boot file URL), 3646 (name servers), 6355 (DUID-UUID).
 */
#ifndef FIRMWARE_LWIP_DHCP6_MSG_H
#define FIRMWARE_LWIP_DHCP6_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lwip/dhcp_msg.h"

enum {
	DHCP6_SERVER_PORT = 547,
	DHCP6_CLIENT_PORT = 546,
	DHCP6_OUT_MAX = 512,
	DHCP6_IN_MAX = 1452,   /* what a datagram in one Ethernet frame holds */
	DHCP6_DUID_MAX = 130,  /* RFC 8415 11.1 */
	DHCP6_URL_MAX = 1024,  /* of option 59 with its NUL; ours */
	DHCP6_PARAMS_MAX = 896 /* of option 60, joined, with its NUL; ours */
};

enum dhcp6_type {
	DHCP6_SOLICIT = 1, /* RFC 8415 7.3 */
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_CONFIRM = 4,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_DECLINE = 9,
	DHCP6_INFORMATION_REQUEST = 11,
};

enum dhcp6_status {
	DHCP6_SUCCESS = 0, /* RFC 8415 21.13 */
	DHCP6_UNSPEC_FAIL = 1,
	DHCP6_NO_ADDRS_AVAIL = 2,
	DHCP6_NO_BINDING = 3,
	DHCP6_NOT_ON_LINK = 4,
	DHCP6_USE_MULTICAST = 5,
};

struct dhcp6_duid {
	uint8_t len;
	uint8_t bytes[DHCP6_DUID_MAX];
};

struct dhcp6_address {
	uint8_t bytes[16];
	uint32_t preferred_s, valid_s; /* 0xffffffff: for ever */
};

/* A message to write. */
struct dhcp6_request {
	enum dhcp6_type type;
	uint32_t xid;                        /* 24 bits */
	uint16_t elapsed_cs;                 /* hundredths of a second */
	const struct dhcp6_duid *server;     /* NULL: to any */
	bool wants_address;                  /* with an IA_NA */
	const struct dhcp6_address *address; /* in it; NULL: any */
	bool rapid_commit;
};

/* What a server says. */
struct dhcp6_reply {
	enum dhcp6_type type;
	uint32_t xid;
	struct dhcp6_duid client, server; /* len 0: not told */
	uint8_t preference;
	bool rapid_commit;
	uint16_t status;    /* of the message */
	uint16_t ia_status; /* of our IA_NA */
	bool has_address;
	struct dhcp6_address address; /* the first that can be used */
	uint32_t t1_s, t2_s;          /* 0: not told */
	unsigned n_dns;
	uint8_t dns[DHCP_N_DNS][16];   /* the first */
	uint32_t sol_max_s;            /* option 82; 0: not told, or out of bounds */
	char url[DHCP6_URL_MAX];       /* option 59, empty: not told */
	char params[DHCP6_PARAMS_MAX]; /* option 60, joined by blanks */
	bool params_too_long;          /* they are left out */
};

/* By the machine's UUID if it has one, else by its MAC (RFC 6355 4, RFC 8415 11.4). */
void dhcp6_duid_make(struct dhcp6_duid *out, const struct dhcp_identity *who);

bool dhcp6_duid_equal(const struct dhcp6_duid *a, const struct dhcp6_duid *b);

/**
 * dhcp6_request_encode() - Write a message
 * @buf:	DHCP6_OUT_MAX bytes
 * @r:		What it says
 * @who:	Who says it
 *
 * Return: its length.
 */
size_t dhcp6_request_encode(uint8_t buf[DHCP6_OUT_MAX], const struct dhcp6_request *r,
			    const struct dhcp_identity *who);

/**
 * dhcp6_reply_decode() - Read a message
 * @out:	Filled; untouched if it is none
 * @who:	For whom it has to be: of several IA_NAs ours is looked at
 * @buf:	The datagram
 * @len:	Its length
 *
 * Options of a wrong length are as if they were not there; of an option that comes twice, the
 * first counts.
 *
 * Return: whether it is an Advertise or a Reply, and whole.
 */
bool dhcp6_reply_decode(struct dhcp6_reply *out, const struct dhcp_identity *who,
			const uint8_t *buf, size_t len);

#endif /* FIRMWARE_LWIP_DHCP6_MSG_H */
