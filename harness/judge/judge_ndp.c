/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of addresses of IPv6: how a client makes them, and tries whether they are free (RFC 4862)
 *
 * Also of what it makes of router advertisements (RFC 4861 6): before the right one comes another,
 * which has a fault and the prefix of is_odd().
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/dhcp6.h"
#include "harness/judge/ip6.h"

enum {
	MLD_REPORT = 131,  /* RFC 2710 3 */
	MLD2_REPORT = 143, /* RFC 3810 5.2 */
	MLD_GROUP = 16,    /* IP6_ALEN bytes of it, at the end of a report */
	RA_HLEN = 16,      /* RFC 4861 4.2 */
	PREFIX_BITS = 64,  /* of what can be made an address here */
	OPT_UNKNOWN = 200, /* ours: of no meaning */
};

/* --- addresses that the guest makes --- */

/* A host's address whose last half was made from the MAC, as it should be or not. */
static bool is_from_mac(const struct ip6_addr *a, const struct mac *mac, bool *inverted)
{
	struct ip6_addr ll = ip6_link_local(mac);

	if (memcmp(a->b + 9, ll.b + 9, IP6_ALEN - 9) != 0)
		return false;
	*inverted = a->b[8] == ll.b[8];
	return *inverted || a->b[8] == mac->b[0];
}

static bool is_from_link_local(const struct trace_frame *f)
{
	return ip6_is_sent(f) && ip6_is_link_local(&f->ip6.src);
}

static char *interface_id(const Trace *t, const struct trace_frame *f)
{
	bool inverted;

	(void)t;
	if (is_from_mac(&f->ip6.src, &f->eth.src, &inverted) && !inverted)
		return g_strdup("its address was made from the MAC without inverting bit U/L");
	return NULL;
}

static bool is_from_host(const struct trace_frame *f)
{
	return ip6_is_sent(f) && ip6_is_host(&f->ip6.src);
}

/* Whether it was tried before frame @f whether its address is free. */
static bool was_tried(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *o;
	struct ip6_addr tried;

	for (guint i = 0; (o = trace_frame(t, i)) && o != f; i++)
		if (!o->to_guest && ip6_is_dad(&tried, o) && ip6_equal(&tried, &f->ip6.src))
			return true;
	return false;
}

static char *is_tried_before(const Trace *t, const struct trace_frame *f)
{
	return was_tried(t, f) ? NULL
			       : g_strdup("nobody was asked before whether the address is free");
}

static bool joins(const struct trace_frame *f, const struct ip6_addr *group)
{
	struct icmp_hdr h;
	struct slice body;

	return !f->to_guest && ip6_icmp(&h, &body, f) &&
	       (h.type == MLD_REPORT || h.type == MLD2_REPORT) && body.len >= MLD_GROUP &&
	       !memcmp(body.p + body.len - MLD_GROUP, group->b, MLD_GROUP);
}

static char *is_member(const Trace *t, const struct trace_frame *f)
{
	struct ip6_addr group = ip6_solicited_node(&f->ip6.src);
	const struct trace_frame *o;

	for (guint i = 0; (o = trace_frame(t, i)) && o != f; i++)
		if (joins(o, &group))
			return NULL;
	return joins(f, &group) ? NULL : g_strdup("the group of its address was not joined before");
}

/* Each packet from an address of its own, if what went before it can have been seen. */
static void each_from_host(struct judgement *out, const Trace *t,
			   char *(*test)(const Trace *t, const struct trace_frame *f))
{
	const struct trace_frame *f, *first = NULL;
	unsigned n = 0;
	guint i;

	if (ip6_has_lost(t, "icmp6."))
		return;
	for (f = judge_next(t, 0, is_from_host, &i); f;
	     f = judge_next(t, i + 1, is_from_host, &i), n++) {
		g_autofree char *wrong = test(t, f);

		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "%s", wrong);
			return;
		}
		first = first ? first : f;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, first, "%u packets", n);
}

static void tried(struct judgement *out, const Trace *t)
{
	each_from_host(out, t, is_tried_before);
}

static void joined(struct judgement *out, const Trace *t)
{
	each_from_host(out, t, is_member);
}

