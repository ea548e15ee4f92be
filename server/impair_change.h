/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes to the bytes of a frame
 *
 * Frames are taken as they are: what a frame lacks is not changed, and nothing is asserted. Fields
 * "ip.*" are IPv4's.
 */
#ifndef SERVER_IMPAIR_CHANGE_H
#define SERVER_IMPAIR_CHANGE_H

#include <glib.h>

#include "server/impair_frame.h"

/**
 * impair_change_truncate() - Cut the UDP payload
 *
 * Lengths and checksums are made right again; Ethernet padding goes as well.
 *
 * Return: whether anything changed: not if it is no whole UDP datagram, or short enough already.
 */
bool impair_change_truncate(struct impair_frame *fr, size_t payload_len);

/**
 * impair_change_field() - Make a field say something else
 * @field:	One of impair_change_fields()
 * @draw:	Says which byte of tftp.data it is, as impair_scale() of their number
 * @repair:	Make checksums right again
 *
 * A field of one byte is inverted, of a longer one its last two bytes but for the lowest bit; that
 * no checksum can miss, and a MAC address stays that of one station. Of a checksum the lowest bit
 * of each byte changes, never to the 0 that means none. Of data one byte is inverted.
 *
 * Return: whether anything changed: not if the frame has no such field.
 */
bool impair_change_field(struct impair_frame *fr, const char *field, uint64_t draw, bool repair);

/**
 * impair_change_bit() - Flip one bit of the IP payload, or of the Ethernet payload of others
 * @draw:	Which; never one of a checksum that is then repaired
 * @bit:	Filled with its number from the frame's start, the highest of each byte first
 *
 * Return: whether anything changed: not without a payload.
 */
bool impair_change_bit(struct impair_frame *fr, uint64_t draw, bool repair, uint64_t *bit);

/**
 * impair_change_to_error() - Make the TFTP ERROR that answers a packet
 * @f:		It, decoded: UDP
 *
 * Return: a new frame, from its receiver's addresses and ports to its sender's.
 */
GBytes *impair_change_to_error(const struct frame *f, unsigned code);

/* Whether frames of a kind have a field; an unknown field: false. */
bool impair_change_has_field(enum frame_kind kind, const char *field);

/**
 * impair_change_to_rst() - Make a TCP segment a reset with its sequence number, and without data
 *
 * Return: whether anything changed: not if it is no TCP segment.
 */
bool impair_change_to_rst(struct impair_frame *fr);

/* Let a TCP segment advertise another window. Return: whether anything changed. */
bool impair_change_window(struct impair_frame *fr, unsigned window);

/* Whether frames of a kind are TCP segments. */
bool impair_change_is_tcp(enum frame_kind kind);

/* Whether a field is a checksum: then there is nothing to repair. */
bool impair_change_is_checksum(const char *field);

/* The names of all fields, with commas between them; caller frees. */
char *impair_change_fields(void);

/* Whether frames of a kind are UDP datagrams. */
bool impair_change_is_udp(enum frame_kind kind);

#endif /* SERVER_IMPAIR_CHANGE_H */
