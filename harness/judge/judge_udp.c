/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of UDP (RFC 768, RFC 1122 4.1)
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/tftp.h"
#include "server/impair_frame.h"

enum {
	PORT_CLOSED = 9, /* discard: nobody listens there */
};

static bool is_datagram(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && f->has_ip && !tftp_is_long_request(f);
}

static char *checksum_is_right(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	switch (f->udp.checksum) {
	case UDP_CHECKSUM_GOOD:
		return NULL;
	case UDP_CHECKSUM_NONE:
		return g_strdup("it has no checksum");
	case UDP_CHECKSUM_BAD:
		break;
	}
	return g_strdup("its checksum is wrong");
}

static bool is_spoilt(const struct trace_frame *f)
{
	return f->to_guest && f->has_udp && f->udp.checksum == UDP_CHECKSUM_BAD;
}

/* What arrives with a wrong checksum must not get into what is started. */
static void bad_is_dropped(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_spoilt, &i);
	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

/* The field is 0, and so would be the sum: then it is to be sent as 0xffff (RFC 768). */
static char *zero_is_ffff(const Trace *t, const struct trace_frame *f)
{
	uint8_t pseudo[4] = { 0, IP_PROTO_UDP };
	size_t l4 = ETH_HLEN + (size_t)(block_ip_byte(f, 0) & 15) * 4;
	size_t len = block_ip_be16(f, l4 - ETH_HLEN + UDP_LENGTH);
	uint32_t sum;

	(void)t;
	if (f->udp.checksum != UDP_CHECKSUM_NONE || f->raw.len < l4 + len)
		return NULL;
	pseudo[2] = (uint8_t)(len >> 8);
	pseudo[3] = (uint8_t)len;
	sum = ip_checksum_add(0, pseudo, sizeof(pseudo));
	sum = ip_checksum_add(sum, f->raw.p + ETH_HLEN + IP_ADDRESSES, 8);
	sum = ip_checksum_add(sum, f->raw.p + l4, len);
	return ip_checksum_fold(sum) ? NULL : g_strdup("a checksum of 0 is sent as none");
}

/* --- checksum and length of what it is sent --- */

static bool has_no_checksum(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_DATA && f->udp.checksum == UDP_CHECKSUM_NONE;
}

static bool is_whole_ipv4_udp(const struct trace_frame *f)
{
	return f->to_guest && f->eth.type == ETH_TYPE_IPV4 && block_ip_byte(f, 0) == 0x45 &&
	       block_ip_byte(f, 9) == IP_PROTO_UDP && !(block_ip_be16(f, 6) & 0x3fff) &&
	       f->len >= ETH_HLEN + (size_t)block_ip_be16(f, 2);
}

static size_t length_field(const struct trace_frame *f)
{
	return block_ip_be16(f, IPV4_HLEN_MIN + UDP_LENGTH);
}

static bool is_longer_than_packet(const struct trace_frame *f)
{
	return is_whole_ipv4_udp(f) && length_field(f) + IPV4_HLEN_MIN > block_ip_be16(f, 2);
}

static bool is_shorter_than_header(const struct trace_frame *f)
{
	return is_whole_ipv4_udp(f) && length_field(f) < UDP_HLEN;
}

static bool is_shorter_than_packet(const struct trace_frame *f)
{
	return is_whole_ipv4_udp(f) && f->kind == FRAME_TFTP_DATA &&
	       length_field(f) + IPV4_HLEN_MIN < block_ip_be16(f, 2);
}

static void no_checksum(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, has_no_checksum);
}

static void longer_than_packet(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_longer_than_packet);
}

static void shorter_than_header(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_shorter_than_header);
}

static void shorter_than_packet(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, is_shorter_than_packet);
	if (out->saw == JUDGE_SAW_KEPT)
		block_survived(out, t, control, is_shorter_than_packet);
}

/* --- over IPv6 --- */

static bool is_v6_without_checksum(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip6 && f->has_udp && f->kind == FRAME_TFTP_DATA &&
	       f->udp.checksum == UDP_CHECKSUM_NONE;
}

static bool is_v6_spoilt(const struct trace_frame *f)
{
	return f->has_ip6 && f->kind == FRAME_TFTP_DATA && is_spoilt(f);
}

