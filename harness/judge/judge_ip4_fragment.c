/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of fragments: how a client puts packets of IPv4 together (RFC 791 3.2, RFC 1122 3.3.2)
 *
 * Active: a block of a transfer comes in pieces; each scenario has its way of cutting them.
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"

#define FLAG_MF_AND_OFFSET 0x3fff

/* Also of one that lies about its length. */
static bool is_fragment(const struct trace_frame *f)
{
	return f->to_guest && f->eth.type == ETH_TYPE_IPV4 && block_ip_byte(f, 0) == 0x45 &&
	       (block_ip_be16(f, 6) & FLAG_MF_AND_OFFSET);
}

static bool is_fragment_of_udp(const struct trace_frame *f)
{
	return is_fragment(f) && block_ip_byte(f, 9) == IP_PROTO_UDP;
}

static bool is_fragment_of_icmp(const struct trace_frame *f)
{
	return is_fragment(f) && block_ip_byte(f, 9) == IP_PROTO_ICMP;
}

/* Put together, and rightly. */
static void joined(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, is_fragment_of_udp);
	if (out->saw == JUDGE_SAW_KEPT)
		block_survived(out, t, control, is_fragment_of_udp);
}

/* Whatever it makes of them, nothing else comes into what is started. */
static void harmless(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_fragment);
}

/* Two that are not of one packet. */
static void not_joined(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_fragment_of_icmp);
}

/* The third one fills the hole between the first two: only then there is something to take. */
static void hole(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *first;
	guint i, n = 1;
	uint16_t block;

	first = judge_next(t, 0, is_fragment_of_udp, &i);
	if (!first || !judge_payload_report(control))
		return;
	block = block_awaited(t, i);
	for (i++; n < 3 && (f = trace_frame(t, i)); i++) {
		n += is_fragment_of_udp(f) ? 1 : 0;
		if (!f->to_guest && f->kind == FRAME_TFTP_ACK && f->block == block) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "ACK %u comes while a piece is missing still", block);
			judge_add_frame(out, first);
			return;
		}
	}
	if (n == 3)
		joined(out, t, control);
}

const struct judge judge_ip4_fragment[] = {
	JUDGE_PAIR("ip4.frag.two-in-order", joined),
	JUDGE_PAIR("ip4.frag.out-of-order", joined),
	JUDGE_PAIR("ip4.frag.hole", hole),
	JUDGE_PAIR("ip4.frag.duplicate", joined),
	JUDGE_PAIR("ip4.frag.duplicate-last", joined),
	JUDGE_PAIR("ip4.frag.overlap", harmless),
	JUDGE_PAIR("ip4.frag.interleaved", joined),
	JUDGE_PAIR("ip4.frag.protocol-in-key", not_joined),
	JUDGE_PAIR("ip4.frag.ping-of-death", harmless),
	JUDGE_PAIR("ip4.frag.lying-length", harmless),
	JUDGE_PAIR("ip4.frag.tiny-first", harmless),
	JUDGE_PAIR("ip4.frag.incomplete-flood", harmless),
	JUDGE_PAIR("ip4.frag.emtu-r", joined),
	JUDGE_END,
};
