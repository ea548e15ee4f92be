/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TFTP read transfer: a file, a client, a window of blocks
 */
#ifndef SERVER_TFTP_TRANSFER_H
#define SERVER_TFTP_TRANSFER_H

#include <glib.h>

#include "server/datagram.h"
#include "server/journal.h"
#include "server/store.h"
#include "server/wire/tftp.h"

enum {
	/* An OACK with all four options, each value with 20 digits, fits. */
	TFTP_OACK_MAX = 128,
	/* The longest packet that is sent. */
	TFTP_PACKET_MAX = TFTP_DATA_HLEN + TFTP_BLKSIZE_MAX,
};

enum tftp_transfer_state {
	TFTP_TRANSFER_NEW,
	TFTP_TRANSFER_OFFERED,
	TFTP_TRANSFER_SENDING,
	TFTP_TRANSFER_DONE,
	TFTP_TRANSFER_FAILED,
};

/* What was agreed on. */
struct tftp_transfer_config {
	struct ip_addr server, client;
	uint16_t tid, client_port;
	struct slice request; /* the RRQ as it came */
	struct slice name;    /* of the file, as it came */
	bool netascii;
	unsigned blksize;
	unsigned window;
	uint64_t timeout_ns; /* these four as in struct tftp_config */
	unsigned backoff;
	uint64_t timeout_max_ns;
	unsigned tries;
	uint8_t oack[TFTP_OACK_MAX]; /* the first answer */
	size_t oack_len;             /* 0: the first answer is the first block */
};

typedef struct TftpTransfer TftpTransfer;

/**
 * tftp_transfer_new() - Get a transfer ready
 * @cfg:	Copied, with what its slices are of
 * @file:	Owned by the transfer from now on
 * @packet:	TFTP_PACKET_MAX bytes to build packets in; borrowed, transfers may share them since
 *		nothing is kept there
 * @journal:	Borrowed
 */
TftpTransfer *tftp_transfer_new(const struct tftp_transfer_config *cfg, StoreFile *file,
				uint8_t *packet, Journal *journal);

/* Send the first answer. */
void tftp_transfer_start(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out);

/* A packet came from the client to the transfer's port. */
void tftp_transfer_input(TftpTransfer *t, uint64_t now_ns, const struct tftp_pkt *p,
			 const struct datagram_sink *out);

/* The request came once more, before any ACK: repeat the first answer. */
void tftp_transfer_repeat(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out);

/* Do what is due: repeat, give up. */
void tftp_transfer_step(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out);
uint64_t tftp_transfer_deadline_ns(const TftpTransfer *t);

/* End it without a word to the client; @reason goes into the journal. */
void tftp_transfer_abort(TftpTransfer *t, uint64_t now_ns, const char *reason);

enum tftp_transfer_state tftp_transfer_state(const TftpTransfer *t);
bool tftp_transfer_is_over(const TftpTransfer *t); /* DONE or FAILED */
bool tftp_transfer_is_from(const TftpTransfer *t, const struct ip_addr *client, uint16_t port);
uint16_t tftp_transfer_tid(const TftpTransfer *t);

/* Whether @request is what began this transfer, and no ACK has come yet. */
bool tftp_transfer_is_asked_again(const TftpTransfer *t, struct slice request);

void tftp_transfer_free(TftpTransfer *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TftpTransfer, tftp_transfer_free)

#endif /* SERVER_TFTP_TRANSFER_H */
