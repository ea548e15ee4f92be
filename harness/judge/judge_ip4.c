/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of IPv4: what a client sends, and which packets it takes (RFC 791, RFC 1122 3.2)
 *
 * Active: a block of a transfer comes in a packet that has one fault, or one rarity.
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"

enum {
	TTL_DEFAULT = 64, /* RFC 1700 */
};

#define LIMITED_BROADCAST UINT32_MAX

/* --- what it sends --- */

static bool is_sent(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip;
}

static char *checksum_is_right(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return f->ip.checksum_ok ? NULL : g_strdup("the checksum of its header is wrong");
}

static char *ttl_is_enough(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return f->ip.ttl >= TTL_DEFAULT ? NULL : g_strdup_printf("its TTL is %u", f->ip.ttl);
}

static char *ttl_is_not_zero(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return f->ip.ttl ? NULL : g_strdup("its TTL is 0");
}

static char *tos_is_zero(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return f->ip.tos ? g_strdup_printf("its type of service is 0x%02x", f->ip.tos) : NULL;
}

static char *zero_is_of_dhcp(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return f->ip.src || f->dhcp ? NULL : g_strdup("no DHCP, and it comes from 0.0.0.0");
}

/* An answer to an echo request may have been made of the request, with the identifier of that. */
static bool is_numbered(const struct trace_frame *f)
{
	return is_sent(f) && f->kind != FRAME_ICMP_ECHO_REPLY;
}

/* Of those that may be fragmented no two to one host have the same identifier. */
static void ids_differ(struct judgement *out, const Trace *t)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	const struct trace_frame *f, *first = NULL;
	guint i;

	for (f = judge_next(t, 0, is_numbered, &i); f; f = judge_next(t, i + 1, is_numbered, &i)) {
		gint64 key = (gint64)((uint64_t)f->ip.dst << 32 | (uint64_t)f->ip.proto << 16 |
				      f->ip.id);
		const struct trace_frame *before = g_hash_table_lookup(seen, &key);

		if (f->ip.dont_fragment || f->ip.frag_offset || f->ip.more_fragments)
			continue;
		if (before && f->t_ns - before->t_ns < 120 * UINT64_C(1000000000)) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "identifier %u again", f->ip.id);
			judge_add_frame(out, before);
			return;
		}
		first = first ? first : f;
		g_ptr_array_add(keys, g_memdup2(&key, sizeof(key)));
		g_hash_table_replace(seen, keys->pdata[keys->len - 1], (void *)f);
	}
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first, "%u packets, each with its own", keys->len);
}

/* --- faults --- */

static bool is_ipv4(const struct trace_frame *f)
{
	return f->to_guest && f->eth.type == ETH_TYPE_IPV4 && f->raw.len > ETH_HLEN;
}

/* Of a transfer, though its addresses may be wrong. */
static bool is_datagram(const struct trace_frame *f)
{
	return is_ipv4(f) && f->has_udp && f->has_ip && !f->dhcp;
}

static bool has_other_version(const struct trace_frame *f)
{
	return is_ipv4(f) && block_ip_byte(f, 0) >> 4 != 4;
}

static bool has_short_header(const struct trace_frame *f)
{
	return is_ipv4(f) && block_ip_byte(f, 0) >> 4 == 4 && (block_ip_byte(f, 0) & 15) < 5;
}

static bool has_bad_checksum(const struct trace_frame *f)
{
	return is_ipv4(f) && f->has_ip && !f->ip.checksum_ok;
}

/* 10.0.2.99, or whoever is no group and has nothing to do with the guest. */
static bool is_for_other(const struct trace_frame *f)
{
	return is_datagram(f) && f->ip.dst >> 28 < 0xe && (f->ip.dst & 0xff) == 99;
}

static bool is_for_group(const struct trace_frame *f)
{
	return is_datagram(f) && f->ip.dst >> 28 == 0xe;
}

static bool has_bad_source(const struct trace_frame *f)
{
	return is_datagram(f) && (f->ip.src == LIMITED_BROADCAST || f->ip.src >> 24 == 127 ||
				  f->ip.src >> 28 == 0xe || f->ip.src == f->ip.dst);
}

static bool is_longer_than_frame(const struct trace_frame *f)
{
	return is_ipv4(f) && block_ip_byte(f, 0) == 0x45 &&
	       block_ip_be16(f, 2) > f->len - ETH_HLEN && !(block_ip_be16(f, 6) & 0x3fff);
}

static bool is_shorter_than_header(const struct trace_frame *f)
{
	return is_ipv4(f) && block_ip_byte(f, 0) == 0x45 && block_ip_be16(f, 2) < IPV4_HLEN_MIN;
}

#define REFUSED(name, is)                                                                          \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		block_refused(out, t, control, is);                                                \
	}

