/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of IPv6 (RFC 8200) and ICMPv6 (RFC 4443) in the middle of a transfer
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/dhcp6.h"
#include "harness/judge/ip6.h"

enum {
	ICMP6_TOO_BIG = 2,       /* RFC 4443 3.2 */
	ICMP6_PARAMETER = 4,     /* 3.4 */
	CODE_UNKNOWN_OPTION = 2, /* 3.4 */
	OPT_ACTION = 0xc0,       /* RFC 8200 4.2: the highest bits of an option's type */
	OPT_SKIP = 0x00,
	OPT_DISCARD = 0x40,
	OPT_PADN = 1,
	PORT_CLOSED = 9, /* discard: nobody listens there */
	MTU_LOW = 1280,  /* that these cases tell */
	/* Places in a packet */
	AT_NEXT = 6,
	AT_OPTION = IPV6_HLEN + 2, /* type of the first option in the first extension header */
};

/* --- what is to be dropped --- */

static bool is_v6_to_guest(const struct trace_frame *f)
{
	return f->to_guest && f->eth.type == ETH_TYPE_IPV6;
}

static bool is_longer_than_frame(const struct trace_frame *f)
{
	return is_v6_to_guest(f) && ETH_HLEN + IPV6_HLEN + (size_t)block_ip_be16(f, 4) > f->len;
}

/* To the guest's card, but for another host. */
static bool is_for_other(const struct trace_frame *f)
{
	static const struct ip6_addr other = { { 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
						 0x99 } };

	return is_v6_to_guest(f) && f->has_ip6 && ip6_equal(&f->ip6.dst, &other) && f->has_udp;
}

static void longer_than_frame(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_longer_than_frame);
}

static void for_other(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_for_other);
}

/* --- extension headers --- */

static bool has_first(const struct trace_frame *f, uint8_t next)
{
	return is_v6_to_guest(f) && block_ip_byte(f, AT_NEXT) == next;
}

static bool is_hop_by_hop(const struct trace_frame *f)
{
	return has_first(f, IP6_NEXT_HOP_BY_HOP) && f->kind == FRAME_TFTP_DATA;
}

static bool is_atomic(const struct trace_frame *f)
{
	return has_first(f, IP6_NEXT_FRAGMENT) && !block_ip_be16(f, IPV6_HLEN + 2);
}

/* An unknown option; what is to be done with its packet. */
static bool has_option(const struct trace_frame *f, uint8_t *action)
{
	uint8_t type = block_ip_byte(f, AT_OPTION);

	*action = type & OPT_ACTION;
	return has_first(f, IP6_NEXT_DESTINATION) && type > OPT_PADN;
}

static bool is_to_skip(const struct trace_frame *f)
{
	uint8_t action;

	return has_option(f, &action) && action == OPT_SKIP;
}

static bool is_to_discard(const struct trace_frame *f)
{
	uint8_t action;

	return has_option(f, &action) && action != OPT_SKIP;
}

static bool is_to_tell(const struct trace_frame *f)
{
	uint8_t action;

	return has_option(f, &action) && action != OPT_SKIP && action != OPT_DISCARD;
}

static void hop_by_hop(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, is_hop_by_hop);
}

static void atomic(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, is_atomic);
}

static bool is_complaint(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice body;

	return !f->to_guest && ip6_icmp(&h, &body, f) && h.type == ICMP6_PARAMETER &&
	       h.code == CODE_UNKNOWN_OPTION;
}

/* Skipped, dropped, or dropped with a message: the option says. */
static void options(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *told;
	guint i, k;

	block_refused(out, t, control, is_to_discard);
	if (out->saw == JUDGE_SAW_KEPT)
		block_taken(out, t, control, is_to_skip);
	if (out->saw != JUDGE_SAW_KEPT)
		return;
	for (f = judge_next(t, 0, is_to_tell, &i); f; f = judge_next(t, i + 1, is_to_tell, &i)) {
		told = judge_next(t, i, is_complaint, &k);
		if (told)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it drops the packet, and does not say so");
		return;
	}
}

static bool is_padding(const struct trace_frame *f)
{
	return (has_first(f, IP6_NEXT_DESTINATION) || has_first(f, IP6_NEXT_HOP_BY_HOP)) &&
	       block_ip_byte(f, AT_OPTION) == OPT_PADN;
}

static void padding(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_padding);
}

/* --- fragments --- */

static bool is_fragment(const struct trace_frame *f)
{
	return has_first(f, IP6_NEXT_FRAGMENT) && block_ip_be16(f, IPV6_HLEN + 2);
}

static void joined(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, is_fragment);
	if (out->saw == JUDGE_SAW_KEPT)
		block_survived(out, t, control, is_fragment);
}

static void overlapping(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_fragment);
}

/* --- ICMPv6 --- */

static bool is_echo(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP6_ECHO;
}

