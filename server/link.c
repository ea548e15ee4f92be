/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cable between one network card of the guest and its server
 *
 * Two hops: the network, which is what capture and journal tell of, and between that and the
 * guest's card what the client's own rules do, of which they show nothing but the outcome.
 */
#define _GNU_SOURCE /* sendmmsg() */
#include "server/link.h"

#include <assert.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/datagram.h"
#include "server/frame_journal.h"
#include "server/hop.h"

enum {
	N_HELD_MAX = 64,           /* a window of the largest that our own server grants */
	E_LOST = LINK_E_EMPTY + 1, /* the card does not take such a frame, or is down */
	FRAME_BYTES_MAX = 65536,   /* what a card may be asked to send; more is cut by the socket */
};

struct Link {
	int fd;
	bool is_socket;
	char *name;
	struct link_ops ops;
	Hop *network;
	Hop *client; /* what the client's own rules do, next to its card */
	Journal *journal;
	Capture *capture;            /* NULL: none */
	unsigned if_sent, if_handed; /* interfaces of the capture */
	GQueue waiting;              /* of GBytes: frames that the socket did not take yet */
	bool holding;
	unsigned n_answers; /* frames for the guest since then */
	GByteArray *held;   /* frames that are held, one behind the other */
	size_t held_len[N_HELD_MAX];
	unsigned n_held;
	uint64_t n_passed;
	struct frame_flows flows;
	struct frame frame; /* scratch: large */
	uint8_t buf[FRAME_BYTES_MAX];
};

static int out_of_network(void *self, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
			  size_t len);
static int out_of_client(void *self, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
			 size_t len);

static void add_interfaces(Link *l)
{
	g_autofree char *sent = g_strdup_printf("%s sent", l->name);
	g_autofree char *handed = g_strdup_printf("%s handed over", l->name);

	l->if_sent = capture_add_interface(l->capture, sent, "frames as their sender sent them");
	l->if_handed = capture_add_interface(l->capture, handed,
					     "frames as they were handed to the receiver");
}

Link *link_new(int fd, const char *name, const struct link_ops *ops, Impair *impair,
	       Journal *journal, Capture *capture)
{
	Link *l = g_new0(Link, 1);
	struct stat st;

	l->fd = fd;
	l->is_socket = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
	l->name = g_strdup(name);
	l->ops = *ops;
	l->network = hop_new(impair, out_of_network, l);
	l->client = hop_new(NULL, out_of_client, l);
	l->journal = journal;
	l->capture = capture;
	if (capture)
		add_interfaces(l);
	g_queue_init(&l->waiting);
	l->held = g_byte_array_new();
	return l;
}

void link_set_client(Link *l, Impair *impair)
{
	hop_free(l->client);
	l->client = hop_new(impair, out_of_client, l);
}

int link_fd(const Link *l)
{
	return l->fd;
}

/* Return: the frame's number, 0 if it has none. */
static uint64_t record(Link *l, unsigned interface, uint64_t now_ns, enum packet_dir dir,
		       const uint8_t *frame, size_t len, const char *comment)
{
	if (!l->capture)
		return 0;
	return capture_frame(l->capture, interface, now_ns,
			     dir == PACKET_TO_GUEST ? CAPTURE_TO_GUEST : CAPTURE_FROM_GUEST, frame,
			     len, comment);
}

/* Whether anybody wants to know of frames that are handed over. */
static bool is_watched(const Link *l)
{
	return l->capture || l->ops.seen || journal_is_heard(l->journal);
}

/* A frame was handed over: show it to everybody. */
static void show(Link *l, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame, size_t len)
{
	uint64_t number = record(l, l->if_handed, now_ns, dir, frame, len, NULL);
	bool heard = journal_is_heard(l->journal);

	if (!heard && !l->ops.seen)
		return;
	frame_decode(&l->frame, &l->flows, frame, len);
	if (heard)
		frame_journal(l->journal, now_ns, l->name, dir == PACKET_TO_GUEST, number,
			      (struct slice){ frame, len }, &l->frame);
	if (l->ops.seen)
		l->ops.seen(l->ops.self, now_ns, dir, &l->frame);
}

