/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TFTP read transfer (RFC 1350 with RFC 1123 4.2, RFC 2347, RFC 7440)
 *
 *   NEW      -> start, options agreed     -> OFFERED; OACK
 *   NEW      -> start, none               -> SENDING; the first window
 *   OFFERED  -> ACK 0                     -> SENDING; the first window
 *   SENDING  -> ACK of the window's end   -> SENDING; the next window
 *   SENDING  -> ACK inside the window     -> SENDING; again from behind it
 *   SENDING  -> ACK of the last block     -> DONE
 *   OFFERED, SENDING -> deadline, tries left -> the same; OACK or window again
 *   OFFERED, SENDING -> deadline, none left  -> FAILED
 *   OFFERED, SENDING -> ERROR, or abort      -> FAILED
 *   OFFERED, SENDING -> file cannot be read  -> FAILED; ERROR
 *
 * Blocks are counted in 64 bits; the wire has the low 16 of them, so they wrap to 0. A window of
 * one block is RFC 1350's lock step.
 *
 * An ACK that was seen already never brings anything out in lock step (RFC 1123 4.2.3.1, the
 * Sorcerer's Apprentice). With a larger window it is also how a client says that the window's first
 * block is missing (RFC 7440 4). It is believed once, and only where it cannot be the echo of
 * blocks that were sent twice: not in a window that was repeated, nor in the one after it.
 */
#include "server/tftp_transfer.h"

#include <assert.h>

/* A place in a netascii file: where to read on, and what is still to come of a pair. */
struct cursor {
	uint64_t offset;
	int second; /* of CR LF or CR NUL; -1: nothing */
};

struct TftpTransfer {
	struct tftp_transfer_config cfg; /* request and name are owned */
	StoreFile *file;
	uint8_t *packet;
	Journal *journal;
	enum tftp_transfer_state state;
	uint64_t deadline_ns;
	uint64_t wait_ns; /* before the next repetition */
	unsigned attempt; /* of the OACK or the window */
	bool heard;       /* an ACK came */

	uint64_t acked;     /* the client has all blocks up to this one */
	uint64_t sent;      /* the window has been sent up to this one */
	uint64_t furthest;  /* that was ever sent */
	uint64_t last;      /* UINT64_MAX until a block was short */
	uint64_t n_resent;  /* packets */
	bool repeated;      /* blocks of this window went out twice... */
	bool echoes;        /* ...or those of the one before */
	struct cursor base; /* netascii: behind the block @acked, */
	struct cursor pos;  /* and behind the block @sent */
};

static const struct {
	const char *name;
	bool waits; /* for the client */
} state_info[] = {
	[TFTP_TRANSFER_NEW] = { "new", false },
	[TFTP_TRANSFER_OFFERED] = { "offered", true },
	[TFTP_TRANSFER_SENDING] = { "sending", true },
	[TFTP_TRANSFER_DONE] = { "done", false },
	[TFTP_TRANSFER_FAILED] = { "failed", false },
};
static_assert(sizeof(state_info) / sizeof(state_info[0]) == TFTP_TRANSFER_FAILED + 1,
	      "one row for each state");

static struct slice slice_dup(struct slice s)
{
	return (struct slice){ .p = g_memdup2(s.p, s.len), .len = s.len };
}

TftpTransfer *tftp_transfer_new(const struct tftp_transfer_config *cfg, StoreFile *file,
				uint8_t *packet, Journal *journal)
{
	TftpTransfer *t = g_new0(TftpTransfer, 1);

	t->cfg = *cfg;
	t->cfg.request = slice_dup(cfg->request);
	t->cfg.name = slice_dup(cfg->name);
	t->file = file;
	t->packet = packet;
	t->journal = journal;
	t->deadline_ns = DEADLINE_NEVER;
	t->wait_ns = cfg->timeout_ns;
	t->attempt = 1;
	t->last = UINT64_MAX;
	t->base.second = -1;
	t->pos = t->base;
	return t;
}

static void set_state(TftpTransfer *t, enum tftp_transfer_state s, uint64_t now_ns)
{
	t->state = s;
	t->deadline_ns = state_info[s].waits ? now_ns + t->wait_ns : DEADLINE_NEVER;
}

static void event_begin(TftpTransfer *t, uint64_t now_ns, const char *ev)
{
	journal_begin(t->journal, now_ns, ev);
	journal_text(t->journal, "file", t->cfg.name);
	journal_u64(t->journal, "tid", t->cfg.tid);
}

static void event_ignored(TftpTransfer *t, uint64_t now_ns, const char *reason, uint16_t block)
{
	event_begin(t, now_ns, "tftp.ignored");
	journal_str(t->journal, "reason", reason);
	journal_u64(t->journal, "block", block);
	journal_end(t->journal);
}

static void event_repeat(TftpTransfer *t, uint64_t now_ns, const char *why)
{
	event_begin(t, now_ns, "tftp.repeat");
	journal_u64(t->journal, "block", t->state == TFTP_TRANSFER_OFFERED ? 0 : t->acked + 1);
	journal_u64(t->journal, "attempt", t->attempt);
	journal_str(t->journal, "reason", why);
	journal_end(t->journal);
}

static void send_packet(TftpTransfer *t, const uint8_t *buf, size_t len,
			const struct datagram_sink *out)
{
	struct datagram d = {
		.src = t->cfg.server,
		.dst = t->cfg.client,
		.sport = t->cfg.tid,
		.dport = t->cfg.client_port,
		.payload = { buf, len },
	};

	datagram_send(out, &d);
}

/* The next @len bytes in netascii: lines end in CR LF, a CR of the file's own is CR NUL. */
static int read_netascii(TftpTransfer *t, struct cursor *c, uint8_t *buf, size_t len)
{
	size_t n = 0;
	uint8_t byte;
	int r;

	while (n < len) {
		if (c->second >= 0) {
			buf[n++] = (uint8_t)c->second;
			c->second = -1;
			continue;
		}
		r = store_file_read(t->file, c->offset, &byte, 1);
		if (r < 0)
			return r;
		if (r == 0)
			break;
		c->offset++;
		if (byte == '\n')
			c->second = '\n';
		else if (byte == '\r')
			c->second = '\0';
		buf[n++] = byte == '\n' ? '\r' : byte;
	}
	return (int)n;
}

/* End it; the event "tftp.failed" is left open for more fields. */
static void fail_begin(TftpTransfer *t, uint64_t now_ns, const char *reason)
{
	event_begin(t, now_ns, "tftp.failed");
	journal_str(t->journal, "reason", reason);
	journal_str(t->journal, "state", state_info[t->state].name);
	journal_u64(t->journal, "acked", t->acked);
	set_state(t, TFTP_TRANSFER_FAILED, now_ns);
}

static void fail(TftpTransfer *t, uint64_t now_ns, const char *reason)
{
	fail_begin(t, now_ns, reason);
	journal_end(t->journal);
}

static void fail_read(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out)
{
	struct wr w = WR_INIT(t->packet, TFTP_PACKET_MAX);

	tftp_error_encode(&w, TFTP_ERR_UNDEFINED, "file cannot be read");
	send_packet(t, t->packet, TFTP_PACKET_MAX - w.left, out);
	fail(t, now_ns, "file cannot be read");
}

/* Send the block behind t->sent. Return: 0, or negative errno if it cannot be read. */
static int send_block(TftpTransfer *t, const struct datagram_sink *out)
{
	struct wr w = WR_INIT(t->packet, TFTP_DATA_HLEN);
	uint8_t *data = t->packet + TFTP_DATA_HLEN;
	size_t blksize = t->cfg.blksize;
	int n;

	/* The data is read to where it is sent from; only the head is encoded. */
	tftp_data_encode(&w, (uint16_t)(t->sent + 1), NULL, 0);
	if (t->cfg.netascii)
		n = read_netascii(t, &t->pos, data, blksize);
	else
		n = store_file_read(t->file, t->sent * blksize, data, blksize);
	if (n < 0)
		return n;

	t->sent++;
	if ((size_t)n < blksize)
		t->last = t->sent;
	if (t->sent > t->furthest)
		t->furthest = t->sent;
	else
		t->n_resent++;
	send_packet(t, t->packet, TFTP_DATA_HLEN + (size_t)n, out);
	return 0;
}

static void send_window(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out)
{
	uint64_t end = t->acked + t->cfg.window;

	set_state(t, TFTP_TRANSFER_SENDING, now_ns);
	while (t->sent < end && t->sent < t->last) {
		if (send_block(t, out) < 0) {
			fail_read(t, now_ns, out);
			return;
		}
	}
}

static void go_back(TftpTransfer *t)
{
	t->sent = t->acked;
	t->pos = t->base;
	t->repeated = true;
}

/* Send what is not acknowledged once more: the OACK, or the window. */
static void send_again(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out,
		       const char *why)
{
	event_repeat(t, now_ns, why);
	switch (t->state) {
	case TFTP_TRANSFER_OFFERED:
		t->n_resent++;
		set_state(t, TFTP_TRANSFER_OFFERED, now_ns);
		send_packet(t, t->cfg.oack, t->cfg.oack_len, out);
		break;
	case TFTP_TRANSFER_SENDING:
		go_back(t);
		send_window(t, now_ns, out);
		break;
	case TFTP_TRANSFER_NEW:
	case TFTP_TRANSFER_DONE:
	case TFTP_TRANSFER_FAILED:
		assert(false); /* nothing was sent, or nothing is awaited */
	}
}

void tftp_transfer_start(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out)
{
	assert(t->state == TFTP_TRANSFER_NEW);
	event_begin(t, now_ns, "tftp.open");
	journal_u64(t->journal, "bytes", store_file_size(t->file));
	journal_u64(t->journal, "blksize", t->cfg.blksize);
	journal_u64(t->journal, "window", t->cfg.window);
	journal_ip(t->journal, "client", &t->cfg.client);
	journal_u64(t->journal, "port", t->cfg.client_port);
	journal_end(t->journal);

	if (!t->cfg.oack_len) {
		send_window(t, now_ns, out);
		return;
	}
	set_state(t, TFTP_TRANSFER_OFFERED, now_ns);
	send_packet(t, t->cfg.oack, t->cfg.oack_len, out);
}

/* The client has @n more blocks, at least one. Return: 0, or negative errno: the file broke. */
static int take_ack(TftpTransfer *t, uint64_t now_ns, uint16_t n)
{
	bool whole = n == t->sent - t->acked;
	int r;

	t->attempt = 1;
	t->wait_ns = t->cfg.timeout_ns;
	t->acked += n;
	if (whole) {
		t->base = t->pos;
		t->echoes = t->repeated;
		t->repeated = false;
		return 0;
	}
	/* Where the window's second part begins in netascii only reading its first part tells. */
	for (; t->cfg.netascii && n; n--) {
		r = read_netascii(t, &t->base, t->packet, t->cfg.blksize);
		if (r < 0)
			return r;
	}
	event_repeat(t, now_ns, "gap");
	go_back(t);
	return 0;
}

static void on_ack_sending(TftpTransfer *t, uint64_t now_ns, uint16_t block,
			   const struct datagram_sink *out)
{
	uint16_t n = (uint16_t)(block - (uint16_t)t->acked);
	uint64_t in_flight = t->sent - t->acked;

	if (n > in_flight) {
		event_ignored(t, now_ns, "stale-ack", block);
		return;
	}
	t->heard = true;
	if (n == 0) {
		if (in_flight > 1 && !t->repeated && !t->echoes)
			send_again(t, now_ns, out, "gap");
		else
			event_ignored(t, now_ns, "duplicate-ack", block);
		return;
	}
	if (take_ack(t, now_ns, n) < 0) {
		fail_read(t, now_ns, out);
		return;
	}
	if (t->acked != t->last) {
		send_window(t, now_ns, out);
		return;
	}
	set_state(t, TFTP_TRANSFER_DONE, now_ns);
	event_begin(t, now_ns, "tftp.done");
	journal_u64(t->journal, "bytes", store_file_size(t->file));
	journal_u64(t->journal, "retransmissions", t->n_resent);
	journal_end(t->journal);
}

static void on_ack(TftpTransfer *t, uint64_t now_ns, uint16_t block,
		   const struct datagram_sink *out)
{
	switch (t->state) {
	case TFTP_TRANSFER_OFFERED:
		if (block) {
			event_ignored(t, now_ns, "stale-ack", block);
			return;
		}
		t->heard = true;
		t->attempt = 1;
		t->wait_ns = t->cfg.timeout_ns;
		send_window(t, now_ns, out);
		break;
	case TFTP_TRANSFER_SENDING:
		on_ack_sending(t, now_ns, block, out);
		break;
	case TFTP_TRANSFER_NEW:
	case TFTP_TRANSFER_DONE:
	case TFTP_TRANSFER_FAILED:
		event_ignored(t, now_ns, "stale-ack", block);
		break;
	}
}

static void on_error(TftpTransfer *t, uint64_t now_ns, const struct tftp_pkt *p)
{
	if (tftp_transfer_is_over(t))
		return;
	fail_begin(t, now_ns, "client sent an error");
	journal_u64(t->journal, "code", p->error);
	journal_text(t->journal, "message", p->message);
	journal_end(t->journal);
}

void tftp_transfer_input(TftpTransfer *t, uint64_t now_ns, const struct tftp_pkt *p,
			 const struct datagram_sink *out)
{
	switch (p->op) {
	case TFTP_ACK:
		on_ack(t, now_ns, p->block, out);
		break;
	case TFTP_ERROR:
		on_error(t, now_ns, p);
		break;
	case TFTP_RRQ:
	case TFTP_WRQ:
	case TFTP_DATA:
	case TFTP_OACK:
		event_ignored(t, now_ns, "unexpected", p->block);
		break;
	}
}

void tftp_transfer_repeat(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out)
{
	send_again(t, now_ns, out, "request");
}

void tftp_transfer_step(TftpTransfer *t, uint64_t now_ns, const struct datagram_sink *out)
{
	if (now_ns < t->deadline_ns)
		return;
	if (t->attempt >= t->cfg.tries) {
		fail(t, now_ns, "no answer");
		return;
	}
	t->attempt++;
	if (t->wait_ns > t->cfg.timeout_max_ns / t->cfg.backoff)
		t->wait_ns = t->cfg.timeout_max_ns;
	else
		t->wait_ns *= t->cfg.backoff;
	send_again(t, now_ns, out, "timeout");
}

uint64_t tftp_transfer_deadline_ns(const TftpTransfer *t)
{
	return t->deadline_ns;
}

void tftp_transfer_abort(TftpTransfer *t, uint64_t now_ns, const char *reason)
{
	fail(t, now_ns, reason);
}

enum tftp_transfer_state tftp_transfer_state(const TftpTransfer *t)
{
	return t->state;
}

bool tftp_transfer_is_over(const TftpTransfer *t)
{
	return t->state == TFTP_TRANSFER_DONE || t->state == TFTP_TRANSFER_FAILED;
}

bool tftp_transfer_is_from(const TftpTransfer *t, const struct ip_addr *client, uint16_t port)
{
	return ip_addr_equal(&t->cfg.client, client) && t->cfg.client_port == port;
}

uint16_t tftp_transfer_tid(const TftpTransfer *t)
{
	return t->cfg.tid;
}

bool tftp_transfer_is_asked_again(const TftpTransfer *t, struct slice request)
{
	return !t->heard && t->cfg.request.len == request.len &&
	       memcmp(t->cfg.request.p, request.p, request.len) == 0;
}

void tftp_transfer_free(TftpTransfer *t)
{
	if (!t)
		return;
	store_file_free(t->file);
	g_free((uint8_t *)t->cfg.request.p);
	g_free((uint8_t *)t->cfg.name.p);
	g_free(t);
}
