/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv4 messages (RFC 2131) and their options (RFC 2132, 3396, 4578, 5071)
 */
#ifndef SERVER_WIRE_DHCP_H
#define SERVER_WIRE_DHCP_H

#include "server/wire/bytes.h"

enum {
	DHCP_PORT_SERVER = 67,
	DHCP_PORT_CLIENT = 68,
	DHCP_FIXED_LEN = 236,    /* RFC 2131 2: up to and with `file` */
	DHCP_MIN_LEN = 300,      /* RFC 1542 2.1: shortest message to send */
	DHCP_MAGIC = 0x63825363, /* RFC 2131 3 */
	DHCP_CHADDR_LEN = 16,
	DHCP_SNAME_LEN = 64,
	DHCP_FILE_LEN = 128,
	DHCP_N_OPTIONS_MAX = 128,         /* ours: more is an attack or a bug */
	DHCP_OPTIONS_BYTES = 4096,        /* ours: values of all options of a message together */
	DHCP_MSG_MAX = 1472,              /* ours: one unfragmented datagram */
	DHCP_MSG_SIZE_DEFAULT = 576 - 28, /* RFC 2131 2: what a client takes if it names no size */
};

enum {
	DHCP_E_MALFORMED = 1, /* short, or an option that leaves its field or has a wrong length */
	DHCP_E_NO_OPTION,     /* the message has no such option */
	DHCP_E_TOO_MANY,      /* more options or bytes than the limits above */
};

enum dhcp_op {
	DHCP_BOOTREQUEST = 1,
	DHCP_BOOTREPLY = 2,
};

enum {
	DHCP_FLAG_BROADCAST = 0x8000, /* RFC 2131 2, figure 2 */
};

/* RFC 2132 9.6 */
enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
	DHCP_INFORM = 8,
};

enum dhcp_option {
	DHCP_OPT_PAD = 0,              /* RFC 2132 3.1 */
	DHCP_OPT_SUBNET_MASK = 1,      /* 3.3 */
	DHCP_OPT_ROUTER = 3,           /* 3.5 */
	DHCP_OPT_DNS = 6,              /* 3.8 */
	DHCP_OPT_HOSTNAME = 12,        /* 3.14 */
	DHCP_OPT_DOMAIN = 15,          /* 3.17 */
	DHCP_OPT_BROADCAST = 28,       /* 5.3 */
	DHCP_OPT_VENDOR = 43,          /* 8.4 */
	DHCP_OPT_REQUESTED_IP = 50,    /* 9.1 */
	DHCP_OPT_LEASE_TIME = 51,      /* 9.2 */
	DHCP_OPT_OVERLOAD = 52,        /* 9.3 */
	DHCP_OPT_TYPE = 53,            /* 9.6 */
	DHCP_OPT_SERVER_ID = 54,       /* 9.7 */
	DHCP_OPT_PARAMETERS = 55,      /* 9.8 */
	DHCP_OPT_MESSAGE = 56,         /* 9.9 */
	DHCP_OPT_MAX_SIZE = 57,        /* 9.10 */
	DHCP_OPT_T1 = 58,              /* 9.11 */
	DHCP_OPT_T2 = 59,              /* 9.12 */
	DHCP_OPT_VENDOR_CLASS = 60,    /* 9.13 */
	DHCP_OPT_CLIENT_ID = 61,       /* 9.14 */
	DHCP_OPT_TFTP_SERVER = 66,     /* 9.4 */
	DHCP_OPT_BOOTFILE = 67,        /* 9.5 */
	DHCP_OPT_USER_CLASS = 77,      /* RFC 3004 */
	DHCP_OPT_CLIENT_ARCH = 93,     /* RFC 4578 2.1 */
	DHCP_OPT_CLIENT_NDI = 94,      /* RFC 4578 2.2 */
	DHCP_OPT_CLIENT_UUID = 97,     /* RFC 4578 2.3 */
	DHCP_OPT_TFTP_ADDRESS = 150,   /* RFC 5859 */
	DHCP_OPT_PXELINUX_MAGIC = 208, /* RFC 5071 3 */
	DHCP_OPT_CONFIG_FILE = 209,    /* RFC 5071 4 */
	DHCP_OPT_PATH_PREFIX = 210,    /* RFC 5071 5 */
	DHCP_OPT_REBOOT_TIME = 211,    /* RFC 5071 6 */
	DHCP_OPT_END = 255,            /* RFC 2132 3.2 */
};

