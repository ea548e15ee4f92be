/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TFTP read server (RFC 1350 with RFC 1123 4.2, RFC 2347, 2348, 2349, 7440)
 */
#ifndef SERVER_TFTP_H
#define SERVER_TFTP_H

#include <glib.h>

#include "server/datagram.h"
#include "server/journal.h"
#include "server/store.h"

struct tftp_config {
	bool enabled;            /* false: port 69 is closed */
	bool options;            /* false: RFC 1350 only, every option is ignored */
	bool single_port;        /* transfers are from port 69 as well: no port of their own */
	unsigned blksize_max;    /* 8 to 65464; larger wishes are answered with this */
	unsigned window_max;     /* 1 to 65535 blocks */
	uint64_t timeout_ns;     /* before the first repetition, unless the client chose one */
	unsigned backoff;        /* each wait is so many times the one before; 1: constant. Not
				  * used where the client chose the time */
	uint64_t timeout_max_ns; /* no wait gets longer */
	unsigned tries; /* times that a window is sent before the transfer is given up; not 0 */
	unsigned n_transfers_max; /* at once; further RRQs get an ERROR */
};

extern const struct tftp_config tftp_config_default;

typedef struct TftpServer TftpServer;

/* @store and @journal are borrowed and must outlive the server. Never fails. */
TftpServer *tftp_server_new(const struct tftp_config *cfg, Store *store, Journal *journal);

/* Whether a datagram to @port is for tftp_server_input(): 69, or a transfer's port. */
bool tftp_server_has_port(const TftpServer *s, uint16_t port);

/**
 * tftp_server_input() - Answer a datagram to one of the server's ports
 *
 * A request that comes again, byte for byte, before its transfer heard an ACK gets the first answer
 * again. Any other request from the port of a transfer takes that transfer's place: libnet uses one
 * port for all files. Datagrams to a transfer's port from somebody else get ERROR 5.
 */
void tftp_server_input(TftpServer *s, uint64_t now_ns, const struct datagram *in,
		       const struct datagram_sink *out);

/* Do what is due at @now_ns: repeat, give up. */
void tftp_server_step(TftpServer *s, uint64_t now_ns, const struct datagram_sink *out);

/* When tftp_server_step() has something to do, or DEADLINE_NEVER. */
uint64_t tftp_server_deadline_ns(const TftpServer *s);

void tftp_server_free(TftpServer *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TftpServer, tftp_server_free)

#endif /* SERVER_TFTP_H */
