/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of ICMP (RFC 792, RFC 1122 3.2.2)
 *
 * Active: in the middle of a transfer come echo requests, errors and others.
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/tftp.h"

#define SECOND UINT64_C(1000000000)

enum {
	TYPE_SOURCE_QUENCH = 4, /* RFC 792 */
	TYPE_REDIRECT = 5,
	TYPE_TIMESTAMP = 13,
	TYPE_TIMESTAMP_REPLY = 14,
	TYPE_UNKNOWN = 42,
	QUOTE_MIN = 28, /* RFC 792: a header, and 64 bits of what follows */
};

/* The message, if it is a whole one. */
static bool icmp_of(struct icmp_hdr *out, struct slice *data, const struct trace_frame *f)
{
	size_t hlen = (size_t)(block_ip_byte(f, 0) & 15) * 4, total = block_ip_be16(f, 2);

	if (f->eth.type != ETH_TYPE_IPV4 || !f->has_ip || f->ip.proto != IP_PROTO_ICMP ||
	    f->ip.frag_offset || f->ip.more_fragments || total < hlen ||
	    f->raw.len < ETH_HLEN + total)
		return false;
	return !icmp_decode(out, data, f->raw.p + ETH_HLEN + hlen, total - hlen);
}

static bool has_type(const struct trace_frame *f, uint8_t type)
{
	struct icmp_hdr h;
	struct slice data;

	return icmp_of(&h, &data, f) && h.type == type;
}

static bool is_sent(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice data;

	return !f->to_guest && icmp_of(&h, &data, f);
}

/* --- echo --- */

static bool is_echo(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP_ECHO && !mac_is_group(&f->eth.dst) &&
	       !f->ip.more_fragments;
}

static bool is_good_echo(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice data;

	return is_echo(f) && icmp_of(&h, &data, f) && h.checksum_ok;
}

static bool is_bad_echo(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice data;

	return is_echo(f) && icmp_of(&h, &data, f) && !h.checksum_ok;
}

static bool is_echo_for_all(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP_ECHO && mac_is_group(&f->eth.dst);
}

/* The reply with the identifier and number of @echo; NULL: there is none. */
static const struct trace_frame *find_reply(const Trace *t, const struct trace_frame *echo)
{
	const struct trace_frame *f = echo + 1;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;
	struct icmp_hdr q, a;
	struct slice data;

	if (!icmp_of(&q, &data, echo))
		return NULL;
	for (; f < end; f++)
		if (!f->to_guest && icmp_of(&a, &data, f) && a.type == ICMP_ECHO_REPLY &&
		    a.rest == q.rest)
			return f;
	return NULL;
}

/* What is wrong with a reply beside its checksum; NULL: nothing. */
static const char *wrong_in_reply(const struct trace_frame *echo, const struct trace_frame *reply)
{
	struct icmp_hdr q, a;
	struct slice asked, said;

	if (!icmp_of(&q, &asked, echo) || !icmp_of(&a, &said, reply))
		return "it cannot be read";
	if (asked.len != said.len || (said.len && memcmp(asked.p, said.p, said.len)))
		return "it has other data than the request";
	if (reply->ip.src != echo->ip.dst || reply->ip.dst != echo->ip.src)
		return "it is not from whom was asked to who asked";
	return NULL;
}

static void echo_is_answered(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *reply = NULL;
	unsigned n = 0;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_good_echo, &i); f;
	     f = judge_next(t, i + 1, is_good_echo, &i)) {
		const char *wrong;

		reply = find_reply(t, f);
		wrong = reply ? wrong_in_reply(f, reply) : "no reply comes";
		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, reply ? reply : f, "%s", wrong);
			judge_add_frame(out, reply ? f : NULL);
			return;
		}
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, reply, "%u of %u answered", n, n);
}

/* The sizes of data whose replies have a wrong checksum are listed. */
static void echo_checksums(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GString) sizes = g_string_new(NULL);
	const struct trace_frame *f, *reply, *bad = NULL, *good = NULL;
	struct icmp_hdr h;
	struct slice data;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_good_echo, &i); f;
	     f = judge_next(t, i + 1, is_good_echo, &i)) {
		reply = find_reply(t, f);
		if (!reply || !icmp_of(&h, &data, reply))
			continue;
		if (h.checksum_ok) {
			good = reply;
			continue;
		}
		bad = bad ? bad : reply;
		g_string_append_printf(sizes, " %zu", data.len);
	}
	if (bad)
		judge_saw(out, JUDGE_SAW_BROKEN, bad, "the checksum is wrong with%s bytes of data",
			  sizes->str);
	else if (good)
		judge_saw(out, JUDGE_SAW_KEPT, good, "all are right");
}

