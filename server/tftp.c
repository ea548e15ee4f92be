/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TFTP read server: requests, options, and the table of transfers
 *
 * RFC 1350 with RFC 1123 4.2, RFC 2347, 2348, 2349, 7440. Writes are refused: a boot client never
 * writes. What happens after the first answer is server/tftp_transfer.c.
 *
 * Transfer ports (TIDs) are counted up from 49152, so that one is not used again soon and a run can
 * be repeated. A refused request is answered from such a port as well: to its client it looks like
 * a transfer that ended at once.
 */
#include "server/tftp.h"

#include <assert.h>

#include "server/tftp_transfer.h"
#include "server/wire/tftp.h"

enum {
	TID_FIRST = 49152, /* RFC 6335 6: dynamic ports */
	TID_LAST = 65535,
	N_TRANSFERS_LIMIT = (TID_LAST - TID_FIRST + 1) / 2, /* half of them are always free */
};

#define SECOND_NS UINT64_C(1000000000)

const struct tftp_config tftp_config_default = {
	.enabled = true,
	.options = true,
	.blksize_max = TFTP_BLKSIZE_MAX,
	.window_max = 64,
	.timeout_ns = SECOND_NS,
	.backoff = 2,
	.timeout_max_ns = 8 * SECOND_NS,
	.tries = 6,
	.n_transfers_max = 64,
};

struct TftpServer {
	struct tftp_config cfg;
	Store *store;
	Journal *journal;
	GPtrArray *transfers; /* of TftpTransfer, in the order of their requests */
	uint16_t next_tid;
	uint8_t packet[TFTP_PACKET_MAX]; /* in which all packets are built */
};

TftpServer *tftp_server_new(const struct tftp_config *cfg, Store *store, Journal *journal)
{
	TftpServer *s = g_new0(TftpServer, 1);

	if (cfg->enabled) {
		assert(cfg->blksize_max >= TFTP_BLKSIZE_MIN);
		assert(cfg->blksize_max <= TFTP_BLKSIZE_MAX);
		assert(cfg->window_max >= TFTP_WINDOW_MIN && cfg->window_max <= TFTP_WINDOW_MAX);
		assert(cfg->backoff && cfg->tries);
	}
	s->cfg = *cfg;
	s->store = store;
	s->journal = journal;
	s->transfers = g_ptr_array_new_with_free_func((GDestroyNotify)tftp_transfer_free);
	s->next_tid = TID_FIRST;
	return s;
}

static TftpTransfer *transfer_at(const TftpServer *s, size_t i)
{
	return g_ptr_array_index(s->transfers, i);
}

static TftpTransfer *find_by_tid(const TftpServer *s, uint16_t tid)
{
	for (size_t i = 0; i < s->transfers->len; i++)
		if (tftp_transfer_tid(transfer_at(s, i)) == tid)
			return transfer_at(s, i);
	return NULL;
}

static TftpTransfer *find_by_client(const TftpServer *s, const struct ip_addr *client,
				    uint16_t port)
{
	for (size_t i = 0; i < s->transfers->len; i++)
		if (tftp_transfer_is_from(transfer_at(s, i), client, port))
			return transfer_at(s, i);
	return NULL;
}

static void forget_if_over(TftpServer *s, TftpTransfer *t)
{
	if (tftp_transfer_is_over(t))
		g_ptr_array_remove(s->transfers, t);
}

static uint16_t take_tid(TftpServer *s)
{
	uint16_t tid;

	do {
		tid = s->next_tid;
		s->next_tid = tid == TID_LAST ? TID_FIRST : tid + 1;
	} while (find_by_tid(s, tid));
	return tid;
}

bool tftp_server_has_port(const TftpServer *s, uint16_t port)
{
	return s->cfg.enabled && (port == TFTP_PORT || find_by_tid(s, port));
}

static void event_ignored(TftpServer *s, uint64_t now_ns, const struct datagram *in,
			  const char *reason)
{
	journal_begin(s->journal, now_ns, "tftp.ignored");
	journal_str(s->journal, "reason", reason);
	journal_ip(s->journal, "client", &in->src);
	journal_u64(s->journal, "port", in->sport);
	journal_u64(s->journal, "tid", in->dport);
	journal_end(s->journal);
}

static void send_error(TftpServer *s, const struct datagram *in, uint16_t tid, enum tftp_error code,
		       const char *message, const struct datagram_sink *out)
{
	struct wr w = WR_INIT(s->packet, sizeof(s->packet));
	struct datagram d = { .src = in->dst, .dst = in->src, .sport = tid, .dport = in->sport };

	tftp_error_encode(&w, code, message);
	d.payload = (struct slice){ s->packet, sizeof(s->packet) - w.left };
	datagram_send(out, &d);
}

