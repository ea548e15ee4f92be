/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of Ethernet: addresses, padding, and frames of other sizes and types than expected
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"

enum {
	TYPE_VLAN = 0x8100,     /* IEEE 802.1Q 9.4 */
	PADDED_LEN = 60,        /* shorter ones have padding (IEEE 802.3 4.2.3.3) */
	RUNT_LEN_MAX = 15,      /* header, and hardly anything behind it */
	FRAME_LEN_USUAL = 1514, /* RFC 894: 1500 behind the header */
};

/* --- what it sends --- */

static bool is_sent(const struct trace_frame *f)
{
	return !f->to_guest;
}

static bool is_sent_dhcp(const struct trace_frame *f)
{
	return !f->to_guest && f->dhcp;
}

/* The address is one that the guest names in DHCP, as that of its card. */
static void source_is_its_own(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f, *d;
	guint i, k;

	if (!judge_next(t, 0, is_sent_dhcp, &k))
		return;
	for (f = judge_next(t, 0, is_sent, &i); f; f = judge_next(t, i + 1, is_sent, &i)) {
		for (d = judge_next(t, 0, is_sent_dhcp, &k);
		     d && memcmp(d->dhcp->chaddr, f->eth.src.b, ETH_ALEN);
		     d = judge_next(t, k + 1, is_sent_dhcp, &k))
			;
		if (!d) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "it comes from an address that is not its card's");
			return;
		}
	}
	judge_saw(out, JUDGE_SAW_KEPT, judge_next(t, 0, is_sent, &i), "all frames");
}

static bool has_padding(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip && f->raw.len == f->len &&
	       f->len > ETH_HLEN + (size_t)block_ip_be16(f, 2);
}

static char *padding_is_zero(const Trace *t, const struct trace_frame *f)
{
	size_t at = ETH_HLEN + (size_t)block_ip_be16(f, 2);

	(void)t;
	for (; at < f->raw.len; at++)
		if (f->raw.p[at])
			return g_strdup_printf("byte %zu, behind the packet, is 0x%02x", at,
					       f->raw.p[at]);
	return NULL;
}

/* --- what it is sent --- */

static bool has_trailer(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->len > PADDED_LEN &&
	       f->len > ETH_HLEN + (size_t)block_ip_be16(f, 2);
}

static bool is_datagram(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->has_udp && !f->dhcp;
}

/* The address 02:00:00:00:00:99 is nobody's. */
static bool is_for_other(const struct trace_frame *f)
{
	static const struct mac other = { { 2, 0, 0, 0, 0, 0x99 } };

	return is_datagram(f) && mac_equal(&f->eth.dst, &other);
}

static bool is_for_all(const struct trace_frame *f)
{
	return is_datagram(f) && mac_is_group(&f->eth.dst) && f->ip.dst >> 28 < 0xe &&
	       (f->ip.dst & 0xff) != 0xff;
}

static bool has_tag(const struct trace_frame *f)
{
	return f->to_guest && f->eth.type == TYPE_VLAN;
}

static bool is_unknown(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_OTHER && f->eth.type != TYPE_VLAN &&
	       f->len > RUNT_LEN_MAX && f->len <= FRAME_LEN_USUAL;
}

static bool is_runt(const struct trace_frame *f)
{
	return f->to_guest && f->len <= RUNT_LEN_MAX;
}

static bool is_jumbo(const struct trace_frame *f)
{
	return f->to_guest && f->len > FRAME_LEN_USUAL;
}

static void trailer(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, has_trailer);
	if (out->saw == JUDGE_SAW_KEPT)
		block_survived(out, t, control, has_trailer);
}

static void for_other(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_for_other);
}

static void for_all(struct judgement *out, const Trace *t, const Trace *control)
{
	block_refused(out, t, control, is_for_all);
}

static void tag(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, has_tag);
}

static void unknown(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_unknown);
}

static void runt(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_runt);
}

static void jumbo(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_jumbo);
}

const struct judge judge_eth[] = {
	JUDGE_BOOT("eth.src-mac.matches-device", source_is_its_own),
	JUDGE_EACH("eth.pad.no-leak", has_padding, padding_is_zero),
	JUDGE_PAIR("eth.trailer.ignored", trailer),
	JUDGE_PAIR("eth.dst.other-unicast-mac", for_other),
	JUDGE_PAIR("eth.dst.broadcast-mac-unicast-ip", for_all),
	JUDGE_PAIR("eth.vlan.priority-tag", tag),
	JUDGE_PAIR("eth.ethertype.unknown", unknown),
	JUDGE_PAIR("eth.runt", runt),
	JUDGE_PAIR("eth.jumbo", jumbo),
	JUDGE_END,
};
