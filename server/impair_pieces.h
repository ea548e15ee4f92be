/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fragments of a packet (RFC 791 3.2, RFC 8200 4.5), as a scenario wants them
 *
 * A piece is FROM..TO, bytes of what is behind the IP header: from the one up to the other, which
 * is not in it; without TO up to the end. More fragments follow (MF) unless it reaches the end.
 * Behind that may stand
 *
 *   !		its bytes are inverted
 *   +		MF is set although it reaches the end
 *   @N		the header names protocol N
 *
 * The offset is written in units of eight bytes, rounded down. Lengths and header checksum are
 * right; the checksum of the message is what it was. Of IPv6 they are behind the first header,
 * and all pieces have one identification.
 */
#ifndef SERVER_IMPAIR_PIECES_H
#define SERVER_IMPAIR_PIECES_H

#include <glib.h>

#include "server/impair_frame.h"

/* Whether these are pieces, one or more; false with @error set (IMPAIR_CONFIG_ERROR_RULE). */
bool impair_pieces_check(char **pieces, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a packet of IP is so long that each of these pieces, which are right, has something of
 * it. */
bool impair_pieces_fit(const struct impair_frame *fr, char **pieces);

/**
 * impair_piece() - Cut a piece
 * @fr:		A packet of IP
 * @piece:	As impair_pieces_check() allows
 *
 * Return: the frame; of bytes that the packet does not have it has none.
 */
GBytes *impair_piece(const struct impair_frame *fr, const char *piece);

#endif /* SERVER_IMPAIR_PIECES_H */
