/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which connection a TCP segment belongs to, and where in its stream it is
 */
#ifndef SERVER_PACKET_ID_TCP_H
#define SERVER_PACKET_ID_TCP_H

#include "server/packet_id.h"

typedef struct PacketIdTcp PacketIdTcp;

PacketIdTcp *packet_id_tcp_new(void);

/**
 * packet_id_tcp_next() - Look at a segment, as its sender sent it
 * @f:		Of kind FRAME_TCP_*
 * @out:	Filled: transaction, ordinal, position, and which bytes it has
 */
void packet_id_tcp_next(PacketIdTcp *t, enum packet_dir dir, const struct frame *f,
			struct packet_id *out);

void packet_id_tcp_free(PacketIdTcp *t);

#endif /* SERVER_PACKET_ID_TCP_H */