/* No message of ICMP goes out after @f, in two seconds or before the next such. */
static const struct trace_frame *next_sent(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *o = f + 1;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;

	for (; o < end && o->t_ns - f->t_ns < 2 * SECOND; o++) {
		struct icmp_hdr h;
		struct slice data;

		if (is_sent(o))
			return o;
		if (o->to_guest && icmp_of(&h, &data, o))
			break;
	}
	return NULL;
}

/* It says nothing to @is, and goes on to the same payload. */
static void is_ignored(struct judgement *out, const Trace *t, const Trace *control,
		       block_is_odd *is)
{
	const struct trace_frame *f, *answer;
	guint i;

	block_survived(out, t, control, is);
	if (out->saw != JUDGE_SAW_KEPT)
		return;
	for (f = judge_next(t, 0, is, &i); f; f = judge_next(t, i + 1, is, &i)) {
		answer = next_sent(t, f);
		if (!answer)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, answer, "it answers");
		judge_add_frame(out, f);
		return;
	}
}

static void bad_echo(struct judgement *out, const Trace *t, const Trace *control)
{
	/* Who never answers shows nothing. */
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_good_echo, &i);
	if (f && find_reply(t, f))
		is_ignored(out, t, control, is_bad_echo);
}

static void echo_for_all(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_echo_for_all, &i);
	if (f && judge_payload_report(control))
		judge_saw(out, JUDGE_SAW_VALUE, f, "%s",
			  find_reply(t, f) ? "it answers" : "it does not answer");
}

static bool is_timestamp(const struct trace_frame *f)
{
	return f->to_guest && has_type(f, TYPE_TIMESTAMP);
}

static bool is_timestamp_reply(const struct trace_frame *f)
{
	return !f->to_guest && has_type(f, TYPE_TIMESTAMP_REPLY);
}

static void timestamp(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i, k;

	f = judge_next(t, 0, is_timestamp, &i);
	if (f && judge_payload_report(control))
		judge_saw(out, JUDGE_SAW_VALUE, f, "%s",
			  judge_next(t, i, is_timestamp_reply, &k) ? "it answers"
								   : "it does not answer");
}

/* --- an echo in fragments --- */

static bool is_first_fragment(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->ip.proto == IP_PROTO_ICMP && f->ip.more_fragments &&
	       !f->ip.frag_offset;
}

/* Bytes behind the IP header of what the guest sends as pieces of one packet of ICMP. */
static size_t fragments_sent(const Trace *t, const struct trace_frame **first)
{
	const struct trace_frame *f;
	size_t len = 0;

	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (!f->to_guest && f->has_ip && f->ip.proto == IP_PROTO_ICMP &&
		    (f->ip.more_fragments || f->ip.frag_offset)) {
			*first = *first ? *first : f;
			len += (size_t)block_ip_be16(f, 2) - IPV4_HLEN_MIN;
		}
	return len;
}

static void echo_in_fragments(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *reply = NULL;
	size_t asked = 0, said;
	guint i, k;

	f = judge_next(t, 0, is_first_fragment, &i);
	if (!f || !judge_payload_report(control))
		return;
	for (k = i; k < t->frames->len; k++) {
		const struct trace_frame *o = trace_frame(t, k);

		if (o->to_guest && o->has_ip && o->ip.id == f->ip.id &&
		    o->ip.proto == IP_PROTO_ICMP)
			asked += (size_t)block_ip_be16(o, 2) - IPV4_HLEN_MIN;
	}
	said = fragments_sent(t, &reply);
	judge_saw(out, reply && said == asked ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
		  reply ? reply : f, "%zu of %zu bytes come back", said, asked);
	judge_add_frame(out, reply ? f : NULL);
}

/* --- errors, and what else there is --- */

static bool is_unknown(const struct trace_frame *f)
{
	return f->to_guest && has_type(f, TYPE_UNKNOWN);
}

