/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cable between one network card of the guest and its server
 */
#include "server/link.h"

#include <assert.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/frame_journal.h"

enum {
	FRAME_BYTES_MAX = 65536, /* what a card may be asked to send; more is cut by the socket */
};

struct Link {
	int fd;
	char *name;
	struct link_ops ops;
	Journal *journal;
	Capture *capture;
	unsigned if_sent, if_handed; /* interfaces of the capture */
	GQueue waiting;              /* of GBytes: frames that the socket did not take yet */
	struct frame_flows flows;
	struct frame frame; /* scratch: large */
	uint8_t buf[FRAME_BYTES_MAX];
};

Link *link_new(int fd, const char *name, const struct link_ops *ops, Journal *journal,
	       Capture *capture)
{
	Link *l = g_new0(Link, 1);
	g_autofree char *sent = g_strdup_printf("%s sent", name);
	g_autofree char *handed = g_strdup_printf("%s handed over", name);

	l->fd = fd;
	l->name = g_strdup(name);
	l->ops = *ops;
	l->journal = journal;
	l->capture = capture;
	l->if_sent = capture_add_interface(capture, sent, "frames as their sender sent them");
	l->if_handed = capture_add_interface(capture, handed,
					     "frames as they were handed to the receiver");
	g_queue_init(&l->waiting);
	return l;
}

int link_fd(const Link *l)
{
	return l->fd;
}

/* A frame passes: show it to everybody. */
static void pass(Link *l, uint64_t now_ns, enum link_dir dir, const uint8_t *frame, size_t len)
{
	enum capture_direction cdir = dir == LINK_TO_GUEST ? CAPTURE_TO_GUEST : CAPTURE_FROM_GUEST;
	uint64_t number;

	capture_frame(l->capture, l->if_sent, now_ns, cdir, frame, len, NULL);
	number = capture_frame(l->capture, l->if_handed, now_ns, cdir, frame, len, NULL);
	frame_decode(&l->frame, &l->flows, frame, len);
	frame_journal(l->journal, now_ns, l->name, dir == LINK_TO_GUEST, number, len, &l->frame);
	if (l->ops.seen)
		l->ops.seen(l->ops.self, now_ns, dir, &l->frame);
}

int link_recv(Link *l, uint64_t now_ns)
{
	ssize_t n = recv(l->fd, l->buf, sizeof(l->buf), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? LINK_E_EMPTY : -errno;
	pass(l, now_ns, LINK_FROM_GUEST, l->buf, (size_t)n);
	if (l->ops.deliver)
		l->ops.deliver(l->ops.self, now_ns, l->buf, (size_t)n);
	return 0;
}

/* Return: 0, LINK_E_EMPTY if the socket is full, or negative errno. */
static int socket_send(Link *l, const uint8_t *frame, size_t len)
{
	for (;;) {
		if (send(l->fd, frame, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno == EAGAIN || errno == ENOBUFS)
			return LINK_E_EMPTY;
		if (errno != EINTR)
			return -errno;
	}
}

int link_send(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	int r = g_queue_is_empty(&l->waiting) ? socket_send(l, frame, len) : LINK_E_EMPTY;

	if (r == LINK_E_EMPTY) {
		g_queue_push_tail(&l->waiting, g_bytes_new(frame, len));
		r = 0;
	}
	/* Written down when it is gone: the guest need not wait for that. */
	pass(l, now_ns, LINK_TO_GUEST, frame, len);
	return r;
}

bool link_is_blocked(const Link *l)
{
	return l->waiting.length > 0;
}

int link_flush(Link *l)
{
	GBytes *bytes;

	while ((bytes = g_queue_peek_head(&l->waiting))) {
		size_t len;
		const uint8_t *frame = g_bytes_get_data(bytes, &len);
		int r = socket_send(l, frame, len);

		if (r == LINK_E_EMPTY)
			return 0;
		if (r < 0)
			return r;
		g_bytes_unref(g_queue_pop_head(&l->waiting));
	}
	return 0;
}

void link_free(Link *l)
{
	if (!l)
		return;
	close(l->fd);
	g_queue_clear_full(&l->waiting, (GDestroyNotify)g_bytes_unref);
	g_free(l->name);
	g_free(l);
}