static ssize_t put(const Link *l, const uint8_t *frame, size_t len)
{
	return l->is_socket ? send(l->fd, frame, len, MSG_DONTWAIT | MSG_NOSIGNAL)
			    : write(l->fd, frame, len);
}

static ssize_t get(Link *l)
{
	return l->is_socket ? recv(l->fd, l->buf, sizeof(l->buf), MSG_DONTWAIT)
			    : read(l->fd, l->buf, sizeof(l->buf));
}

/* What sending has come to: 0 to try again, LINK_E_EMPTY if the socket is full, E_LOST, -errno. */
static int send_result(void)
{
	if (errno == EAGAIN || errno == ENOBUFS)
		return LINK_E_EMPTY;
	if (errno == EMSGSIZE || errno == ENETDOWN)
		return E_LOST;
	return errno == EINTR ? 0 : -errno;
}

/* Return: as send_result(), but 0 when it is done. */
static int socket_send(Link *l, const uint8_t *frame, size_t len)
{
	int r = 0;

	while (r == 0) {
		if (put(l, frame, len) >= 0) {
			l->n_passed++;
			return 0;
		}
		r = send_result();
	}
	return r;
}

static void journal_lost(Link *l, uint64_t now_ns, size_t len)
{
	journal_begin(l->journal, now_ns, "link.lost");
	journal_str(l->journal, "nic", l->name);
	journal_u64(l->journal, "len", len);
	journal_str(l->journal, "reason", "the card does not take it");
	journal_end(l->journal);
}

/* The held frames from number @i on; they begin at @at. */
static void queue_held(Link *l, unsigned i, size_t at)
{
	for (; i < l->n_held; at += l->held_len[i++])
		g_queue_push_tail(&l->waiting, g_bytes_new(l->held->data + at, l->held_len[i]));
}

/* Return: how many were sent, or 0 and in @r why none was. */
static unsigned socket_send_many(Link *l, unsigned i, size_t at, int *r)
{
	struct mmsghdr m[N_HELD_MAX];
	struct iovec iov[N_HELD_MAX];
	unsigned n = l->n_held - i;
	int n_sent;

	for (unsigned k = 0; k < n; at += l->held_len[i + k++]) {
		iov[k] = (struct iovec){ l->held->data + at, l->held_len[i + k] };
		m[k] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &iov[k], .msg_iovlen = 1 } };
	}
	n_sent = sendmmsg(l->fd, m, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	*r = n_sent < 0 ? send_result() : 0;
	return n_sent < 0 ? 0 : (unsigned)n_sent;
}

static int send_held(Link *l, uint64_t now_ns)
{
	unsigned i = 0;
	size_t at = 0;
	int r = g_queue_is_empty(&l->waiting) ? 0 : LINK_E_EMPTY;

	while (i < l->n_held && r == 0) {
		unsigned n = socket_send_many(l, i, at, &r);

		l->n_passed += n;
		if (r == E_LOST) {
			journal_lost(l, now_ns, l->held_len[i]);
			n = 1;
			r = 0;
		}
		for (; n; n--)
			at += l->held_len[i++];
	}
	if (r == LINK_E_EMPTY)
		queue_held(l, i, at);
	l->n_held = 0;
	g_byte_array_set_size(l->held, 0);
	return MIN(r, 0);
}

static int hold(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	int r = l->n_held == N_HELD_MAX ? send_held(l, now_ns) : 0;

	g_byte_array_append(l->held, frame, (unsigned)len);
	l->held_len[l->n_held++] = len;
	return r;
}

