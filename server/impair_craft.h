/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that a scenario writes down byte by byte
 *
 * Words with blanks between them, each of which is some bytes:
 *
 *   HEX		these
 *   N*HEX		these, N times
 *   guest-mac, server-mac, guest-ip, server-ip, guest-ip6, server-ip6, guest-port, server-port
 *			of the packet that it comes with; zeros if that has none. Of DHCP the
 *			addresses may be those of everybody
 *   payload+N..M	its UDP payload from byte N up to M; zeros for what it does not have
 *   ip-length, udp-length
 *			how many bytes there are from byte 14 of the frame on, from byte 34 on
 *   ip6-length, udp6-length
 *			from byte 54 on, both
 */
#ifndef SERVER_IMPAIR_CRAFT_H
#define SERVER_IMPAIR_CRAFT_H

#include <glib.h>

#include "server/wire/frame.h"

enum {
	IMPAIR_CRAFT_BYTES_MAX = 16384, /* ours: of a frame */
};

/* Whether it makes a frame; false with @error set (IMPAIR_CONFIG_ERROR_RULE). NULL does not. */
bool impair_craft_check(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * impair_craft() - Make a frame
 * @text:	As impair_craft_check() allows
 * @f:		Packet that it comes with
 * @to_guest:	The direction of that
 * @repair:	Make checksums right, as impair_frame_repair() does
 */
GBytes *impair_craft(const char *text, const struct frame *f, bool to_guest, bool repair);

#endif /* SERVER_IMPAIR_CRAFT_H */