/* Somebody says that the link-local address is his. */
static void conflict(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *trial, *claim, *use;
	struct ip6_addr a;
	guint i;

	for (i = 0; (trial = trace_frame(t, i)); i++)
		if (!trial->to_guest && ip6_is_dad(&a, trial) && ip6_is_link_local(&a))
			break;
	if (!trial || !dhcp6_request(control))
		return;
	claim = ip6_claim(t, i, &a, &i);
	if (!claim)
		return;
	for (use = NULL; !use && (use = trace_frame(t, i)); i++)
		if (!ip6_is_sent(use) || !ip6_equal(&use->ip6.src, &a))
			use = NULL;
	judge_saw(out, use ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, claim, "%s",
		  use ? "it is used all the same" : "nothing comes from it");
	judge_add_frame(out, use);
}

/* --- prefixes and advertisements that are not to be believed --- */

/* Those of forged advertisements: fd77::/16, and the link-local one with 77. */
static bool is_odd(const struct ip6_addr *a)
{
	return (a->b[0] == 0xfd && a->b[1] == 0x77) || (ip6_is_link_local(a) && a->b[7] == 0x77);
}

/* The first packet from frame @i on that shows that the guest has made an odd address; NULL. */
static const struct trace_frame *odd_use(const Trace *t, guint i)
{
	const struct trace_frame *f;
	struct ip6_addr target;

	for (; (f = trace_frame(t, i)); i++)
		if (ip6_is_sent(f) &&
		    (is_odd(&f->ip6.src) || (ip6_is_dad(&target, f) && is_odd(&target))))
			return f;
	return NULL;
}

typedef bool frame_test(const struct trace_frame *f);

/* No address is made of it, and the boot goes on to ask for its file. */
static void not_believed(struct judgement *out, const Trace *t, const Trace *control,
			 frame_test *is)
{
	const struct trace_frame *odd, *use, *f = dhcp6_request(t);
	guint i;

	odd = judge_next(t, 0, is, &i);
	if (!odd || !dhcp6_request(control))
		return;
	use = odd_use(t, i);
	if (use)
		judge_saw(out, JUDGE_SAW_BROKEN, use, "it makes an address of it");
	else if (f)
		judge_saw(out, JUDGE_SAW_KEPT, f, "it makes no address of it");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "it asks for no file any more");
	judge_add_frame(out, odd);
}

static bool is_odd_ra(struct ndp *n, const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP6_RA && ip6_ndp(n, f) && n->has_prefix &&
	       is_odd(&n->prefix.prefix);
}

static bool is_not_autonomous(const struct trace_frame *f)
{
	struct ndp n;

	return is_odd_ra(&n, f) && !n.prefix.autonomous;
}

static bool is_not_64(const struct trace_frame *f)
{
	struct ndp n;

	return is_odd_ra(&n, f) && n.prefix.len != PREFIX_BITS;
}

static bool is_of_link_local(const struct trace_frame *f)
{
	struct ndp n;

	return is_odd_ra(&n, f) && ip6_is_link_local(&n.prefix.prefix);
}

static bool has_odd_lifetimes(const struct trace_frame *f)
{
	struct ndp n;

	return is_odd_ra(&n, f) && (!n.prefix.valid_s || n.prefix.preferred_s > n.prefix.valid_s);
}

static bool is_from_afar(const struct trace_frame *f)
{
	struct ndp n;

	return is_odd_ra(&n, f) && f->ip6.hop_limit != NDP_HOP_LIMIT;
}

static bool is_of_global(const struct trace_frame *f)
{
	struct ndp n;

	return is_odd_ra(&n, f) && !ip6_is_link_local(&f->ip6.src);
}

/* With a wrong checksum, another code, or cut off. */
static bool is_malformed_ra(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice body;

	return f->to_guest && ip6_icmp(&h, &body, f) && h.type == ICMP6_RA &&
	       (!h.checksum_ok || h.code || body.len < RA_HLEN - ICMP6_HLEN);
}

/* In a fragment, if only in a single one. */
static bool is_fragmented_ra(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip6 && f->ip6.has_fragment && f->ip6.proto == IP6_NEXT_ICMP;
}

