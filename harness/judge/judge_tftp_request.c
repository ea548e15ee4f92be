/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of the read requests that a TFTP client sends (RFC 1350, 1123, 2347, 2348, 2349, 7440)
 */
#include <inttypes.h>
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/tftp.h"

enum {
	RRQ_BYTES_MAX = 512, /* RFC 2347: of the whole request */
	N_TRANSFERS_MIN = 4, /* fewer tell nothing of a series */
	OPTION_NUMBER_MAX = 1 << 30,
	UDP_LENGTH_AT = 4, /* RFC 768 */
	SLACK_MS = 50, /* that intervals may differ by: a client looks at its clock now and then */
};

#define NS_PER_MS UINT64_C(1000000)

static char *to_port_69(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (f->udp.dport == TFTP_PORT)
		return NULL;
	return g_strdup_printf("it is sent to port %u, not 69", f->udp.dport);
}

static char *mode_octet(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (tftp_name_is(f->tftp->mode, "octet"))
		return NULL;
	return g_strdup_printf("mode is \"%.*s\", not octet", (int)f->tftp->mode.len,
			       (const char *)f->tftp->mode.p);
}

static bool is_repeated(const struct tftp_pkt *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (p->opts[k].name.len == p->opts[i].name.len &&
		    !g_ascii_strncasecmp((const char *)p->opts[k].name.p,
					 (const char *)p->opts[i].name.p, p->opts[i].name.len))
			return true;
	return false;
}

static char *format(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (!f->tftp)
		return g_strdup("it is no name and mode, and then names and values in pairs, each "
				"with a zero byte behind it");
	if (f->payload.len > RRQ_BYTES_MAX)
		return g_strdup_printf("it has %zu bytes, more than 512", f->payload.len);
	for (size_t i = 0; i < f->tftp->n_opts; i++)
		if (is_repeated(f->tftp, i))
			return g_strdup_printf("option %.*s stands there twice",
					       (int)f->tftp->opts[i].name.len,
					       (const char *)f->tftp->opts[i].name.p);
	return NULL;
}

static bool is_usual_request(const struct trace_frame *f)
{
	return tftp_is_like_rrq(f) && !tftp_is_long_request(f);
}

/* Requests, and what might be one if its length were right. */
static bool is_request_or_broken(const struct trace_frame *f)
{
	return tftp_is_like_rrq(f) || (!f->to_guest && !g_strcmp0(f->broken, "udp"));
}

static char *udp_length(const Trace *t, const struct trace_frame *f)
{
	struct rd r = RD_INIT(f->payload.p - UDP_HLEN, UDP_HLEN);
	struct slice datagram;
	struct ipv4_hdr ip;
	uint16_t says;

	(void)t;
	if (f->broken && g_str_equal(f->broken, "udp"))
		return g_strdup("the length in the UDP header does not fit the packet");
	if (!f->has_ip || ipv4_decode(&ip, &datagram, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN))
		return NULL;
	rd_take(&r, UDP_LENGTH_AT);
	says = rd_be16(&r);
	if (says == datagram.len)
		return NULL;
	return g_strdup_printf("the length in the UDP header is %u, header and data have %zu bytes",
			       says, datagram.len);
}

/* What is wrong with a number that a request asks for. */
static char *number(const struct trace_frame *f, const char *name, uint64_t min, uint64_t max)
{
	const struct tftp_opt *o = tftp_option(f, name);
	uint64_t v;

	if (!o || (!tftp_number(&v, o->value, OPTION_NUMBER_MAX) && v >= min && v <= max))
		return NULL;
	return g_strdup_printf("%s is \"%.*s\"; allowed are %" PRIu64 " to %" PRIu64, name,
			       (int)o->value.len, (const char *)o->value.p, min, max);
}