/* RFC 2132 9.3: what option 52 says holds options as well. */
enum {
	DHCP_OVERLOAD_FILE = 1,
	DHCP_OVERLOAD_SNAME = 2,
};

/* One option, its parts joined (RFC 3396); the value lies in dhcp_msg.values. */
struct dhcp_opt {
	uint8_t code;
	uint16_t offset, len;
};

/*
 * A message. Options of `file` and `sname` (overload) are in the list behind those of the options
 * field, in this order (RFC 3396 5); a field that is overloaded reads as an empty string. Values
 * lie in the order of the list.
 */
struct dhcp_msg {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr; /* host integers */
	uint8_t chaddr[DHCP_CHADDR_LEN];
	char sname[DHCP_SNAME_LEN + 1]; /* always ends in NUL */
	char file[DHCP_FILE_LEN + 1];
	struct dhcp_opt opts[DHCP_N_OPTIONS_MAX];
	size_t n_opts;
	uint8_t values[DHCP_OPTIONS_BYTES];
	size_t values_len;
};

/**
 * dhcp_msg_decode() - Read a message
 *
 * A plain BOOTP message, one without the magic, is read as one with no options. Option 52
 * (overload) is obeyed, and not in the list; one with a value that RFC 2132 does not have is
 * ignored. Bytes after END are ignored, a missing END is forgiven. An option with a wrong length
 * does not spoil the message: dhcp_opt_find() says so to who asks for it.
 *
 * Return: 0, DHCP_E_MALFORMED or DHCP_E_TOO_MANY.
 */
int dhcp_msg_decode(struct dhcp_msg *out, const uint8_t *buf, size_t len);

/**
 * dhcp_msg_encode() - Write a message, its options in list order
 * @overload:	DHCP_OVERLOAD_* bits: fields to hold options; a field that @m fills is left alone
 * @max_len:	Longest message the receiver takes, from `op` on
 *
 * A field to be overloaded takes as many options of the list's end as fit in it whole, so that
 * there is overload wherever it is asked for; the first option always stays in the options field.
 * Only if that is not enough, options are packed without a gap and split where a field ends (RFC
 * 3396). Values over 255 bytes are always split. The result is padded to DHCP_MIN_LEN.
 *
 * Return: 0, or DHCP_E_TOO_MANY if it does not fit in @max_len or in @w, which is then as before.
 */
int dhcp_msg_encode(struct wr *w, const struct dhcp_msg *m, unsigned overload, size_t max_len);

/*
 * Append an option; parts of the same code are joined. DHCP_E_TOO_MANY if there is no room. PAD,
 * END and OVERLOAD are the encoder's, not to be added.
 */
int dhcp_opt_add(struct dhcp_msg *m, uint8_t code, const void *value, size_t len);
int dhcp_opt_add_u8(struct dhcp_msg *m, uint8_t code, uint8_t v);
int dhcp_opt_add_be16(struct dhcp_msg *m, uint8_t code, uint16_t v);
int dhcp_opt_add_be32(struct dhcp_msg *m, uint8_t code, uint32_t v);
int dhcp_opt_add_str(struct dhcp_msg *m, uint8_t code, const char *s); /* without its NUL */

/**
 * dhcp_opt_find() - Look an option up
 * @out:	Filled with the joined value, inside @m
 *
 * Return: 0; DHCP_E_NO_OPTION; DHCP_E_MALFORMED if its RFC does not allow this length.
 */
int dhcp_opt_find(struct slice *out, const struct dhcp_msg *m, uint8_t code);

/* The same for fixed sizes; DHCP_E_MALFORMED if the length is another. */
int dhcp_opt_find_u8(uint8_t *out, const struct dhcp_msg *m, uint8_t code);
int dhcp_opt_find_be16(uint16_t *out, const struct dhcp_msg *m, uint8_t code);
int dhcp_opt_find_be32(uint32_t *out, const struct dhcp_msg *m, uint8_t code);

/* The message type of option 53; 0 if there is none or it is no enum dhcp_type. */
enum dhcp_type dhcp_msg_type(const struct dhcp_msg *m);

/* "discover", "offer", ...; "bootp" for 0. */
const char *dhcp_type_name(enum dhcp_type t);

/* "subnet-mask", "bootfile", ...; NULL for a code that the registry table does not have. */
const char *dhcp_opt_name(uint8_t code);

#endif /* SERVER_WIRE_DHCP_H */
