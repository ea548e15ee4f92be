/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TFTP read, without I/O
 *
 *   REQUESTED -> OACK                      -> AGREED; ACK 0
 *   REQUESTED -> first block: no options   -> RECEIVING, or DONE; ACK
 *   REQUESTED -> ERROR 8                   -> REQUESTED, once; a request without options
 *   AGREED    -> OACK again                -> AGREED; ACK 0
 *   AGREED    -> first block               -> RECEIVING, or DONE
 *   RECEIVING -> next block                -> RECEIVING; ACK at the window's end
 *   RECEIVING -> short block               -> DONE; ACK
 *   RECEIVING -> block after the next one  -> RECEIVING; ACK of the last, once (RFC 7440 4)
 *   DONE      -> last block again          -> DONE; ACK (RFC 1350 6: dallying)
 *   not over  -> deadline                  -> the same; the last packet again
 *   not over  -> 30 s without progress     -> FAILED
 *   not over  -> ERROR of the server       -> FAILED
 *
 * The timer is adaptive with exponential backoff (RFC 1123 4.2.3.2): a round trip is from an ACK to
 * the block it asks for, measured only where nothing was repeated. In lock step it is never
 * shorter than a second: a server that lost a block repeats that by itself, and some count ACKs
 * instead of reading them.
 *
 * The block that was acknowledged last is acknowledged again when it comes again (RFC 1350 2), but
 * not sooner than a round trip after that ACK left: before, it is a copy that the network made, and
 * an answer to it would be a second answer to the same packet (RFC 1123 4.2.3.1).
 */
#include "firmware/lwip/tftp_client.h"

#include "firmware/lib/bytes.h"
#include "firmware/lwip/text.h"

#define MS UINT64_C(1000000)
#define NEVER UINT64_MAX

enum tftp_opcode {
	TFTP_RRQ = 1,
	TFTP_DATA = 3,
	TFTP_ACK = 4,
	TFTP_ERROR = 5,
	TFTP_OACK = 6,
};

#define WAIT_FIRST_NS (1000 * MS) /* before a round trip is known */
#define WAIT_MIN_LOCKSTEP_NS (1000 * MS)
#define WAIT_MIN_WINDOW_NS (100 * MS)
#define WAIT_MAX_NS (4000 * MS)
#define GIVE_UP_NS (30000 * MS)

/* --- packets
 * --------------------------------------------------------------------------------------*/

static void finish(struct tftp_out *out, enum tftp_to to, const struct wr *w)
{
	out->to = to;
	out->len = sizeof(out->buf) - w->left;
}

static void wr_option(struct wr *w, const char *name, uint64_t v)
{
	char digits[24];
	struct text t = TEXT_INIT(digits);

	text_add_dec(&t, v);
	wr_cstr(w, name);
	wr_cstr(w, digits);
}

static void write_request(struct tftp_client *c, const char *name, size_t name_len)
{
	struct wr w = WR_INIT(c->request, sizeof(c->request));

	wr_be16(&w, TFTP_RRQ);
	wr_bytes(&w, name, name_len);
	wr_u8(&w, 0);
	wr_cstr(&w, "octet");
	c->plain_len = sizeof(c->request) - w.left;
	if (c->cfg.blksize != TFTP_BLKSIZE_DEFAULT)
		wr_option(&w, "blksize", c->cfg.blksize);
	if (c->cfg.tsize)
		wr_option(&w, "tsize", 0);
	if (c->cfg.window > 1)
		wr_option(&w, "windowsize", c->cfg.window);
	if (c->cfg.timeout_s)
		wr_option(&w, "timeout", c->cfg.timeout_s);
	c->request_len = w.bad ? 0 : sizeof(c->request) - w.left;
	c->plain = c->request_len == c->plain_len;
}

/* To port 69, whoever has sent something before that was no answer. */
static void send_request(struct tftp_client *c, struct tftp_out *out)
{
	c->tid = 0;
	memcpy(out->buf, c->request, c->request_len);
	out->to = TFTP_TO_SERVER;
	out->len = c->request_len;
}

static void send_ack(struct tftp_client *c, struct tftp_out *out)
{
	struct wr w = WR_INIT(out->buf, sizeof(out->buf));

	wr_be16(&w, TFTP_ACK);
	wr_be16(&w, (uint16_t)(c->n_blocks + c->n_skipped));
	finish(out, TFTP_TO_SERVER, &w);
}

