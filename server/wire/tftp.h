/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TFTP packets (RFC 1350) with options (RFC 2347, 2348, 2349, 7440)
 */
#ifndef SERVER_WIRE_TFTP_H
#define SERVER_WIRE_TFTP_H

#include "server/wire/bytes.h"

enum {
	TFTP_PORT = 69,
	TFTP_BLKSIZE_DEFAULT = 512, /* RFC 1350 2 */
	TFTP_BLKSIZE_MIN = 8,       /* RFC 2348 */
	TFTP_BLKSIZE_MAX = 65464,   /* RFC 2348 */
	TFTP_TIMEOUT_MIN_S = 1,     /* RFC 2349 */
	TFTP_TIMEOUT_MAX_S = 255,
	TFTP_WINDOW_MIN = 1, /* RFC 7440 */
	TFTP_WINDOW_MAX = 65535,
	TFTP_DATA_HLEN = 4,
	TFTP_N_OPTIONS_MAX = 16, /* ours: more is an attack or a bug */
};

enum {
	TFTP_E_MALFORMED = 1, /* unknown opcode, short, long, or a string without its NUL */
};

/* RFC 1350 5, RFC 2347 */
enum tftp_op {
	TFTP_RRQ = 1,
	TFTP_WRQ = 2,
	TFTP_DATA = 3,
	TFTP_ACK = 4,
	TFTP_ERROR = 5,
	TFTP_OACK = 6,
};

/* RFC 1350, appendix; RFC 2347 */
enum tftp_error {
	TFTP_ERR_UNDEFINED = 0,
	TFTP_ERR_NOT_FOUND = 1,
	TFTP_ERR_ACCESS = 2,
	TFTP_ERR_DISK_FULL = 3,
	TFTP_ERR_ILLEGAL = 4,
	TFTP_ERR_UNKNOWN_TID = 5,
	TFTP_ERR_EXISTS = 6,
	TFTP_ERR_NO_USER = 7,
	TFTP_ERR_OPTION = 8,
};

struct tftp_opt {
	struct slice name, value; /* without their NULs */
};

/* One packet; fields that its opcode does not have are zero. Slices lie in the decoded bytes. */
struct tftp_pkt {
	enum tftp_op op;
	struct slice file, mode;                  /* RRQ, WRQ */
	struct tftp_opt opts[TFTP_N_OPTIONS_MAX]; /* RRQ, WRQ, OACK */
	size_t n_opts;
	uint16_t block;       /* DATA, ACK */
	struct slice data;    /* DATA */
	uint16_t error;       /* ERROR: enum tftp_error or whatever the peer said */
	struct slice message; /* ERROR */
};

/**
 * tftp_pkt_decode() - Read a packet
 *
 * Every string must have its NUL but the message of an ERROR, which may also be missing altogether:
 * many clients leave that out, and what follows its NUL is ignored. An option without a value, an
 * option without a name, more than TFTP_N_OPTIONS_MAX of them, and an ACK with bytes behind it are
 * malformed. A file name may be empty: that is the server's business.
 *
 * Return: 0, or TFTP_E_MALFORMED.
 */
int tftp_pkt_decode(struct tftp_pkt *out, const uint8_t *buf, size_t len);

void tftp_data_encode(struct wr *w, uint16_t block, const uint8_t *data, size_t len);
void tftp_ack_encode(struct wr *w, uint16_t block);
void tftp_error_encode(struct wr *w, enum tftp_error code, const char *message);

/* An RRQ or OACK is a head, then any number of options. */
void tftp_rrq_encode(struct wr *w, const char *file, const char *mode);
void tftp_oack_encode(struct wr *w);
void tftp_opt_encode_u64(struct wr *w, const char *name, uint64_t value);

/* Option names and modes are ASCII without regard to case (RFC 2347, RFC 1350). */
bool tftp_name_is(struct slice s, const char *name);

/*
 * The file that a name means to a server with one folder: "/x" is "x". RFC 1350 leaves names to the
 * host; clients that take the path of a URL ask with the slash.
 */
struct slice tftp_file_in_root(struct slice name);

/**
 * tftp_number() - Read an option's decimal value
 *
 * Return: 0, or TFTP_E_MALFORMED when it is empty, has another character than a digit, or is
 *	   over @max.
 */
int tftp_number(uint64_t *out, struct slice s, uint64_t max);

/* "rrq", "data", ...; "unknown" for a number that is no enum tftp_op. */
const char *tftp_op_name(enum tftp_op op);

#endif /* SERVER_WIRE_TFTP_H */
