/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which transfer a TFTP packet belongs to, and where in its file it is
 */
#ifndef SERVER_PACKET_ID_TFTP_H
#define SERVER_PACKET_ID_TFTP_H

#include "server/packet_id.h"

typedef struct PacketIdTftp PacketIdTftp;

PacketIdTftp *packet_id_tftp_new(void);

/**
 * packet_id_tftp_next() - Look at a packet, as its sender sent it
 * @f:		Of a kind "tftp.*"
 * @out:	Filled from transaction on, but for attempt
 * @sent_before: Filled: the same block was sent before
 *
 * Return: false if it belongs to no known transfer; then nothing is filled.
 */
bool packet_id_tftp_next(PacketIdTftp *t, enum packet_dir dir, const struct frame *f,
			 struct packet_id *out, bool *sent_before);

void packet_id_tftp_free(PacketIdTftp *t);

#endif /* SERVER_PACKET_ID_TFTP_H */
