/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng captures (draft-ietf-opsawg-pcapng) with nanosecond times
 *
 * Blocks are written in the byte order of the machine, as the format wants it: the section header
 * says which. They are put together in a buffer of our own, that goes to the file when it is full.
 */
#include "server/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { /* draft-ietf-opsawg-pcapng, sections 4.1 to 4.6 */
       BLOCK_SECTION_HEADER = 0x0a0d0d0a,
       BLOCK_INTERFACE = 1,
       BLOCK_INTERFACE_STATISTICS = 5,
       BLOCK_ENHANCED_PACKET = 6,
       BYTE_ORDER_MAGIC = 0x1a2b3c4d,
       LINKTYPE_ETHERNET = 1,
       OPT_END = 0,
       OPT_COMMENT = 1,
       SHB_USERAPPL = 4,
       IF_NAME = 2,
       IF_DESCRIPTION = 3,
       IF_TSRESOL = 9,
       EPB_FLAGS = 2,
       ISB_IFRECV = 4,
       ISB_IFDROP = 5,
};

enum {
	BUFFER_BYTES = 256 * 1024,
	COMMENT_MAX = 1000, /* ours */
	N_INTERFACES_MAX = 16,
};

const struct capture_limits capture_limits_default = {
	.full_bytes = 16 * 1024 * 1024,
	.snap_bytes = 96,
	.frames_max = 1000 * 1000,
};

struct Capture {
	struct capture_limits limits;
	int fd; /* -1 once closed */
	int error;
	GByteArray *buf;
	size_t block;   /* where the open block starts in buf */
	uint64_t bytes; /* of frames, kept so far */
	uint64_t n_frames;
	unsigned n_interfaces;
	struct {
		uint64_t n_seen, n_dropped, t_ns;
	} interfaces[N_INTERFACES_MAX];
};

static void flush(Capture *c)
{
	const uint8_t *p = c->buf->data;
	size_t left = c->buf->len;

	while (left && !c->error) {
		ssize_t n = write(c->fd, p, left);

		if (n < 0 && errno != EINTR)
			c->error = -errno;
		if (n > 0) {
			p += n;
			left -= (size_t)n;
		}
	}
	g_byte_array_set_size(c->buf, 0);
}

static void put(Capture *c, const void *p, size_t len)
{
	g_byte_array_append(c->buf, p, (unsigned)len);
}

static void put_u32(Capture *c, uint32_t v)
{
	put(c, &v, sizeof(v));
}

static void put_padded(Capture *c, const void *p, size_t len)
{
	static const uint8_t zeros[3];

	put(c, p, len);
	put(c, zeros, -len & 3);
}

static void put_option(Capture *c, uint16_t code, const void *value, size_t len)
{
	uint16_t head[2] = { code, (uint16_t)len };

	put(c, head, sizeof(head));
	put_padded(c, value, len);
}

static void put_option_str(Capture *c, uint16_t code, const char *s)
{
	put_option(c, code, s, MIN(strlen(s), (size_t)COMMENT_MAX));
}

static void block_begin(Capture *c, uint32_t type)
{
	if (c->buf->len > BUFFER_BYTES)
		flush(c);
	c->block = c->buf->len;
	put_u32(c, type);
	put_u32(c, 0); /* length: known at its end */
}

static void block_end(Capture *c)
{
	uint32_t len = (uint32_t)(c->buf->len - c->block + sizeof(uint32_t));

	put_u32(c, len);
	memcpy(c->buf->data + c->block + 4, &len, sizeof(len));
}

