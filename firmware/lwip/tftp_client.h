/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TFTP read, without I/O
 *
 * RFC 1350 with RFC 1123 4.2, RFC 2347 (options), 2348 (blksize), 2349 (tsize, timeout), 7440
 * (windowsize). The caller has the socket and the clock: it tells what arrived and when, sends what
 * it is given, and stores the data it is shown. Each transfer has a port of its own, which the
 * caller draws.
 */
#ifndef FIRMWARE_LWIP_TFTP_CLIENT_H
#define FIRMWARE_LWIP_TFTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TFTP_PORT = 69,
	TFTP_BLKSIZE_DEFAULT = 512,
	TFTP_BLKSIZE_MIN = 8, /* RFC 2348 */
	TFTP_BLKSIZE_MAX = 65464,
	TFTP_REQUEST_MAX = 512,    /* RFC 2347: a request fits this many bytes */
	TFTP_MESSAGE_MAX = 128,    /* of an ERROR's text, more is cut */
	TFTP_HEADERS_LEN_IP4 = 32, /* IP, UDP, TFTP around a block */
	TFTP_HEADERS_LEN_IP6 = 52,
};

enum tftp_error {
	TFTP_ERR_UNDEFINED = 0, /* RFC 1350 */
	TFTP_ERR_NOT_FOUND = 1,
	TFTP_ERR_ACCESS = 2,
	TFTP_ERR_FULL = 3,
	TFTP_ERR_ILLEGAL = 4,
	TFTP_ERR_TID = 5,
	TFTP_ERR_EXISTS = 6,
	TFTP_ERR_USER = 7,
	TFTP_ERR_OPTION = 8, /* RFC 2347 */
};

enum tftp_state {
	TFTP_STATE_REQUESTED, /* nothing heard */
	TFTP_STATE_AGREED,    /* an OACK came, no data */
	TFTP_STATE_RECEIVING,
	TFTP_STATE_DONE,
	TFTP_STATE_FAILED,
};

enum tftp_failure {
	TFTP_FAIL_NONE,
	TFTP_FAIL_TIMEOUT,  /* the server is silent */
	TFTP_FAIL_ERROR,    /* it sent an ERROR: error, message */
	TFTP_FAIL_OPTION,   /* it agreed on what we did not ask for */
	TFTP_FAIL_PROTOCOL, /* it broke the rules in another way */
	TFTP_FAIL_SHORT,    /* the file has fewer bytes than the server said */
	TFTP_FAIL_ABORTED,  /* tftp_client_abort() */
	TFTP_FAIL_NAME,     /* the name is too long for a request */
};

struct tftp_config {
	uint16_t blksize;  /* largest to ask for; TFTP_BLKSIZE_DEFAULT: do not ask */
	uint16_t window;   /* largest to ask for; 1: do not ask */
	uint8_t timeout_s; /* to ask for; 0: do not */
	bool tsize;        /* ask for the file's size */
};

struct tftp_client {
	struct tftp_config cfg;
	enum tftp_state state;
	enum tftp_failure failure;
	uint16_t error; /* enum tftp_error, of TFTP_FAIL_ERROR */
	char message[TFTP_MESSAGE_MAX];

	uint8_t request[TFTP_REQUEST_MAX];
	size_t request_len;
	size_t plain_len; /* of the request without its options */
	bool plain;       /* it has none */

	uint16_t tid; /* the server's port; 0: not known */
	uint16_t blksize;
	uint16_t window;
	bool has_tsize;
	uint64_t tsize; /* as the server says: a hint */

	uint64_t n_blocks;  /* received in order */
	uint64_t n_skipped; /* numbers that the server leaves out when it wraps to 1 */
	uint64_t bytes;
	uint16_t n_unacked; /* blocks since the last ACK */
	bool gap_told;      /* an ACK said that a block is missing */

	uint64_t sent_ns; /* when the last packet went out */
	bool may_time;    /* an answer to it can be timed: it was not repeated */
	uint64_t progress_ns;
	uint64_t srtt_ns, rttvar_ns; /* 0: not known */
	uint64_t wait_ns;            /* before the next repetition */
	uint64_t deadline_ns;        /* UINT64_MAX: none */
};

enum tftp_to {
	TFTP_TO_NOBODY,
	TFTP_TO_SERVER, /* at port tid, TFTP_PORT if that is 0 */
	TFTP_TO_SENDER, /* of the packet that came in */
};

/* What is to be done after a step. */
struct tftp_out {
	enum tftp_to to;
	uint8_t buf[TFTP_REQUEST_MAX];
	size_t len;
	const uint8_t *data; /* to be stored at offset; inside of what came in */
	size_t data_len;
	uint64_t offset;
};

/**
 * tftp_client_start() - Ask for a file
 * @c:		Filled
 * @cfg:	What to ask for
 * @name:	Of the file
 * @name_len:	Its length
 * @now_ns:	Time
 * @out:	Filled with the request
 *
 * It is in TFTP_STATE_FAILED after this, and nothing is to be sent, if the name does not fit.
 */
void tftp_client_start(struct tftp_client *c, const struct tftp_config *cfg, const char *name,
		       size_t name_len, uint64_t now_ns, struct tftp_out *out);

/**
 * tftp_client_input() - Take a datagram
 * @c:		The transfer; one that is over still answers for its last block
 * @now_ns:	Time
 * @from_server: It came from the address that was asked
 * @port:	The port it came from
 * @buf:	The datagram
 * @len:	Its length
 * @out:	Filled
 */
void tftp_client_input(struct tftp_client *c, uint64_t now_ns, bool from_server, uint16_t port,
		       const uint8_t *buf, size_t len, struct tftp_out *out);

/**
 * tftp_client_step() - Do what is due
 * @c:		The transfer
 * @now_ns:	Time; nothing is due before deadline_ns
 * @out:	Filled
 */
void tftp_client_step(struct tftp_client *c, uint64_t now_ns, struct tftp_out *out);

/**
 * tftp_client_abort() - End it and tell the server why
 * @c:		The transfer
 * @error:	For the ERROR packet
 * @message:	Likewise
 * @out:	Filled
 */
void tftp_client_abort(struct tftp_client *c, enum tftp_error error, const char *message,
		       struct tftp_out *out);

bool tftp_client_is_over(const struct tftp_client *c);

/* What a code means, for a person. */
const char *tftp_error_name(uint16_t error);

#endif /* FIRMWARE_LWIP_TFTP_CLIENT_H */