static void send_error(struct tftp_out *out, enum tftp_to to, enum tftp_error error,
		       const char *message)
{
	struct wr w = WR_INIT(out->buf, sizeof(out->buf));

	wr_be16(&w, TFTP_ERROR);
	wr_be16(&w, (uint16_t)error);
	wr_cstr(&w, message);
	finish(out, to, &w);
}

/* --- timer
 * ----------------------------------------------------------------------------------------*/

static uint64_t clamp(uint64_t v, uint64_t min, uint64_t max)
{
	if (v < min)
		return min;
	return v > max ? max : v;
}

static uint64_t fresh_wait(const struct tftp_client *c)
{
	uint64_t min = c->window > 1 ? WAIT_MIN_WINDOW_NS : WAIT_MIN_LOCKSTEP_NS;

	if (c->cfg.timeout_s && c->state != TFTP_STATE_REQUESTED)
		return c->cfg.timeout_s * 1000 * MS; /* it was agreed on */
	if (!c->srtt_ns)
		return WAIT_FIRST_NS;
	return clamp(c->srtt_ns + 4 * c->rttvar_ns, min, WAIT_MAX_NS);
}

/* A packet leaves that nobody saw before. */
static void sent_new(struct tftp_client *c, uint64_t now_ns)
{
	c->sent_ns = now_ns;
	c->may_time = true;
	c->wait_ns = fresh_wait(c);
	c->deadline_ns = now_ns + c->wait_ns;
}

static void sent_again(struct tftp_client *c, uint64_t now_ns)
{
	c->sent_ns = now_ns;
	c->may_time = false;
	c->deadline_ns = now_ns + c->wait_ns;
}

/* RFC 6298 2, with its constants. */
static void measure(struct tftp_client *c, uint64_t now_ns)
{
	uint64_t rtt = now_ns - c->sent_ns, off;

	if (!c->may_time)
		return;
	c->may_time = false;
	if (!c->srtt_ns) {
		c->srtt_ns = rtt ? rtt : 1;
		c->rttvar_ns = rtt / 2;
		return;
	}
	off = rtt > c->srtt_ns ? rtt - c->srtt_ns : c->srtt_ns - rtt;
	c->rttvar_ns = c->rttvar_ns - c->rttvar_ns / 4 + off / 4;
	c->srtt_ns = c->srtt_ns - c->srtt_ns / 8 + rtt / 8;
}

static void made_progress(struct tftp_client *c, uint64_t now_ns)
{
	c->progress_ns = now_ns;
	c->wait_ns = fresh_wait(c);
	c->deadline_ns = now_ns + c->wait_ns;
}

/* --- states
 * ---------------------------------------------------------------------------------------*/

static void fail(struct tftp_client *c, enum tftp_failure why)
{
	c->state = TFTP_STATE_FAILED;
	c->failure = why;
	c->deadline_ns = NEVER;
}

static void refuse_option(struct tftp_client *c, struct tftp_out *out)
{
	send_error(out, TFTP_TO_SERVER, TFTP_ERR_OPTION, "option not asked for, or a bad value");
	fail(c, TFTP_FAIL_OPTION);
}

void tftp_client_start(struct tftp_client *c, const struct tftp_config *cfg, const char *name,
		       size_t name_len, uint64_t now_ns, struct tftp_out *out)
{
	*c = (struct tftp_client){
		.cfg = *cfg,
		.blksize = TFTP_BLKSIZE_DEFAULT,
		.window = 1,
		.progress_ns = now_ns,
	};
	*out = (struct tftp_out){ .to = TFTP_TO_NOBODY };
	write_request(c, name, name_len);
	if (!c->request_len) {
		fail(c, TFTP_FAIL_NAME);
		return;
	}
	send_request(c, out);
	sent_new(c, now_ns);
}

/* What an OACK says: 0 for an option that it does not name. */
struct agreed {
	uint64_t blksize, window, timeout_s, tsize;
	bool has_blksize, has_window, has_timeout, has_tsize;
};

static bool take_number(bool *has, uint64_t *v, bool asked, struct slice value, uint64_t min,
			uint64_t max)
{
	if (*has || !asked || !slice_to_u64(v, value) || *v < min || *v > max)
		return false;
	*has = true;
	return true;
}

/* Whether we asked for this, and can live with the answer. */
static bool take_option(const struct tftp_client *c, struct agreed *a, struct slice name,
			struct slice value)
{
	const struct tftp_config *cfg = &c->cfg;

