/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TFTP client on a UDP socket, for measuring servers
 *
 * As plain as can be: blocking reads of one datagram each, an ACK for each window. What is lost is
 * asked for again, though on a veth pair nothing should be.
 */
#include "tests/bench/tftp_get.h"

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include "server/wire/bytes.h"
#include "server/wire/ip.h"
#include "server/wire/tftp.h"

enum {
	ANSWER_MS = 500,
	N_TRIES = 6,
	TRANSFER_MS = 60 * 1000,
	BUFFER_BYTES = 4 * 1024 * 1024,
	PACKET_MAX = TFTP_DATA_HLEN + TFTP_BLKSIZE_MAX,
};

struct transfer {
	struct tftp_get *g;
	int fd;
	bool connected;
	uint64_t block;     /* the last that came in order */
	unsigned in_window; /* blocks that are not acknowledged */
	bool gap;           /* asked for again already */
	bool over;
	uint8_t last[64]; /* what is sent again */
	size_t last_len;
};

static uint8_t packet[PACKET_MAX]; /* the one that came */

static bool fail(struct transfer *t, const char *why)
{
	g_strlcpy(t->g->why, why, sizeof(t->g->why));
	return false;
}

static struct sockaddr_in address_of(uint32_t ip, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct wr p = WR_INIT((uint8_t *)&a.sin_port, sizeof(a.sin_port));
	struct wr i = WR_INIT((uint8_t *)&a.sin_addr, sizeof(a.sin_addr));

	wr_be16(&p, port);
	wr_be32(&i, ip);
	return a;
}

static bool send_last(struct transfer *t)
{
	struct sockaddr_in to = address_of(t->g->server, TFTP_PORT);
	ssize_t n;

	if (t->connected)
		n = send(t->fd, t->last, t->last_len, 0);
	else
		n = sendto(t->fd, t->last, t->last_len, 0, (struct sockaddr *)&to, sizeof(to));
	return n >= 0 || fail(t, g_strerror(errno));
}

static bool send_request(struct transfer *t)
{
	struct wr w = WR_INIT(t->last, sizeof(t->last));

	tftp_rrq_encode(&w, t->g->file, "octet");
	if (t->g->blksize != TFTP_BLKSIZE_DEFAULT)
		tftp_opt_encode_u64(&w, "blksize", t->g->blksize);
	if (t->g->window != TFTP_WINDOW_MIN)
		tftp_opt_encode_u64(&w, "windowsize", t->g->window);
	t->last_len = sizeof(t->last) - w.left;
	return w.bad ? fail(t, "name is too long") : send_last(t);
}

static bool send_ack(struct transfer *t)
{
	struct wr w = WR_INIT(t->last, sizeof(t->last));

	tftp_ack_encode(&w, (uint16_t)t->block);
	t->last_len = sizeof(t->last) - w.left;
	t->in_window = 0;
	return send_last(t);
}

static bool on_oack(struct transfer *t, const struct tftp_pkt *p)
{
	for (size_t i = 0; i < p->n_opts; i++) {
		uint64_t v = 0;

		if (tftp_number(&v, p->opts[i].value, TFTP_BLKSIZE_MAX))
			return fail(t, "an OACK with no number");
		if (tftp_name_is(p->opts[i].name, "blksize"))
			t->g->granted_blksize = (unsigned)v;
		if (tftp_name_is(p->opts[i].name, "windowsize"))
			t->g->granted_window = (unsigned)v;
	}
	return send_ack(t);
}

static bool on_data(struct transfer *t, const struct tftp_pkt *p)
{
	struct tftp_get *g = t->g;

	if (p->block != (uint16_t)(t->block + 1)) {
		if (t->gap)
			return true;
		t->gap = true;
		return send_ack(t);
	}
	t->gap = false;
	t->block++;
	g->bytes += p->data.len;
	g->crc = (uint32_t)crc32(g->crc, p->data.p, (unsigned)p->data.len);
	t->over = p->data.len < g->granted_blksize;
	if (++t->in_window == g->granted_window || t->over)
		return send_ack(t);
	return true;
}

static bool on_packet(struct transfer *t, size_t len)
{
	struct tftp_pkt p;

	if (tftp_pkt_decode(&p, packet, len))
		return fail(t, "a packet that makes no sense");
	if (p.op == TFTP_OACK)
		return on_oack(t, &p);
	if (p.op == TFTP_DATA)
		return on_data(t, &p);
	if (p.op == TFTP_ERROR) {
		g_snprintf(t->g->why, sizeof(t->g->why), "error %u: %.*s", p.error,
			   (int)p.message.len, (const char *)p.message.p);
		return false;
	}
	return fail(t, "a packet that nobody asked for");
}

/* The next datagram. Return: its length; 0 in vain. The first tells the server's port. */
static size_t next(struct transfer *t)
{
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t n;

	if (t->connected)
		n = recv(t->fd, packet, sizeof(packet), 0);
	else
		n = recvfrom(t->fd, packet, sizeof(packet), 0, (struct sockaddr *)&from, &from_len);
	if (n <= 0)
		return 0;
	if (!t->connected)
		t->connected = connect(t->fd, (struct sockaddr *)&from, from_len) == 0;
	return (size_t)n;
}

static bool run(struct transfer *t)
{
	gint64 end_us = g_get_monotonic_time() + TRANSFER_MS * 1000ll;
	unsigned n_tries = 0;

	if (!send_request(t))
		return false;
	while (!t->over) {
		size_t n = next(t);

		if (n) {
			n_tries = 0;
			if (!on_packet(t, n))
				return false;
			continue;
		}
		if (++n_tries == N_TRIES || g_get_monotonic_time() > end_us)
			return fail(t, "no answer");
		if (!send_last(t))
			return false;
	}
	return true;
}

bool tftp_get(struct tftp_get *g)
{
	struct timeval wait = { 0, ANSWER_MS * 1000 };
	int bytes = BUFFER_BYTES;
	struct transfer t = { .g = g, .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	bool ok;

	g->granted_blksize = TFTP_BLKSIZE_DEFAULT;
	g->granted_window = TFTP_WINDOW_MIN;
	g->bytes = 0;
	g->crc = 0;
	setsockopt(t.fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(t.fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	ok = run(&t);
	close(t.fd);
	return ok;
}
