/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet is: the identity that decisions are keyed by
 *
 * The same packet of the same boot has the same identity with every client and on every clock:
 * transactions are counted (and named by their file), never taken from an xid or a port, which
 * clients draw at random. TFTP data is identified by the byte it begins at, so that boots with
 * different block sizes pair; TCP by the offset in its stream.
 *
 * | kind         | transaction                                   | position                   |
 * |--------------|-----------------------------------------------|----------------------------|
 * | dhcp.*       | ordinal of the exchange, see below            | 0                          |
 * | arp.*        | address that is asked for, or answered about  | 0                          |
 * | dhcp6.*      | ordinal of the exchange, as of dhcp.*         | 0                          |
 * | icmp6.ns, na | address that is asked for, or answered about  | 0                          |
 * | icmp6.rs, ra | all are one                                   | 0                          |
 * | tftp.*       | file, and ordinal of its transfer, see below  | DATA, ACK: byte, see below |
 * | tcp.*        | server's port, ordinal of the connection to   | offset in the sender's     |
 * |              | it, and whether bytes, a bare ACK or an RST   | stream; bare ACK: in the   |
 * |              |                                               | peer's; SYN is 0           |
 * | others       | ordinal of the payload among those of its     | 0                          |
 * |              | kind and direction; an equal one is an        |                            |
 * |              | attempt more                                  |                            |
 *
 * A DHCP exchange lasts until the guest is seen to have its lease: an ACK was sent to it and it
 * asked the network something from an address of its own (ARP request, UDP, TCP), or it sent
 * RELEASE or DECLINE. Its next DISCOVER, REQUEST, INFORM or BOOTP message begins the next exchange.
 * So a DISCOVER that comes again is attempt 2 of the same exchange whatever its xid, and also after
 * an ACK or NAK that may have been lost: a client that begins anew then, and one that repeats its
 * REQUEST, both see the second ACK as attempt 2.
 *
 * A DHCPv6 exchange lasts likewise, with Reply for ACK, until the guest is seen to use an address
 * that is not link-local: it begins with Solicit, Information-request, or any message that asks for
 * or about an address, and ends with Release or Decline.
 *
 * A transfer of a file lasts until a block of it was acknowledged; the next RRQ for that file
 * begins the next one. An RRQ before that is an attempt more of the same, from whatever port, also
 * after an ERROR: clients that ask for the size first, or again without options, or from a new
 * port, pair with those that do not. Data is at (block - 1) * blksize. An ACK is at the number of
 * bytes it acknowledges, that of the last block one further: it acknowledges the end as well, and
 * an empty last block has no bytes.
 */
#ifndef SERVER_PACKET_ID_H
#define SERVER_PACKET_ID_H

#include <glib.h>
#include <stdint.h>

#include "server/wire/frame.h"

enum packet_dir {
	PACKET_FROM_GUEST,
	PACKET_TO_GUEST,
};

/* The position of a TFTP packet that is nowhere in its file: block 0, or one before the first. */
#define PACKET_POSITION_NONE UINT64_MAX

struct packet_id {
	enum packet_dir dir;
	enum frame_kind kind;
	uint64_t transaction; /* hash of protocol, ordinal of the exchange, and file name */
	uint64_t position;    /* see the table above */
	unsigned attempt;     /* 1 for the first packet with all of the above, then 2, ... */
	/* For rules only; not part of the key. */
	unsigned ordinal;       /* of the exchange, transfer, connection or payload; ARP: 1 */
	unsigned block;         /* TFTP DATA and ACK: number of the block, from 1 and not wrapped;
				 * 0: an ACK of an OACK, and everything else */
	bool is_first, is_last; /* TFTP DATA and ACK: of the first, last block of the file */
	uint64_t bytes_at;      /* TCP: the first byte of the data, from 0 in the sender's stream;
				 * of a bare ACK the bytes that it acknowledges */
	size_t n_bytes;         /* TCP: of data */
	const char *file;       /* TFTP: name as asked for; NULL: none. Valid until the next call */
};

typedef struct PacketIds PacketIds;

PacketIds *packet_ids_new(void);

/**
 * packet_ids_next() - Identify a packet as its sender sent it
 * @f:		Its decoded layers
 * @out:	Filled
 *
 * Each packet exactly once, in order. Memory is bounded whatever the peers send: attempts of data
 * are exact for the latest 32,768 packets at least; older data is taken for sent once.
 */
void packet_ids_next(PacketIds *p, enum packet_dir dir, const struct frame *f,
		     struct packet_id *out);

/**
 * packet_id_draw() - The draw of a model about a packet
 *
 * XXH3, 64 bits, with @seed as its seed, over: @model and a NUL, a byte that is 0 from the guest
 * and 1 to it, the name of the kind and a NUL, then transaction (64 bits), position (64) and
 * attempt (32), most significant byte first. So a seed means the same on every machine, and in
 * every version that does not say otherwise.
 */
uint64_t packet_id_draw(const struct packet_id *id, uint64_t seed, const char *model);

/* The same for a model that looks at time, not at packets: @model, NUL, direction, @slot. */
uint64_t packet_id_draw_slot(enum packet_dir dir, uint64_t slot, uint64_t seed, const char *model);

/*
 * packet_id.transaction: XXH3 over @protocol and a NUL and @ordinal (32 bits); its seed is the XXH3
 * of @name, or 0 without one. @protocol and the models above have at most 63 characters.
 */
uint64_t packet_id_transaction(const char *protocol, unsigned ordinal, struct slice name);

/* "from-guest", "to-guest" */
const char *packet_dir_name(enum packet_dir dir);

void packet_ids_free(PacketIds *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketIds, packet_ids_free)

#endif /* SERVER_PACKET_ID_H */