	if (slice_is(name, "blksize"))
		return take_number(&a->has_blksize, &a->blksize,
				   cfg->blksize != TFTP_BLKSIZE_DEFAULT, value, TFTP_BLKSIZE_MIN,
				   cfg->blksize);
	if (slice_is(name, "windowsize"))
		return take_number(&a->has_window, &a->window, cfg->window > 1, value, 1,
				   cfg->window);
	if (slice_is(name, "timeout"))
		return take_number(&a->has_timeout, &a->timeout_s, cfg->timeout_s != 0, value,
				   cfg->timeout_s, cfg->timeout_s);
	if (slice_is(name, "tsize"))
		return take_number(&a->has_tsize, &a->tsize, cfg->tsize, value, 0, UINT64_MAX);
	return false;
}

static bool read_oack(const struct tftp_client *c, struct agreed *a, struct rd *r)
{
	while (r->left) {
		const char *name, *value;

		if (!*r->p) { /* some servers pad */
			rd_u8(r);
			continue;
		}
		name = rd_cstr(r);
		value = rd_cstr(r);
		if (r->bad || !take_option(c, a, slice_of(name), slice_of(value)))
			return false;
	}
	return true;
}

static void on_oack(struct tftp_client *c, uint64_t now_ns, struct rd *r, struct tftp_out *out)
{
	struct agreed a = { 0 };

	if (c->state == TFTP_STATE_AGREED) { /* our ACK was lost; no progress, so no more time */
		send_ack(c, out);
		c->may_time = false;
		return;
	}
	if (c->state != TFTP_STATE_REQUESTED)
		return;
	if (c->plain || !read_oack(c, &a, r)) {
		refuse_option(c, out);
		return;
	}
	measure(c, now_ns);
	c->state = TFTP_STATE_AGREED;
	if (a.has_blksize)
		c->blksize = (uint16_t)a.blksize;
	if (a.has_window)
		c->window = (uint16_t)a.window;
	if (!a.has_timeout)
		c->cfg.timeout_s = 0;
	c->has_tsize = a.has_tsize;
	c->tsize = a.tsize;
	made_progress(c, now_ns);
	send_ack(c, out);
	sent_new(c, now_ns);
}

/* The next block in order. */
static void take_block(struct tftp_client *c, uint64_t now_ns, struct rd *r, struct tftp_out *out)
{
	bool last = r->left < c->blksize;

	if (r->left > c->blksize) {
		send_error(out, TFTP_TO_SERVER, TFTP_ERR_ILLEGAL, "a block longer than agreed");
		fail(c, TFTP_FAIL_PROTOCOL);
		return;
	}
	/* What is shorter than it was said to be was cut on its way. */
	if (last && c->has_tsize && c->bytes + r->left < c->tsize) {
		send_error(out, TFTP_TO_SERVER, TFTP_ERR_ILLEGAL, "the file ends before its size");
		fail(c, TFTP_FAIL_SHORT);
		return;
	}
	if (!c->n_unacked)
		measure(c, now_ns);
	out->data = r->p;
	out->data_len = r->left;
	out->offset = c->bytes;
	c->bytes += r->left;
	c->n_blocks++;
	c->n_unacked++;
	c->gap_told = false;
	c->state = last ? TFTP_STATE_DONE : TFTP_STATE_RECEIVING;
	made_progress(c, now_ns);
	if (last || c->n_unacked >= c->window) {
		c->n_unacked = 0;
		send_ack(c, out);
		sent_new(c, now_ns);
	}
	if (last)
		c->deadline_ns = NEVER;
}

/* A block is missing: the server is to go back to it (RFC 7440 4). In lock step it cannot be. */
static void on_gap(struct tftp_client *c, uint64_t now_ns, struct tftp_out *out)
{
	if (c->window == 1 || c->gap_told)
		return;
	c->gap_told = true;
	c->n_unacked = 0;
	send_ack(c, out);
	sent_again(c, now_ns);
}

static void on_data(struct tftp_client *c, uint64_t now_ns, struct rd *r, struct tftp_out *out)
{
	uint16_t block = rd_be16(r);
	uint16_t ahead = (uint16_t)(block - (uint16_t)(c->n_blocks + c->n_skipped + 1));

	if (r->bad)
		return;
	if (c->state == TFTP_STATE_REQUESTED) { /* it knows no options */
		if (ahead)
			return;
		c->cfg.timeout_s = 0;
	}
	/* Block 65535 is followed by 0, but there are servers that go on with 1. */
	if (ahead == 1 && block == 1 && c->n_blocks && c->window == 1) {
		c->n_skipped++;
		ahead = 0;
	}
	if (c->state != TFTP_STATE_DONE && ahead == 0) {
		take_block(c, now_ns, r, out);
	} else if (ahead == UINT16_MAX && !c->n_unacked && c->n_blocks) {
		/* The block that we acknowledged last. */
		if (now_ns - c->sent_ns < c->srtt_ns)
			return;
		send_ack(c, out);
		c->sent_ns = now_ns;
		c->may_time = false;
	} else if (c->state != TFTP_STATE_DONE && ahead < 0x8000) {
		on_gap(c, now_ns, out);
	}
}