/* Requests with an option, and what to ask of it. */
#define OPTION(fn, name, min, max)                                                                 \
	static bool has_##fn(const struct trace_frame *f)                                          \
	{                                                                                          \
		return tftp_is_rrq(f) && tftp_option(f, name);                                     \
	}                                                                                          \
                                                                                                   \
	static char *fn(const Trace *t, const struct trace_frame *f)                               \
	{                                                                                          \
		(void)t;                                                                           \
		return number(f, name, min, max);                                                  \
	}

OPTION(blksize, "blksize", TFTP_BLKSIZE_MIN, TFTP_BLKSIZE_MAX)
OPTION(tsize, "tsize", 0, 0)
OPTION(timeout, "timeout", TFTP_TIMEOUT_MIN_S, TFTP_TIMEOUT_MAX_S)
OPTION(windowsize, "windowsize", TFTP_WINDOW_MIN, TFTP_WINDOW_MAX)

/* --- transfer identifiers --------------------------------------------------------------------- */

/* The first RRQ of each transfer: one that comes again has the same name and the same port. */
static GPtrArray *transfers(const Trace *t)
{
	GPtrArray *found = g_ptr_array_new();
	const struct trace_frame *f, *last = NULL;
	guint i;

	for (f = judge_next(t, 0, tftp_is_rrq, &i); f; f = judge_next(t, i + 1, tftp_is_rrq, &i)) {
		if (last && last->udp.sport == f->udp.sport &&
		    tftp_same_text(last->tftp->file, f->tftp->file))
			continue;
		g_ptr_array_add(found, (void *)f);
		last = f;
	}
	return found;
}

static uint16_t port(const GPtrArray *transfers_, guint i)
{
	return ((const struct trace_frame *)transfers_->pdata[i])->udp.sport;
}

static void port_is_random(struct judgement *out, const Trace *t)
{
	g_autoptr(GPtrArray) all = transfers(t);
	uint16_t step;
	guint i;

	if (all->len < N_TRANSFERS_MIN)
		return;
	step = (uint16_t)(port(all, 1) - port(all, 0));
	for (i = 1; i + 1 < all->len; i++)
		if ((uint16_t)(port(all, i + 1) - port(all, i)) != step)
			break;
	if (i + 1 < all->len)
		judge_saw(out, JUDGE_SAW_KEPT, all->pdata[0],
			  "ports of %u transfers: %u, %u, %u, ...", all->len, port(all, 0),
			  port(all, 1), port(all, 2));
	else if (step)
		judge_saw(out, JUDGE_SAW_BROKEN, all->pdata[0],
			  "ports of %u transfers: %u, and each %u more than the last", all->len,
			  port(all, 0), step);
	else
		judge_saw(out, JUDGE_SAW_BROKEN, all->pdata[0], "%u transfers, all from port %u",
			  all->len, port(all, 0));
}

static void port_is_fresh(struct judgement *out, const Trace *t)
{
	g_autoptr(GPtrArray) all = transfers(t);

	if (all->len < 2)
		return;
	for (guint i = 0; i + 1 < all->len; i++) {
		if (port(all, i) != port(all, i + 1))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, all->pdata[i + 1],
			  "port %u is that of the transfer before", port(all, i));
		judge_add_frame(out, all->pdata[i]);
		return;
	}
	judge_saw(out, JUDGE_SAW_KEPT, all->pdata[0], "%u transfers, none from the port before",
		  all->len);
}

/* --- sent again ------------------------------------------------------------------------------- */

/* A request whose answer is lost comes again: the same one. */
static void sent_again(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *lost = NULL;
	guint i;

	if (!judge_next(control, 0, tftp_is_rrq, &i))
		return;
	for (f = judge_next(t, 0, tftp_is_any, &i); f && !(tftp_is_rrq(f) && lost);
	     f = judge_next(t, i + 1, tftp_is_any, &i))
		lost = tftp_is_rrq(f) ? f : NULL;
	if (!lost)
		return;
	if (!f)
		judge_saw(out, JUDGE_SAW_BROKEN, lost, "nothing follows the RRQ without an answer");
	else if (!tftp_same_text(lost->tftp->file, f->tftp->file))
		judge_saw(out, JUDGE_SAW_BROKEN, f, "another file is asked for instead");
	else if (lost->udp.sport != f->udp.sport)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "the RRQ comes again, from port %u and not %u",
			  f->udp.sport, lost->udp.sport);
	else
		judge_saw(out, JUDGE_SAW_KEPT, f, "the RRQ comes again after %u ms",
			  (unsigned)((f->t_ns - lost->t_ns) / NS_PER_MS));
	judge_add_frame(out, lost);
}