/* Whether an option of an advertisement is as @is says: its type, length, and what is left. */
static bool any_option(const struct trace_frame *f,
		       bool (*is)(uint8_t type, size_t len, size_t left))
{
	struct icmp_hdr h;
	struct slice body;
	struct rd r;
	size_t from;

	if (!f->to_guest || !ip6_icmp(&h, &body, f) || h.type < ICMP6_RS || h.type > ICMP6_NA)
		return false;
	from = (h.type == ICMP6_RA ? RA_HLEN : ICMP6_HLEN + IP6_ALEN) - ICMP6_HLEN;
	if (h.type == ICMP6_RS || body.len < from)
		return false;
	r = (struct rd)RD_INIT(body.p + from, body.len - from);
	while (r.left >= 2) {
		size_t left = r.left, len;
		uint8_t type = rd_u8(&r);

		len = (size_t)rd_u8(&r) * 8;
		if (is(type, len, left))
			return true;
		if (!len || len > left)
			return false;
		rd_take(&r, len - 2);
	}
	return false;
}

static bool is_empty_option(uint8_t type, size_t len, size_t left)
{
	(void)type;
	(void)left;
	return !len;
}

static bool is_past_end_option(uint8_t type, size_t len, size_t left)
{
	(void)type;
	return len > left;
}

static bool is_unknown_option(uint8_t type, size_t len, size_t left)
{
	return type == OPT_UNKNOWN && len && len <= left;
}

static bool has_empty_option(const struct trace_frame *f)
{
	return any_option(f, is_empty_option);
}

static bool has_past_end_option(const struct trace_frame *f)
{
	return any_option(f, is_past_end_option);
}

static bool has_unknown_option(const struct trace_frame *f)
{
	return any_option(f, is_unknown_option);
}

#define NOT_BELIEVED(name, is)                                                                     \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		not_believed(out, t, control, is);                                                 \
	}

NOT_BELIEVED(flag_a, is_not_autonomous)
NOT_BELIEVED(not_64, is_not_64)
NOT_BELIEVED(link_local_prefix, is_of_link_local)
NOT_BELIEVED(odd_lifetimes, has_odd_lifetimes)
NOT_BELIEVED(hop_limit, is_from_afar)
NOT_BELIEVED(source, is_of_global)
NOT_BELIEVED(malformed, is_malformed_ra)
NOT_BELIEVED(fragmented, is_fragmented_ra)
NOT_BELIEVED(past_end, has_past_end_option)

/* Those of neighbours too: nothing may change, and the boot goes on. */
static void empty_option(struct judgement *out, const Trace *t, const Trace *control)
{
	not_believed(out, t, control, has_empty_option);
	if (out->saw == JUDGE_SAW_KEPT)
		block_survived(out, t, control, has_empty_option);
}

/* What stands behind it is read: the same address is made as in the control. */
static void unknown_option(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = dhcp6_request(t), *usual = dhcp6_request(control), *odd;
	guint i;

	odd = judge_next(t, 0, has_unknown_option, &i);
	if (!odd || !usual)
		return;
	if (f && ip6_equal(&f->ip6.src, &usual->ip6.src))
		judge_saw(out, JUDGE_SAW_KEPT, f, "the address is that of the control");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, f, "the address is not that of the control");
	judge_add_frame(out, odd);
}

const struct judge judge_ndp[] = {
	JUDGE_EACH("slaac.ll.modified-eui64", is_from_link_local, interface_id),
	JUDGE_BOOT("slaac.dad.done", tried),
	JUDGE_PAIR("slaac.dad.conflict", conflict),
	JUDGE_BOOT("slaac.dad.mld-join", joined),
	JUDGE_PAIR("slaac.prefix.a-flag", flag_a),
	JUDGE_PAIR("slaac.prefix.not-64", not_64),
	JUDGE_PAIR("slaac.prefix.link-local", link_local_prefix),
	JUDGE_PAIR("slaac.prefix.lifetimes", odd_lifetimes),
	JUDGE_PAIR("ndp.ra.hoplimit", hop_limit),
	JUDGE_PAIR("ndp.ra.source", source),
	JUDGE_PAIR("ndp.ra.checksum-code-len", malformed),
	JUDGE_PAIR("ndp.opt.len-zero", empty_option),
	JUDGE_PAIR("ndp.opt.unknown", unknown_option),
	JUDGE_PAIR("ndp.opt.len-past-end", past_end),
	JUDGE_PAIR("ndp.fragmented", fragmented),
	JUDGE_END,
};
