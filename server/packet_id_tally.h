/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number for each of many keys, in bounded memory: the keys that were not used for longest go
 */
#ifndef SERVER_PACKET_ID_TALLY_H
#define SERVER_PACKET_ID_TALLY_H

#include <stdint.h>

enum {
	/* Of different keys: so many that were used last are always remembered. */
	PACKET_ID_TALLY_KEPT = 32768,
};

typedef struct PacketIdTally PacketIdTally;

PacketIdTally *packet_id_tally_new(void);

/* The number of @key, 0 if it is new or forgotten; writable until the next call. */
unsigned *packet_id_tally_at(PacketIdTally *t, uint64_t key);

void packet_id_tally_free(PacketIdTally *t);

#endif /* SERVER_PACKET_ID_TALLY_H */