static bool is_source_quench(const struct trace_frame *f)
{
	return f->to_guest && has_type(f, TYPE_SOURCE_QUENCH);
}

static bool is_redirect(const struct trace_frame *f)
{
	return f->to_guest && has_type(f, TYPE_REDIRECT);
}

static bool is_unreachable(const struct trace_frame *f)
{
	return f->to_guest && has_type(f, ICMP_UNREACHABLE);
}

static bool is_truncated_quote(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice data;

	return f->to_guest && icmp_of(&h, &data, f) && h.type == ICMP_UNREACHABLE &&
	       data.len < QUOTE_MIN;
}

static void unknown_type(struct judgement *out, const Trace *t, const Trace *control)
{
	is_ignored(out, t, control, is_unknown);
}

static void error_is_not_answered(struct judgement *out, const Trace *t, const Trace *control)
{
	is_ignored(out, t, control, is_unreachable);
}

static void source_quench(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived_in_time(out, t, control, is_source_quench);
}

static void unreachable_is_survived(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_unreachable);
}

static void truncated_quote(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_truncated_quote);
}

/* All that follows goes to the same hardware address as before. */
static void redirect(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *before = NULL;
	guint i, k;

	f = judge_next(t, 0, is_redirect, &i);
	if (!f)
		return;
	for (k = 0; k < t->frames->len; k++) {
		const struct trace_frame *o = trace_frame(t, k);

		if (o->to_guest || o->kind != FRAME_TFTP_ACK)
			continue;
		if (k > i && before && !mac_equal(&o->eth.dst, &before->eth.dst)) {
			judge_saw(out, JUDGE_SAW_BROKEN, o, "it goes to another hardware address");
			judge_add_frame(out, f);
			return;
		}
		before = k < i ? o : before;
	}
	block_survived(out, t, control, is_redirect);
}

/* --- a server that is not there --- */

static bool is_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_TFTP_RRQ;
}

/* The first request for another file than that of the request before frame @i; NULL: none. */
static const struct trace_frame *next_file(const Trace *t, guint i)
{
	const struct trace_frame *f, *before = NULL;

	for (guint k = 0; (f = trace_frame(t, k)); k++) {
		if (!is_rrq(f))
			continue;
		if (k > i && before && !tftp_same_text(f->tftp->file, before->tftp->file))
			return f;
		before = k < i ? f : before;
	}
	return NULL;
}

/* Another file is asked for, or the boot's end, comes within two seconds. */
static void port_is_reported(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *rrq;
	const struct trace_event *ending = trace_event(t, "ending", NULL);
	uint64_t next_ns;
	guint i;

	f = judge_next(t, 0, is_unreachable, &i);
	if (!f || !ending || !judge_payload_report(control))
		return;
	rrq = next_file(t, i);
	next_ns = rrq ? rrq->t_ns : ending->t_ns;
	judge_saw(out, next_ns - f->t_ns < 2 * SECOND ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
		  "%s after %" G_GUINT64_FORMAT " ms",
		  rrq ? "another file is asked for" : "it gives up", (next_ns - f->t_ns) / 1000000);
}

const struct judge judge_icmp[] = {
	JUDGE_PAIR("icmp.echo.reply", echo_is_answered),
	JUDGE_PAIR("icmp.echo.checksum-any-size", echo_checksums),
	JUDGE_PAIR("icmp.echo.fragmented", echo_in_fragments),
	JUDGE_PAIR("icmp.checksum.bad", bad_echo),
	JUDGE_PAIR("icmp.echo.broadcast", echo_for_all),
	JUDGE_PAIR("icmp.type.unknown", unknown_type),
	JUDGE_PAIR("icmp.timestamp", timestamp),
	JUDGE_PAIR("icmp.unreach.port-reported", port_is_reported),
	JUDGE_PAIR("icmp.unreach.host-soft", unreachable_is_survived),
	JUDGE_PAIR("icmp.unreach.spoofed-quote", unreachable_is_survived),
	JUDGE_PAIR("icmp.redirect.foreign", redirect),
	JUDGE_PAIR("icmp.source-quench", source_quench),
	JUDGE_PAIR("icmp.error.no-error-reply", error_is_not_answered),
	JUDGE_PAIR("icmp.unreach.truncated-quote", truncated_quote),
	JUDGE_END,
};