/* To the guest's card. @is_news: it is still to be shown. */
static int put_to_guest(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len, bool is_news)
{
	int r;

	/* It need not wait for what is written down about it, where that is anything. */
	if (l->holding && (l->n_answers++ || !is_watched(l))) {
		r = hold(l, now_ns, frame, len);
		if (is_news)
			show(l, now_ns, PACKET_TO_GUEST, frame, len);
		return r;
	}
	r = g_queue_is_empty(&l->waiting) ? socket_send(l, frame, len) : LINK_E_EMPTY;

	if (r == LINK_E_EMPTY) {
		g_queue_push_tail(&l->waiting, g_bytes_new(frame, len));
		r = 0;
	}
	if (r == E_LOST) {
		journal_lost(l, now_ns, len);
		return 0;
	}
	/* Written down when it is gone: the guest need not wait for that. */
	if (is_news)
		show(l, now_ns, PACKET_TO_GUEST, frame, len);
	return r;
}

/* To the client, which may have rules of its own. */
static int hand_to_client(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	int r;

	if (hop_is_idle(l->client))
		return put_to_guest(l, now_ns, frame, len, true);
	show(l, now_ns, PACKET_TO_GUEST, frame, len);
	r = hop_enter(l->client, now_ns, PACKET_TO_GUEST, frame, len, NULL);
	return r ? r : hop_step(l->client, now_ns);
}

static int out_of_network(void *self, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
			  size_t len)
{
	Link *l = self;

	if (dir == PACKET_TO_GUEST)
		return hand_to_client(l, now_ns, frame, len);
	show(l, now_ns, dir, frame, len);
	if (l->ops.deliver)
		l->ops.deliver(l->ops.self, now_ns, frame, len);
	return 0;
}

/* A frame enters the network. */
static int enter(Link *l, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame, size_t len)
{
	g_autofree char *comment = NULL;
	int r;

	/* Shown first as sent, also when it comes out before it is written down. */
	if (hop_is_idle(l->network))
		record(l, l->if_sent, now_ns, dir, frame, len, NULL);
	r = hop_enter(l->network, now_ns, dir, frame, len, &comment);
	if (!hop_is_idle(l->network))
		record(l, l->if_sent, now_ns, dir, frame, len, comment);
	return r;
}

static int out_of_client(void *self, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
			 size_t len)
{
	Link *l = self;

	if (dir == PACKET_TO_GUEST)
		return put_to_guest(l, now_ns, frame, len, false);
	return enter(l, now_ns, dir, frame, len);
}

int link_recv(Link *l, uint64_t now_ns)
{
	ssize_t n = get(l);
	int r;

	/* A card that is taken down says so once, and may come up again. */
	if (n < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? LINK_E_EMPTY
									      : -errno;
	l->n_passed++;
	r = hop_enter(l->client, now_ns, PACKET_FROM_GUEST, l->buf, (size_t)n, NULL);
	return r ? r : hop_step(l->client, now_ns);
}

int link_send(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	return enter(l, now_ns, PACKET_TO_GUEST, frame, len);
}

void link_hold(Link *l)
{
	l->holding = l->is_socket;
	l->n_answers = 0;
}

int link_release(Link *l, uint64_t now_ns)
{
	l->holding = false;
	return l->n_held ? send_held(l, now_ns) : 0;
}

bool link_is_gone(int r)
{
	return r == -ECONNREFUSED || r == -ECONNRESET || r == -EPIPE;
}

int link_step(Link *l, uint64_t now_ns)
{
	int r = hop_step(l->client, now_ns);

	return r ? r : hop_step(l->network, now_ns);
}

uint64_t link_deadline_ns(const Link *l)
{
	return MIN(hop_deadline_ns(l->client), hop_deadline_ns(l->network));
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

uint64_t link_n_passed(const Link *l)
{
	return l->n_passed;
}

struct impair_counts link_counts(const Link *l, enum packet_dir dir)
{
	return hop_counts(l->network, dir);
}

void link_free(Link *l)
{
	if (!l)
		return;
	close(l->fd);
	g_byte_array_unref(l->held);
	g_queue_clear_full(&l->waiting, (GDestroyNotify)g_bytes_unref);
	hop_free(l->client);
	hop_free(l->network);
	g_free(l->name);
	g_free(l);
}