Capture *capture_new(const char *path, const struct capture_limits *limits)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	Capture *c;

	if (fd < 0)
		return NULL;
	c = g_new0(Capture, 1);
	c->fd = fd;
	c->limits = limits ? *limits : capture_limits_default;
	c->buf = g_byte_array_sized_new(BUFFER_BYTES + 4096);

	block_begin(c, BLOCK_SECTION_HEADER);
	put_u32(c, BYTE_ORDER_MAGIC);
	put(c, (const uint16_t[]){ 1, 0 }, 4); /* version 1.0 */
	put(c, &(int64_t){ -1 }, 8);           /* section length: not said */
	put_option_str(c, SHB_USERAPPL, "iplab");
	put_option(c, OPT_END, NULL, 0);
	block_end(c);
	return c;
}

unsigned capture_add_interface(Capture *c, const char *name, const char *description)
{
	g_assert(c->n_interfaces < N_INTERFACES_MAX);
	block_begin(c, BLOCK_INTERFACE);
	put(c, (const uint16_t[]){ LINKTYPE_ETHERNET, 0 }, 4);
	put_u32(c, 0); /* no snap length of its own */
	put_option_str(c, IF_NAME, name);
	put_option_str(c, IF_DESCRIPTION, description);
	put_option(c, IF_TSRESOL, &(uint8_t){ 9 }, 1); /* 10^-9 s */
	put_option(c, OPT_END, NULL, 0);
	block_end(c);
	return c->n_interfaces++;
}

uint64_t capture_frame(Capture *c, unsigned interface, uint64_t t_ns, enum capture_direction dir,
		       const uint8_t *frame, size_t len, const char *comment)
{
	uint32_t kept = (uint32_t)len;

	c->interfaces[interface].n_seen++;
	c->interfaces[interface].t_ns = t_ns;
	if (c->n_frames >= c->limits.frames_max) {
		c->interfaces[interface].n_dropped++;
		return 0;
	}
	if (c->bytes >= c->limits.full_bytes)
		kept = MIN(kept, c->limits.snap_bytes);

	block_begin(c, BLOCK_ENHANCED_PACKET);
	put_u32(c, interface);
	put_u32(c, (uint32_t)(t_ns >> 32));
	put_u32(c, (uint32_t)t_ns);
	put_u32(c, kept);
	put_u32(c, (uint32_t)len);
	put_padded(c, frame, kept);
	if (comment)
		put_option_str(c, OPT_COMMENT, comment);
	put_option(c, EPB_FLAGS, &(uint32_t){ dir }, 4);
	put_option(c, OPT_END, NULL, 0);
	block_end(c);

	c->bytes += kept;
	return ++c->n_frames;
}

/* What was seen and what was left out, for each interface. */
static void put_statistics(Capture *c, unsigned interface)
{
	g_autofree char *comment = NULL;
	uint64_t dropped = c->interfaces[interface].n_dropped;
	uint64_t t_ns = c->interfaces[interface].t_ns;

	block_begin(c, BLOCK_INTERFACE_STATISTICS);
	put_u32(c, interface);
	put_u32(c, (uint32_t)(t_ns >> 32));
	put_u32(c, (uint32_t)t_ns);
	if (dropped || c->bytes >= c->limits.full_bytes) {
		comment = g_strdup_printf(
			"capture capped: frames are cut to %u bytes after %" G_GUINT64_FORMAT
			" bytes, %" G_GUINT64_FORMAT " frames left out",
			c->limits.snap_bytes, c->limits.full_bytes, dropped);
		put_option_str(c, OPT_COMMENT, comment);
	}
	put_option(c, ISB_IFRECV, &c->interfaces[interface].n_seen, 8);
	put_option(c, ISB_IFDROP, &dropped, 8);
	put_option(c, OPT_END, NULL, 0);
	block_end(c);
}

int capture_close(Capture *c)
{
	if (c->fd < 0)
		return c->error;
	for (unsigned i = 0; i < c->n_interfaces; i++)
		put_statistics(c, i);
	flush(c);
	if (close(c->fd) < 0 && !c->error)
		c->error = -errno;
	c->fd = -1;
	return c->error;
}

void capture_free(Capture *c)
{
	if (!c)
		return;
	capture_close(c);
	g_byte_array_unref(c->buf);
	g_free(c);
}