REFUSED(other_version, has_other_version)
REFUSED(short_header, has_short_header)
REFUSED(bad_checksum, has_bad_checksum)
REFUSED(for_other, is_for_other)
REFUSED(for_group, is_for_group)
REFUSED(bad_source, has_bad_source)
REFUSED(longer_than_frame, is_longer_than_frame)
REFUSED(shorter_than_header, is_shorter_than_header)

/* --- rarities --- */

static uint8_t option(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->ip.options.len ? f->ip.options.p[0] : 0;
}

static bool has_known_option(const struct trace_frame *f)
{
	return option(f) && option(f) != 0x9e && !(f->ip.options.len > 1 && !f->ip.options.p[1]);
}

static bool has_unknown_option(const struct trace_frame *f)
{
	return option(f) == 0x9e;
}

/* Length 0, 1, or past the header. */
static bool has_malformed_option(const struct trace_frame *f)
{
	return option(f) > 1 && f->ip.options.len > 1 &&
	       (f->ip.options.p[1] < 2 || f->ip.options.p[1] > f->ip.options.len);
}

static bool has_ttl_one(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->ip.ttl == 1;
}

static void known_option(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, has_known_option);
}

static void unknown_option(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, has_unknown_option);
}

static void malformed_option(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, has_malformed_option);
}

static void ttl_one(struct judgement *out, const Trace *t, const Trace *control)
{
	block_taken(out, t, control, has_ttl_one);
}

static bool has_unknown_protocol(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_IPV4 && f->has_ip;
}

static void unknown_protocol(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, has_unknown_protocol);
}

/* --- DHCP to everybody --- */

static bool is_offer_to_all(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_DHCP_OFFER && f->ip.dst == LIMITED_BROADCAST;
}

static bool is_offer_to_all_in_group(const struct trace_frame *f)
{
	return is_offer_to_all(f) && mac_is_group(&f->eth.dst);
}

static bool is_offer_to_all_alone(const struct trace_frame *f)
{
	return is_offer_to_all(f) && !mac_is_group(&f->eth.dst);
}

/* A REQUEST is the next thing that it says in DHCP. */
static void offer_is_taken(struct judgement *out, const Trace *t, block_is_odd *is)
{
	const struct trace_frame *f, *offer;
	guint i;

	offer = judge_next(t, 0, is, &i);
	if (!offer)
		return;
	for (i++; (f = trace_frame(t, i)); i++)
		if (!f->to_guest && f->dhcp)
			break;
	if (f && f->kind == FRAME_DHCP_REQUEST)
		judge_saw(out, JUDGE_SAW_KEPT, f, "a REQUEST follows");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, offer, "no REQUEST follows this OFFER");
	judge_add_frame(out, offer);
}

static void to_all_in_group(struct judgement *out, const Trace *t, const Trace *control)
{
	if (judge_payload_report(control))
		offer_is_taken(out, t, is_offer_to_all_in_group);
}

static void to_all_alone(struct judgement *out, const Trace *t, const Trace *control)
{
	if (judge_payload_report(control))
		offer_is_taken(out, t, is_offer_to_all_alone);
}

const struct judge judge_ip4[] = {
	JUDGE_EACH("ip4.checksum.tx", is_sent, checksum_is_right),
	JUDGE_EACH("ip4.ttl.tx", is_sent, ttl_is_not_zero),
	JUDGE_EACH("ip4.ttl.tx-default", is_sent, ttl_is_enough),
	JUDGE_EACH("ip4.tos.default", is_sent, tos_is_zero),
	JUDGE_EACH("ip4.src.zero-only-init", is_sent, zero_is_of_dhcp),
	JUDGE_BOOT("ip4.id.unique-non-atomic", ids_differ),
	JUDGE_PAIR("ip4.version.not-4", other_version),
	JUDGE_PAIR("ip4.ihl.lt-5", short_header),
	JUDGE_PAIR("ip4.checksum.bad", bad_checksum),
	JUDGE_PAIR("ip4.dst.not-us", for_other),
	JUDGE_PAIR("ip4.dst.multicast-unjoined", for_group),
	JUDGE_PAIR("ip4.src.invalid", bad_source),
	JUDGE_PAIR("ip4.len.gt-frame", longer_than_frame),
	JUDGE_PAIR("ip4.len.lt-header", shorter_than_header),
	JUDGE_PAIR("ip4.options.accept", known_option),
	JUDGE_PAIR("ip4.options.unknown", unknown_option),
	JUDGE_PAIR("ip4.options.malformed", malformed_option),
	JUDGE_PAIR("ip4.ttl.rx-one", ttl_one),
	JUDGE_PAIR("ip4.proto.unknown", unknown_protocol),
	JUDGE_PAIR("ip4.dst.limited-broadcast", to_all_in_group),
	JUDGE_PAIR("ip4.dst.bcast-ip-unicast-mac", to_all_alone),
	JUDGE_END,
};