static void refuse(TftpServer *s, uint64_t now_ns, const struct datagram *in, struct slice file,
		   enum tftp_error code, const char *reason, const struct datagram_sink *out)
{
	journal_begin(s->journal, now_ns, "tftp.refused");
	journal_text(s->journal, "file", file);
	journal_u64(s->journal, "code", code);
	journal_str(s->journal, "reason", reason);
	journal_ip(s->journal, "client", &in->src);
	journal_u64(s->journal, "port", in->sport);
	journal_end(s->journal);
	send_error(s, in, s->cfg.single_port ? TFTP_PORT : take_tid(s), code, reason, out);
}

/*
 * Options. Each takes the client's wish and changes it to what is agreed on; false: it is ignored,
 * as an option that is not known (RFC 2347).
 */

/* RFC 2348 */
static bool agree_blksize(const TftpServer *s, struct tftp_transfer_config *t, uint64_t size,
			  uint64_t *value)
{
	(void)size;
	if (*value < TFTP_BLKSIZE_MIN)
		return false;
	*value = MIN(*value, s->cfg.blksize_max);
	t->blksize = (unsigned)*value;
	return true;
}

/* RFC 2349; how long a file is in netascii nobody knows before it has been converted */
static bool agree_tsize(const TftpServer *s, struct tftp_transfer_config *t, uint64_t size,
			uint64_t *value)
{
	(void)s;
	if (t->netascii)
		return false;
	*value = size;
	return true;
}

/* RFC 2349 */
static bool agree_timeout(const TftpServer *s, struct tftp_transfer_config *t, uint64_t size,
			  uint64_t *value)
{
	(void)s, (void)size;
	if (*value < TFTP_TIMEOUT_MIN_S || *value > TFTP_TIMEOUT_MAX_S)
		return false;
	t->timeout_ns = *value * SECOND_NS;
	t->timeout_max_ns = t->timeout_ns; /* constant: it is the client's wish */
	return true;
}

/* RFC 7440 */
static bool agree_windowsize(const TftpServer *s, struct tftp_transfer_config *t, uint64_t size,
			     uint64_t *value)
{
	(void)size;
	if (*value < TFTP_WINDOW_MIN || *value > TFTP_WINDOW_MAX)
		return false;
	*value = MIN(*value, s->cfg.window_max);
	t->window = (unsigned)*value;
	return true;
}

static const struct {
	const char *name;
	bool (*agree)(const TftpServer *s, struct tftp_transfer_config *t, uint64_t size,
		      uint64_t *value);
} options[] = {
	{ "blksize", agree_blksize },
	{ "tsize", agree_tsize },
	{ "timeout", agree_timeout },
	{ "windowsize", agree_windowsize },
};

/* Agree on what can be agreed on, in the client's order, each option once; fills t->oack. */
static void negotiate(const TftpServer *s, const struct tftp_pkt *rrq, uint64_t size,
		      struct tftp_transfer_config *t)
{
	struct wr w = WR_INIT(t->oack, sizeof(t->oack));
	bool agreed[G_N_ELEMENTS(options)] = { false };
	uint64_t value;
	bool any = false;

	tftp_oack_encode(&w);
	for (size_t i = 0; i < rrq->n_opts; i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(options); k++) {
			if (agreed[k] || !tftp_name_is(rrq->opts[i].name, options[k].name) ||
			    tftp_number(&value, rrq->opts[i].value, UINT64_MAX) ||
			    !options[k].agree(s, t, size, &value))
				continue;
			tftp_opt_encode_u64(&w, options[k].name, value);
			any = agreed[k] = true;
		}
	}
	assert(!w.bad);
	if (any)
		t->oack_len = sizeof(t->oack) - w.left;
}

static void open_transfer(TftpServer *s, uint64_t now_ns, const struct datagram *in,
			  const struct tftp_pkt *rrq, StoreFile *file,
			  const struct datagram_sink *out)
{
	struct tftp_transfer_config cfg = {
		.server = in->dst,
		.client = in->src,
		.tid = s->cfg.single_port ? TFTP_PORT : take_tid(s),
		.client_port = in->sport,
		.request = in->payload,
		.name = rrq->file,
		.netascii = tftp_name_is(rrq->mode, "netascii"),
		.blksize = TFTP_BLKSIZE_DEFAULT,
		.window = TFTP_WINDOW_MIN,
		.timeout_ns = MIN(s->cfg.timeout_ns, s->cfg.timeout_max_ns),
		.backoff = s->cfg.backoff,
		.timeout_max_ns = s->cfg.timeout_max_ns,
		.tries = s->cfg.tries,
	};
	TftpTransfer *t;

	if (s->cfg.options)
		negotiate(s, rrq, store_file_size(file), &cfg);
	t = tftp_transfer_new(&cfg, file, s->packet, s->journal);
	g_ptr_array_add(s->transfers, t);
	tftp_transfer_start(t, now_ns, out);
	forget_if_over(s, t);
}

/* Whether the mode is served; if not, the request has been refused. */
static bool check_mode(TftpServer *s, uint64_t now_ns, const struct datagram *in,
		       const struct tftp_pkt *rrq, const struct datagram_sink *out)
{
	if (tftp_name_is(rrq->mode, "octet") || tftp_name_is(rrq->mode, "netascii"))
		return true;
	if (tftp_name_is(rrq->mode, "mail")) /* RFC 1350 1: obsolete */
		refuse(s, now_ns, in, rrq->file, TFTP_ERR_UNDEFINED, "mail is not served", out);
	else
		refuse(s, now_ns, in, rrq->file, TFTP_ERR_ILLEGAL, "unknown mode", out);
	return false;
}

