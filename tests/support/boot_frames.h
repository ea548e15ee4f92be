/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of a boot as decoded values, for what reads frames and needs no bytes
 *
 * The guest speaks TFTP from a port of its own; the server's is always the same.
 */
#ifndef TESTS_SUPPORT_BOOT_FRAMES_H
#define TESTS_SUPPORT_BOOT_FRAMES_H

#include <string.h>

#include "server/wire/frame.h"

enum {
	BOOT_SERVER_PORT = 1069,
};

static inline struct slice boot_slice(const char *text)
{
	return (struct slice){ (const uint8_t *)text, strlen(text) };
}

/* The result is overwritten by the next call of any of these: a frame is large. */
static inline struct frame *boot_frame(enum frame_kind kind, uint16_t sport, uint16_t dport)
{
	static struct frame f;

	memset(&f, 0, sizeof(f));
	f.kind = kind;
	f.udp.sport = sport;
	f.udp.dport = dport;
	return &f;
}

/* A frame of a kind that has no fields anybody looks at here. */
static inline const struct frame *boot_kind(enum frame_kind kind)
{
	return boot_frame(kind, 68, 67);
}

static inline const struct frame *boot_rrq(uint16_t port, const char *file)
{
	struct frame *f = boot_frame(FRAME_TFTP_RRQ, port, TFTP_PORT);

	f->tftp.op = TFTP_RRQ;
	f->tftp.file = boot_slice(file);
	return f;
}

static inline const struct frame *boot_oack(uint16_t port, const char *name, const char *value)
{
	struct frame *f = boot_frame(FRAME_TFTP_OACK, BOOT_SERVER_PORT, port);

	f->tftp.op = TFTP_OACK;
	f->tftp.n_opts = 1;
	f->tftp.opts[0] = (struct tftp_opt){ boot_slice(name), boot_slice(value) };
	return f;
}

/* DATA of @len bytes that nobody reads. */
static inline const struct frame *boot_data(uint16_t port, uint16_t block, size_t len)
{
	static const uint8_t bytes[TFTP_BLKSIZE_MAX];
	struct frame *f = boot_frame(FRAME_TFTP_DATA, BOOT_SERVER_PORT, port);

	f->tftp.op = TFTP_DATA;
	f->tftp.block = block;
	f->tftp.data = (struct slice){ bytes, len };
	return f;
}

static inline const struct frame *boot_ack(uint16_t port, uint16_t block)
{
	struct frame *f = boot_frame(FRAME_TFTP_ACK, port, BOOT_SERVER_PORT);

	f->tftp.op = TFTP_ACK;
	f->tftp.block = block;
	return f;
}

#endif /* TESTS_SUPPORT_BOOT_FRAMES_H */