/* Its reply, if it came in one piece; NULL: there is none. */
static const struct trace_frame *find_reply(const Trace *t, guint i, struct slice *said)
{
	const struct trace_frame *echo = trace_frame(t, i), *f;
	struct icmp_hdr q, a;
	struct slice asked;

	if (!ip6_icmp(&q, &asked, echo))
		return NULL;
	for (; (f = trace_frame(t, i)); i++)
		if (!f->to_guest && ip6_icmp(&a, said, f) && a.type == ICMP6_ECHO_REPLY &&
		    a.rest == q.rest)
			return f;
	return NULL;
}

static const char *wrong_reply(const struct trace_frame *echo, const struct trace_frame *reply,
			       struct slice said)
{
	struct icmp_hdr h;
	struct slice asked;

	if (!reply || !ip6_icmp(&h, &asked, echo))
		return "no reply comes";
	if (asked.len != said.len || (said.len && memcmp(asked.p, said.p, said.len) != 0))
		return "the reply has other data than the request";
	if (!ip6_equal(&reply->ip6.dst, &echo->ip6.src) ||
	    !ip6_equal(&reply->ip6.src, &echo->ip6.dst))
		return "the reply is not from whom was asked to who asked";
	return ip6_icmp(&h, &said, reply) && h.checksum_ok ? NULL
							   : "the checksum of the reply is wrong";
}

static void echo(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *reply = NULL;
	unsigned n = 0;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_echo, &i); f; f = judge_next(t, i + 1, is_echo, &i), n++) {
		struct slice said = { NULL, 0 };
		const char *wrong;

		reply = find_reply(t, i, &said);
		wrong = wrong_reply(f, reply, said);
		if (!wrong)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, reply, "%s, to %zu bytes of packet", wrong,
			  f->len - ETH_HLEN);
		judge_add_frame(out, f);
		return;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, reply, "%u of %u answered", n, n);
}

static bool is_for_closed_port(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip6 && f->has_udp && f->udp.dport == PORT_CLOSED;
}

static bool is_unreachable(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice body;

	return !f->to_guest && ip6_icmp(&h, &body, f) && h.type == ICMP6_UNREACHABLE &&
	       h.code == ICMP6_CODE_PORT_UNREACHABLE;
}

static void closed_port(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *error;
	guint i, k;

	f = judge_next(t, 0, is_for_closed_port, &i);
	if (!f || !judge_payload_report(control))
		return;
	error = judge_next(t, i, is_unreachable, &k);
	judge_saw(out, error ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f, "%s",
		  error ? "port unreachable, it says" : "it does not say that nobody is there");
	judge_add_frame(out, error);
}

/* --- how large packets are --- */

/* What the guest sends behind frame @i is no larger than it may; it answers with large packets. */
static void sizes(struct judgement *out, const Trace *t, const Trace *control, guint i)
{
	const struct trace_frame *f, *odd = trace_frame(t, i);
	size_t most = 0;

	if (!judge_payload_report(control))
		return;
	for (i++; (f = trace_frame(t, i)); i++) {
		size_t len = f->len - MIN(f->len, ETH_HLEN);

		if (!ip6_is_sent(f))
			continue;
		if (len > MTU_LOW) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "a packet of %zu bytes goes out", len);
			judge_add_frame(out, odd);
			return;
		}
		if (f->ip6.has_fragment)
			most = MAX(most, len);
	}
	/* Who sends nothing large shows nothing. */
	if (most)
		judge_saw(out, JUDGE_SAW_KEPT, odd, "its fragments have up to %zu bytes", most);
}

static bool is_too_big(const struct trace_frame *f)
{
	return f->to_guest && ip6_is_icmp_type(f, ICMP6_TOO_BIG);
}

static void too_big(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;

	if (judge_next(t, 0, is_too_big, &i))
		sizes(out, t, control, i);
}

static bool tells_mtu(const struct trace_frame *f)
{
	struct ndp n;

	return f->to_guest && f->kind == FRAME_ICMP6_RA && ip6_ndp(&n, f) && n.mtu == MTU_LOW;
}

static void router_mtu(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;

	if (judge_next(t, 0, tells_mtu, &i))
		sizes(out, t, control, i);
}

const struct judge judge_ip6[] = {
	JUDGE_PAIR("ndp.ra.mtu", router_mtu),
	JUDGE_PAIR("ip6.len.gt-frame", longer_than_frame),
	JUDGE_PAIR("ip6.dst.not-us", for_other),
	JUDGE_PAIR("ip6.ext.hop-by-hop", hop_by_hop),
	JUDGE_PAIR("ip6.ext.dstopts-unknown", options),
	JUDGE_PAIR("ip6.ext.padn-loop", padding),
	JUDGE_PAIR("ip6.frag.1500", joined),
	JUDGE_PAIR("ip6.frag.overlap", overlapping),
	JUDGE_PAIR("ip6.frag.atomic", atomic),
	JUDGE_PAIR("icmp6.echo", echo),
	JUDGE_PAIR("icmp6.port-unreach", closed_port),
	JUDGE_PAIR("icmp6.too-big", too_big),
	JUDGE_END,
};