/* --- nobody answers --------------------------------------------------------------------------- */

/* The requests for a file to which no answer came, at the end of all others. */
static GPtrArray *unanswered(const Trace *t)
{
	GPtrArray *found = g_ptr_array_new();
	struct tftp_transfer x = { 0 };
	const struct trace_frame *last = NULL;

	while (tftp_transfer_next(&x, t)) {
		if (x.first || (last && !tftp_same_text(last->tftp->file, x.rrq->tftp->file)))
			g_ptr_array_set_size(found, 0);
		last = x.rrq;
		if (!x.first)
			g_ptr_array_add(found, (void *)x.rrq);
	}
	return found;
}

static uint64_t sent_ns(const GPtrArray *frames, guint i)
{
	return ((const struct trace_frame *)frames->pdata[i])->t_ns;
}

/* Each interval is as long as the one before, and the last longer than the first. */
static void backs_off(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) all = unanswered(t);
	uint64_t first, last = 0;

	(void)control;
	if (all->len < N_TRANSFERS_MIN)
		return;
	first = sent_ns(all, 1) - sent_ns(all, 0);
	for (guint i = 1; i < all->len; i++) {
		uint64_t now = sent_ns(all, i) - sent_ns(all, i - 1);

		if (now + NS_PER_MS * SLACK_MS < last) {
			judge_saw(out, JUDGE_SAW_BROKEN, all->pdata[i],
				  "an interval of %u ms follows one of %u ms",
				  (unsigned)(now / NS_PER_MS), (unsigned)(last / NS_PER_MS));
			return;
		}
		last = now;
	}
	judge_saw(out, 2 * last > 3 * first ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, all->pdata[0],
		  "%u requests; the first interval is %u ms, the last %u ms", all->len,
		  (unsigned)(first / NS_PER_MS), (unsigned)(last / NS_PER_MS));
}

static void gives_up(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) all = unanswered(t);
	const struct trace_event *ending = trace_event(t, "ending", NULL);

	(void)control;
	if (!all->len || !ending)
		return;
	judge_saw(out, g_str_equal(ending->name, "gave-up") ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
		  all->pdata[0], "%u requests, and %u s after the first the boot ends as %s",
		  all->len, (unsigned)((ending->t_ns - sent_ns(all, 0)) / NS_PER_MS / 1000),
		  ending->name);
}

const struct judge judge_tftp_request[] = {
	JUDGE_EACH("tftp.rrq.port-69", tftp_is_like_rrq, to_port_69),
	JUDGE_EACH("tftp.rrq.mode-octet", tftp_is_rrq, mode_octet),
	JUDGE_EACH("tftp.rrq.format", is_usual_request, format),
	JUDGE_EACH("tftp.rrq.udp-length", is_request_or_broken, udp_length),
	JUDGE_EACH("tftp.rrq.blksize-range", has_blksize, blksize),
	JUDGE_EACH("tftp.rrq.tsize-zero", has_tsize, tsize),
	JUDGE_EACH("tftp.rrq.timeout-range", has_timeout, timeout),
	JUDGE_EACH("tftp.rrq.windowsize-range", has_windowsize, windowsize),
	JUDGE_BOOT("tftp.rrq.tid-random", port_is_random),
	JUDGE_BOOT("tftp.rrq.tid-fresh", port_is_fresh),
	JUDGE_PAIR("tftp.rrq.retransmit", sent_again),
	JUDGE_PAIR("tftp.rrq.backoff", backs_off),
	JUDGE_PAIR("tftp.rrq.giveup", gives_up),
	JUDGE_END,
};