static void v6_without_checksum(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_v6_without_checksum);
}

static void v6_spoilt(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_v6_spoilt);
}

/* --- ports --- */

static bool is_for_closed_port(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->has_udp && f->udp.dport == PORT_CLOSED &&
	       f->udp.sport;
}

static bool is_alone_for_closed_port(const struct trace_frame *f)
{
	return is_for_closed_port(f) && !mac_is_group(&f->eth.dst);
}

static bool is_for_closed_port_of_all(const struct trace_frame *f)
{
	return is_for_closed_port(f) && mac_is_group(&f->eth.dst);
}

static bool is_from_port_zero(const struct trace_frame *f)
{
	return f->to_guest && f->has_udp && !f->udp.sport;
}

/* That nobody listens at the port of @about, which it quotes; NULL: it does not say so. */
static const struct trace_frame *find_unreachable(const Trace *t, const struct trace_frame *about)
{
	const struct trace_frame *f = about + 1;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;

	for (; f < end; f++)
		if (!f->to_guest && f->kind == FRAME_ICMP_UNREACHABLE &&
		    block_ip_byte(f, 21) == 3 && block_ip_be16(f, 28 + 20) == about->udp.sport)
			return f;
	return NULL;
}

static void closed_port(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *error;
	guint i;

	f = judge_next(t, 0, is_alone_for_closed_port, &i);
	if (!f || !judge_payload_report(control))
		return;
	error = find_unreachable(t, f);
	if (error)
		judge_saw(out, JUDGE_SAW_KEPT, error, "port unreachable, it says");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it does not say that nobody is there");
	judge_add_frame(out, error ? f : NULL);
}

static void closed_port_of_all(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *error;
	guint i;

	f = judge_next(t, 0, is_for_closed_port_of_all, &i);
	if (!f || !judge_payload_report(control))
		return;
	error = find_unreachable(t, f);
	if (error)
		judge_saw(out, JUDGE_SAW_BROKEN, error, "it answers a broadcast with ICMP");
	else
		judge_saw(out, JUDGE_SAW_KEPT, f, "it says nothing to a broadcast");
	judge_add_frame(out, error ? f : NULL);
}

static bool is_to_port_zero(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && !f->udp.dport;
}

static void from_port_zero(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *answer;
	guint i;

	block_survived(out, t, control, is_from_port_zero);
	answer = judge_next(t, 0, is_to_port_zero, &i);
	if (out->saw == JUDGE_SAW_KEPT && answer)
		judge_saw(out, JUDGE_SAW_BROKEN, answer, "it answers to port 0");
}

/* --- noise --- */

static bool is_noise(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->kind == FRAME_UDP && mac_is_group(&f->eth.dst);
}

static bool is_filler(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->kind == FRAME_UDP && !mac_is_group(&f->eth.dst);
}

static void noise(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_noise);
}

static void burst(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_filler);
}

const struct judge judge_udp[] = {
	JUDGE_EACH("udp.checksum.tx-valid", is_datagram, checksum_is_right),
	JUDGE_EACH("udp.checksum.tx-ffff", is_datagram, zero_is_ffff),
	JUDGE_PAIR("udp.checksum.bad-drop", bad_is_dropped),
	JUDGE_PAIR("udp.checksum.zero-accept", no_checksum),
	JUDGE_PAIR("udp6.checksum.zero-drop", v6_without_checksum),
	JUDGE_PAIR("udp6.checksum.bad-drop", v6_spoilt),
	JUDGE_PAIR("udp.len.gt-payload", longer_than_packet),
	JUDGE_PAIR("udp.len.lt-payload", shorter_than_packet),
	JUDGE_PAIR("udp.len.lt-8", shorter_than_header),
	JUDGE_PAIR("udp.port.closed-unreach", closed_port),
	JUDGE_PAIR("udp.port.closed-broadcast-silent", closed_port_of_all),
	JUDGE_PAIR("udp.src.port-zero", from_port_zero),
	JUDGE_PAIR("udp.noise", noise),
	JUDGE_PAIR("udp.burst", burst),
	JUDGE_END,
};