static void on_error(struct tftp_client *c, uint64_t now_ns, struct rd *r, struct tftp_out *out)
{
	struct text t = TEXT_INIT(c->message);
	uint16_t error = rd_be16(r);
	size_t n;

	if (r->bad || tftp_client_is_over(c))
		return;
	if (error == TFTP_ERR_OPTION && c->state == TFTP_STATE_REQUESTED && !c->plain) {
		/* It refuses options instead of ignoring them (RFC 2347): without them. */
		c->request_len = c->plain_len;
		c->plain = true;
		send_request(c, out);
		sent_new(c, now_ns);
		return;
	}
	c->error = error;
	n = strnlen((const char *)r->p, r->left);
	text_add(&t, (struct slice){ (const char *)r->p, n });
	fail(c, TFTP_FAIL_ERROR);
}

void tftp_client_input(struct tftp_client *c, uint64_t now_ns, bool from_server, uint16_t port,
		       const uint8_t *buf, size_t len, struct tftp_out *out)
{
	struct rd r = RD_INIT(buf, len);
	uint16_t op = rd_be16(&r);

	*out = (struct tftp_out){ .to = TFTP_TO_NOBODY };
	if (r.bad || c->state == TFTP_STATE_FAILED)
		return;
	if (!from_server || (c->tid && port != c->tid)) {
		/* RFC 1350 4: a stranger is told, and our transfer is not disturbed. */
		if (op != TFTP_ERROR)
			send_error(out, TFTP_TO_SENDER, TFTP_ERR_TID, "unknown transfer ID");
		return;
	}
	switch (op) {
	case TFTP_OACK:
	case TFTP_DATA:
	case TFTP_ERROR:
		c->tid = port;
		break;
	default: /* anything that a client is not sent */
		return;
	}
	if (op == TFTP_OACK)
		on_oack(c, now_ns, &r, out);
	else if (op == TFTP_DATA)
		on_data(c, now_ns, &r, out);
	else
		on_error(c, now_ns, &r, out);
}

void tftp_client_step(struct tftp_client *c, uint64_t now_ns, struct tftp_out *out)
{
	*out = (struct tftp_out){ .to = TFTP_TO_NOBODY };
	if (now_ns < c->deadline_ns)
		return;
	if (now_ns - c->progress_ns >= GIVE_UP_NS) {
		fail(c, TFTP_FAIL_TIMEOUT);
		return;
	}
	c->wait_ns = clamp(c->wait_ns * 2, 1, WAIT_MAX_NS);
	if (c->state == TFTP_STATE_REQUESTED) {
		send_request(c, out);
	} else {
		c->n_unacked = 0;
		send_ack(c, out);
	}
	sent_again(c, now_ns);
}

void tftp_client_abort(struct tftp_client *c, enum tftp_error error, const char *message,
		       struct tftp_out *out)
{
	*out = (struct tftp_out){ .to = TFTP_TO_NOBODY };
	if (c->state == TFTP_STATE_FAILED)
		return;
	send_error(out, TFTP_TO_SERVER, error, message);
	fail(c, TFTP_FAIL_ABORTED);
}

bool tftp_client_is_over(const struct tftp_client *c)
{
	return c->state == TFTP_STATE_DONE || c->state == TFTP_STATE_FAILED;
}

const char *tftp_error_name(uint16_t error)
{
	static const char *const names[] = {
		[TFTP_ERR_UNDEFINED] = "undefined error",  [TFTP_ERR_NOT_FOUND] = "file not found",
		[TFTP_ERR_ACCESS] = "access violation",    [TFTP_ERR_FULL] = "disk full",
		[TFTP_ERR_ILLEGAL] = "illegal operation",  [TFTP_ERR_TID] = "unknown transfer ID",
		[TFTP_ERR_EXISTS] = "file already exists", [TFTP_ERR_USER] = "no such user",
		[TFTP_ERR_OPTION] = "option refused",
	};

	return error < sizeof(names) / sizeof(names[0]) ? names[error] : "unknown error code";
}