static void on_rrq(TftpServer *s, uint64_t now_ns, const struct datagram *in,
		   const struct tftp_pkt *rrq, const struct datagram_sink *out)
{
	TftpTransfer *old = find_by_client(s, &in->src, in->sport);
	StoreFile *file;
	int r;

	if (old && tftp_transfer_is_asked_again(old, in->payload)) {
		tftp_transfer_repeat(old, now_ns, out);
		forget_if_over(s, old);
		return;
	}
	if (old) {
		tftp_transfer_abort(old, now_ns, "replaced by a new request");
		forget_if_over(s, old);
	}
	if (!check_mode(s, now_ns, in, rrq, out))
		return;
	if (s->transfers->len >= MIN(s->cfg.n_transfers_max, N_TRANSFERS_LIMIT)) {
		refuse(s, now_ns, in, rrq->file, TFTP_ERR_UNDEFINED, "too many transfers", out);
		return;
	}
	r = store_open(s->store, &file, tftp_file_in_root(rrq->file));
	if (r == 0)
		open_transfer(s, now_ns, in, rrq, file, out);
	else if (r == STORE_E_NOT_FOUND)
		refuse(s, now_ns, in, rrq->file, TFTP_ERR_NOT_FOUND, "file not found", out);
	else if (r == STORE_E_ACCESS)
		refuse(s, now_ns, in, rrq->file, TFTP_ERR_ACCESS, "access violation", out);
	else
		refuse(s, now_ns, in, rrq->file, TFTP_ERR_UNDEFINED, "file cannot be opened", out);
}

/* A packet to port 69. */
static void input_request(TftpServer *s, uint64_t now_ns, const struct datagram *in,
			  const struct tftp_pkt *p, const struct datagram_sink *out)
{
	if (datagram_is_to_group(in)) { /* RFC 1123 4.2.3.5 */
		event_ignored(s, now_ns, in, "broadcast");
		return;
	}
	switch (p->op) {
	case TFTP_RRQ:
		on_rrq(s, now_ns, in, p, out);
		break;
	case TFTP_WRQ:
		refuse(s, now_ns, in, p->file, TFTP_ERR_ACCESS, "nothing may be written", out);
		break;
	case TFTP_DATA:
	case TFTP_ACK:
	case TFTP_ERROR:
	case TFTP_OACK:
		event_ignored(s, now_ns, in, "no-request");
		break;
	}
}

/* A packet to any other port, or to the only one. */
static void input_transfer(TftpServer *s, uint64_t now_ns, const struct datagram *in,
			   const struct tftp_pkt *p, const struct datagram_sink *out)
{
	TftpTransfer *t = s->cfg.single_port ? find_by_client(s, &in->src, in->sport)
					     : find_by_tid(s, in->dport);

	if (t && tftp_transfer_is_from(t, &in->src, in->sport)) {
		tftp_transfer_input(t, now_ns, p, out);
		forget_if_over(s, t);
		return;
	}
	event_ignored(s, now_ns, in, "unknown-tid");
	/* RFC 1350 4; but an error is never answered, or two peers could go on for ever. */
	if (p->op != TFTP_ERROR && !datagram_is_to_group(in))
		send_error(s, in, in->dport, TFTP_ERR_UNKNOWN_TID, "unknown transfer ID", out);
}

void tftp_server_input(TftpServer *s, uint64_t now_ns, const struct datagram *in,
		       const struct datagram_sink *out)
{
	struct tftp_pkt p;

	if (tftp_pkt_decode(&p, in->payload.p, in->payload.len))
		event_ignored(s, now_ns, in, "malformed");
	else if (in->dport == TFTP_PORT &&
		 (!s->cfg.single_port || p.op == TFTP_RRQ || p.op == TFTP_WRQ))
		input_request(s, now_ns, in, &p, out);
	else
		input_transfer(s, now_ns, in, &p, out);
}

void tftp_server_step(TftpServer *s, uint64_t now_ns, const struct datagram_sink *out)
{
	size_t i = 0;

	while (i < s->transfers->len) {
		tftp_transfer_step(transfer_at(s, i), now_ns, out);
		if (tftp_transfer_is_over(transfer_at(s, i)))
			g_ptr_array_remove_index(s->transfers, (unsigned)i);
		else
			i++;
	}
}

uint64_t tftp_server_deadline_ns(const TftpServer *s)
{
	uint64_t first = DEADLINE_NEVER;

	for (size_t i = 0; i < s->transfers->len; i++)
		first = MIN(first, tftp_transfer_deadline_ns(transfer_at(s, i)));
	return first;
}

void tftp_server_free(TftpServer *s)
{
	if (!s)
		return;
	g_ptr_array_unref(s->transfers);
	g_free(s);
}
