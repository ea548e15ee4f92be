/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A frame whose bytes are being changed: where its layers begin, and its checksums
 *
 * It is taken as it is: nothing is asserted of it.
 */
#ifndef SERVER_IMPAIR_FRAME_H
#define SERVER_IMPAIR_FRAME_H

#include <glib.h>
#include <stdbool.h>

#include "server/wire/frame.h"

/* Where fields are in their headers. */
enum {
	IP_LENGTH = 2, /* RFC 791 3.1 */
	IP_FRAGMENT = 6,
	IP_PROTO = 9,
	IP_CHECKSUM = 10,
	IP_ADDRESSES = 12,
	IP6_LENGTH = 4, /* RFC 8200 3 */
	IP6_NEXT = 6,
	IP6_ADDRESSES = 8,
	UDP_LENGTH = 4, /* RFC 768 */
	UDP_CHECKSUM = 6,
	TCP_DATA_OFFSET = 12, /* RFC 9293 3.1 */
	TCP_FLAGS = 13,
	TCP_WINDOW = 14,
	TCP_CHECKSUM = 16,
	ICMP_CHECKSUM = 2, /* RFC 792 */
	CHECKSUM_LEN = 2,
};

/* A frame on its way, and where its layers begin; those that it does not have are 0. */
struct impair_frame {
	GByteArray *bytes;
	enum frame_kind kind; /* before it was changed */
	size_t ip;
	bool is_v6; /* what is at `ip` */
	size_t l4;  /* header under IP; 0 also in a fragment */
	uint8_t proto;
	size_t payload; /* of UDP and TCP */
	size_t end;     /* of the IP packet, or the frame */
	size_t l4_end;  /* of the UDP datagram, or as above */
};

/* Copy a frame; impair_frame_fini() frees. */
void impair_frame_init(struct impair_frame *fr, enum frame_kind kind, const uint8_t *buf,
		       size_t len);
void impair_frame_fini(struct impair_frame *fr);

/* Two bytes at an offset of the frame, which must be there. */
void impair_frame_put_be16(struct impair_frame *fr, size_t offset, uint16_t v);
uint16_t impair_frame_get_be16(const struct impair_frame *fr, size_t offset);

/* The checksum of the message under IP, if there is one to be made right; 0: none. */
size_t impair_frame_checksum_at(const struct impair_frame *fr);

/* The payload has another end, at l4_end: nothing is behind it, and lengths say so. */
void impair_frame_set_end(struct impair_frame *fr);

/* Where the payload of IP, or of Ethernet, begins. */
size_t impair_frame_payload_start(const struct impair_frame *fr);

/*
 * Make checksums right again: the IPv4 header's, and that of the UDP, TCP or ICMP message under
 * IPv4 or IPv6; not of a fragment, and not of UDP that has none.
 */
void impair_frame_repair(struct impair_frame *fr);

/**
 * impair_frame_edits() - What was changed in a frame, as edits of server/impair_rewrite.h
 * @before:	Its bytes before that; as many
 * @repaired:	Leave out the checksums that impair_frame_repair() makes
 *
 * Return: "eth+52=3f" or several with semicolons between them; caller: g_free().
 */
char *impair_frame_edits(const struct impair_frame *fr, GBytes *before, bool repaired);

#endif /* SERVER_IMPAIR_FRAME_H */
