/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of a frame, replaced by others
 *
 * An edit is one of
 *
 *   LAYER+N=HEX	from byte N of the layer on there are these bytes instead; LAYER is eth, ip,
 *			udp (TCP and ICMP as well) or payload, that of UDP or
 *			TCP
 *   LAYER+N<HEX	these bytes are put in front of byte N of the layer; lengths follow: of ip
 *			the header's and the packet's, of udp the packet's, of payload both
 *			(TCP has none of its own)
 *   end=HEX		behind the packet there is a trailer, of which no length tells
 *   HEX>HEX		in the payload, the first place where there are the bytes of the left
 *			has those of the right instead, be they more or fewer: lengths follow
 *   payload=HEX	the payload is these bytes and no others: lengths follow
 *
 * HEX is any even number of hexadecimal digits, on the right of > and payload= also none.
 */
#ifndef SERVER_IMPAIR_REWRITE_H
#define SERVER_IMPAIR_REWRITE_H

#include <glib.h>

#include "server/impair_frame.h"

/* Whether these are edits, one or more; false with @error set (IMPAIR_CONFIG_ERROR_RULE). */
bool impair_rewrite_check(char **edits, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * impair_rewrite() - Make all edits, in their order
 * @edits:	As impair_rewrite_check() allows
 * @repair:	Make checksums right again
 *
 * An edit that the frame has no place for is left out.
 *
 * Return: whether anything changed.
 */
bool impair_rewrite(struct impair_frame *fr, char **edits, bool repair);

#endif /* SERVER_IMPAIR_REWRITE_H */
