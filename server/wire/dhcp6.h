/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 messages (RFC 8415) and their options (also RFC 3646, RFC 5970)
 */
#ifndef SERVER_WIRE_DHCP6_H
#define SERVER_WIRE_DHCP6_H

#include "server/wire/ip_addr.h"

enum {
	DHCP6_PORT_CLIENT = 546, /* RFC 8415 7.2 */
	DHCP6_PORT_SERVER = 547,
	DHCP6_HLEN = 4,           /* 8: type and transaction */
	DHCP6_DUID_MAX = 130,     /* 11.1: a type and up to 128 bytes */
	DHCP6_N_OPTIONS_MAX = 64, /* ours: more is an attack or a bug */
	DHCP6_MSG_MAX = 1452,     /* ours: one unfragmented datagram */
};

#define DHCP6_LIFETIME_INFINITE UINT32_MAX /* RFC 8415 7.7 */

enum {
	DHCP6_E_MALFORMED =
		1,         /* short, or an option that leaves its message or has a wrong length */
	DHCP6_E_NO_OPTION, /* there is no such option */
	DHCP6_E_TOO_MANY,  /* more options than the limit above */
};

/* RFC 8415 7.3 */
enum dhcp6_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_CONFIRM = 4,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_RELEASE = 8,
	DHCP6_DECLINE = 9,
	DHCP6_RECONFIGURE = 10,
	DHCP6_INFORMATION_REQUEST = 11,
	DHCP6_RELAY_FORW = 12,
	DHCP6_RELAY_REPL = 13,
};

enum dhcp6_option {
	DHCP6_OPT_CLIENT_ID = 1,       /* RFC 8415 21.2 */
	DHCP6_OPT_SERVER_ID = 2,       /* 21.3 */
	DHCP6_OPT_IA_NA = 3,           /* 21.4 */
	DHCP6_OPT_IAADDR = 5,          /* 21.6 */
	DHCP6_OPT_ORO = 6,             /* 21.7 */
	DHCP6_OPT_PREFERENCE = 7,      /* 21.8 */
	DHCP6_OPT_ELAPSED = 8,         /* 21.9 */
	DHCP6_OPT_STATUS = 13,         /* 21.13 */
	DHCP6_OPT_RAPID_COMMIT = 14,   /* 21.14 */
	DHCP6_OPT_USER_CLASS = 15,     /* 21.15 */
	DHCP6_OPT_VENDOR_CLASS = 16,   /* 21.16 */
	DHCP6_OPT_DNS = 23,            /* RFC 3646 3 */
	DHCP6_OPT_BOOTFILE_URL = 59,   /* RFC 5970 3.1 */
	DHCP6_OPT_BOOTFILE_PARAM = 60, /* 3.2 */
	DHCP6_OPT_CLIENT_ARCH = 61,    /* 3.3 */
	DHCP6_OPT_CLIENT_NII = 62,     /* 3.4 */
};

/* RFC 8415 21.13 */
enum dhcp6_status {
	DHCP6_STATUS_SUCCESS = 0,
	DHCP6_STATUS_UNSPEC_FAIL = 1,
	DHCP6_STATUS_NO_ADDRS_AVAIL = 2,
	DHCP6_STATUS_NO_BINDING = 3,
	DHCP6_STATUS_NOT_ON_LINK = 4,
	DHCP6_STATUS_USE_MULTICAST = 5,
};

struct dhcp6_opt {
	uint16_t code;
	struct slice value; /* inside the bytes that were read */
};

struct dhcp6_msg {
	uint8_t type; /* enum dhcp6_type */
	uint32_t xid; /* 24 bits; a relay's message has none, and its options are not read */
	struct dhcp6_opt opts[DHCP6_N_OPTIONS_MAX]; /* in the order of the message */
	size_t n_opts;
};

/* IA_NA (RFC 8415 21.4); its options are walked by dhcp6_opt_next(). */
struct dhcp6_ia {
	uint32_t iaid, t1_s, t2_s;
	struct slice options;
};

/* IAADDR (21.6) */
struct dhcp6_iaaddr {
	struct ip6_addr address;
	uint32_t preferred_s, valid_s;
};

/**
 * dhcp6_msg_decode() - Read a message
 *
 * An option with a length that its code cannot have does not spoil the message: dhcp6_opt_find()
 * says so to who asks for it.
 *
 * Return: 0; DHCP6_E_MALFORMED, also for a type that RFC 8415 does not have; or DHCP6_E_TOO_MANY.
 */
int dhcp6_msg_decode(struct dhcp6_msg *out, const uint8_t *buf, size_t len);

/* The first option with that code. Return: 0, DHCP6_E_NO_OPTION or DHCP6_E_MALFORMED. */
int dhcp6_opt_find(struct slice *value, const struct dhcp6_msg *m, uint16_t code);

/* Whether the client asks for @code (option 6). */
bool dhcp6_is_asked_for(const struct dhcp6_msg *m, uint16_t code);

/* The next of several options; false at the end, or, with r->bad, where one leaves its place. */
bool dhcp6_opt_next(struct rd *r, struct dhcp6_opt *out);

int dhcp6_ia_decode(struct dhcp6_ia *out, struct slice value);

/* The first address in an IA. Return: 0, DHCP6_E_NO_OPTION or DHCP6_E_MALFORMED. */
int dhcp6_ia_find_address(struct dhcp6_iaaddr *out, const struct dhcp6_ia *ia);

/*
 * Writing. Options go one behind the other; one that holds others is opened, filled and closed:
 *
 *	uint8_t *ia = dhcp6_opt_open(w, DHCP6_OPT_IA_NA);
 *	...
 *	dhcp6_opt_close(w, ia);
 */
void dhcp6_hdr_encode(struct wr *w, enum dhcp6_type type, uint32_t xid);
void dhcp6_opt_encode(struct wr *w, uint16_t code, const void *value, size_t len);
uint8_t *dhcp6_opt_open(struct wr *w, uint16_t code);
void dhcp6_opt_close(struct wr *w, uint8_t *opened);
void dhcp6_status_encode(struct wr *w, enum dhcp6_status status, const char *message);
void dhcp6_iaaddr_encode(struct wr *w, const struct dhcp6_iaaddr *a);

/* "solicit", "information-request", ...; NULL: no such type. */
const char *dhcp6_type_name(uint8_t type);

#endif /* SERVER_WIRE_DHCP6_H */
