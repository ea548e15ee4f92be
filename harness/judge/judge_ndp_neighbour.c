/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of how a client finds routers and neighbours, and is found (RFC 4861 6.3, 7.2, 8)
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/dhcp6.h"
#include "harness/judge/ip6.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
	RS_HLEN = 8,           /* RFC 4861 4.1 */
	RS_INTERVAL_MS = 4000, /* 10: RTR_SOLICITATION_INTERVAL */
	RS_MAX = 3,            /* 10: MAX_RTR_SOLICITATIONS */
	RETRANS_MS = 1000,     /* 10: RETRANS_TIMER */
	NS_MAX = 3,            /* 10: MAX_MULTICAST_SOLICIT */
	TIMER_MS = 100,        /* ours: by which a timer may be early */
	ICMP6_REDIRECT = 137,  /* 4.5 */
	REDIRECT_HLEN = 40,    /* 4.5 */
	OFF_LINK_BYTE = 1,     /* fd01::/16 is behind the router */
	STRANGER = 0x77,       /* fd00::77 says that it is there, and is never asked */
};

/* --- routers --- */

static bool is_rs(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_ICMP6_RS;
}

static char *rs_format(const Trace *t, const struct trace_frame *f)
{
	struct mac want = ip6_group_mac(&ip6_all_routers);
	struct icmp_hdr h;
	struct slice body;
	struct ndp n;

	(void)t;
	if (!ip6_icmp(&h, &body, f) || !ip6_ndp(&n, f))
		return g_strdup("it cannot be read");
	if (!h.checksum_ok)
		return g_strdup("its checksum is wrong");
	if (f->ip6.hop_limit != NDP_HOP_LIMIT)
		return g_strdup_printf("its hop limit is %u", f->ip6.hop_limit);
	if (!ip6_equal(&f->ip6.dst, &ip6_all_routers) || !mac_equal(&f->eth.dst, &want))
		return g_strdup("it does not go to all routers");
	if (h.rest)
		return g_strdup("what is reserved is not zero");
	if (ip6_is_unspecified(&f->ip6.src) && n.has_mac)
		return g_strdup("it comes from nobody, and has an address of its sender");
	return NULL;
}

/* No router answers: at most three, or from then on ever more rarely (RFC 7559). */
static void rs_count(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *before;
	uint64_t ms, before_ms = 0;
	unsigned n = 1;
	guint i, k;

	before = judge_next(t, 0, is_rs, &i);
	if (!before || judge_next(t, 0, is_rs, &k) == NULL || !dhcp6_request(control))
		return;
	for (; (f = judge_next(t, i + 1, is_rs, &i)); before = f, before_ms = ms, n++) {
		ms = (f->t_ns - before->t_ns) / NS_PER_MS;
		if (ms + TIMER_MS >= RS_INTERVAL_MS && (n < RS_MAX || ms > before_ms))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f,
			  "solicitation %u comes %" G_GUINT64_FORMAT " ms after the one before",
			  n + 1, ms);
		judge_add_frame(out, before);
		return;
	}
	if (n == 1)
		judge_saw(out, JUDGE_SAW_BROKEN, before, "only one solicitation comes");
	else
		judge_saw(out, JUDGE_SAW_KEPT, before, "%u solicitations", n);
}

static bool is_ra(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP6_RA;
}

static bool is_off_link(const struct trace_frame *f)
{
	return ip6_is_sent(f) && f->ip6.dst.b[0] == 0xfd && f->ip6.dst.b[1] == OFF_LINK_BYTE;
}

/* Whether something for the other network is sent to the router of @ra; NULL: nothing is. */
static const struct trace_frame *routed(const Trace *t, struct ndp *ra)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_ra, &i);
	if (!f || !ip6_ndp(ra, f))
		return NULL;
	for (f = judge_next(t, i, is_off_link, &i); f; f = judge_next(t, i + 1, is_off_link, &i))
		if (mac_equal(&f->eth.dst, &ra->mac))
			return f;
	return NULL;
}

static void no_default_router(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *ra;
	struct ndp says, usual;
	guint i;

	ra = judge_next(t, 0, is_ra, &i);
	if (!ra || !ip6_ndp(&says, ra) || says.lifetime_s || !routed(control, &usual))
		return;
	f = routed(t, &says);
	judge_saw(out, f ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, ra, "%s",
		  f ? "it sends to it all the same" : "nothing is sent to it");
	judge_add_frame(out, f);
}

/* --- neighbours that are asked for --- */

static bool is_ns(const struct trace_frame *f)
{
	struct ip6_addr tried;

	return !f->to_guest && f->kind == FRAME_ICMP6_NS && !ip6_is_dad(&tried, f);
}

/* The next that asks for @target from frame @i on; NULL: none does. */
static const struct trace_frame *next_ns(const Trace *t, guint from, const struct ip6_addr *target,
					 guint *i)
{
	const struct trace_frame *f;
	struct ndp n;

	for (f = judge_next(t, from, is_ns, i); f; f = judge_next(t, *i + 1, is_ns, i))
		if (ip6_ndp(&n, f) && ip6_equal(&n.target, target))
			return f;
	return NULL;
}

/* Only the third solicitation for the server is answered. */
static void ns_again(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *request = dhcp6_request(control), *f, *before;
	uint64_t ms;
	unsigned n = 1;
	guint i;

	before = request ? next_ns(t, 0, &request->ip6.dst, &i) : NULL;
	if (!before)
		return;
	for (; n < NS_MAX && (f = next_ns(t, i + 1, &request->ip6.dst, &i)); before = f, n++) {
		ms = (f->t_ns - before->t_ns) / NS_PER_MS;
		if (ms + TIMER_MS >= RETRANS_MS && ms < 2 * RETRANS_MS)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it asks again after %" G_GUINT64_FORMAT " ms",
			  ms);
		judge_add_frame(out, before);
		return;
	}
	if (n < NS_MAX)
		judge_saw(out, JUDGE_SAW_BROKEN, before, "it asks %u times", n);
	else
		judge_same_payload(out, t, control);
}

static bool is_proxied(const struct trace_frame *f)
{
	struct ndp n;

	return f->to_guest && f->kind == FRAME_ICMP6_NA && ip6_ndp(&n, f) && n.has_mac &&
	       !mac_equal(&n.mac, &f->eth.src);
}

static bool is_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip6 && f->kind == FRAME_TFTP_RRQ;
}

/* Where the packet goes that was waiting for the address. */
static void tlla_is_used(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *na;
	struct ndp n;
	guint i;

	na = judge_next(t, 0, is_proxied, &i);
	if (!na || !ip6_ndp(&n, na) || !dhcp6_request(control))
		return;
	f = judge_next(t, i, is_rrq, &i);
	if (f)
		judge_saw(out, mac_equal(&f->eth.dst, &n.mac) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
			  f, "it sends to %s",
			  mac_equal(&f->eth.dst, &n.mac)         ? "the address that it was told"
			  : mac_equal(&f->eth.dst, &na->eth.src) ? "whom the frame came from"
								 : "somebody else");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "it sends nothing");
	judge_add_frame(out, na);
}

static bool is_of_stranger(const struct trace_frame *f)
{
	struct ndp n;

	return f->to_guest && f->kind == FRAME_ICMP6_NA && ip6_ndp(&n, f) && !n.solicited &&
	       n.target.b[IP6_ALEN - 1] == STRANGER;
}

/* When it has something to send to him, it asks for him. */
static void unsolicited(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *na;
	struct ndp said, n;
	guint i;

	na = judge_next(t, 0, is_of_stranger, &i);
	if (!na || !ip6_ndp(&said, na) || !judge_payload_report(control))
		return;
	for (; (f = trace_frame(t, i)); i++) {
		if (is_ns(f) && ip6_ndp(&n, f) && ip6_equal(&n.target, &said.target)) {
			judge_saw(out, JUDGE_SAW_KEPT, f, "it asks for him before it answers");
			break;
		}
		if (ip6_is_sent(f) && ip6_equal(&f->ip6.dst, &said.target)) {
			bool told = mac_equal(&f->eth.dst, &said.mac);

			judge_saw(out, told ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f, "it answers %s",
				  told ? "to where he said" : "to where he asked from");
			break;
		}
	}
	if (out->saw != JUDGE_SAW_NOTHING)
		judge_add_frame(out, na);
}

/* --- the guest is asked for --- */

static bool is_asked(const struct trace_frame *f)
{
	struct ndp n;

	return f->to_guest && f->kind == FRAME_ICMP6_NS && ip6_ndp(&n, f) &&
	       ndp_is_valid(&n, &f->ip6);
}

/* Its answer before somebody asks again; NULL: there is none. */
static const struct trace_frame *find_answer(const Trace *t, guint i)
{
	const struct trace_frame *f;

	for (i++; (f = trace_frame(t, i)); i++) {
		if (!f->to_guest && f->kind == FRAME_ICMP6_NA)
			return f;
		if (is_asked(f))
			break;
	}
	return NULL;
}

/* What is wrong with the answer to somebody who has an address; NULL: nothing. */
static const char *wrong_answer(const struct trace_frame *ns, const struct trace_frame *na)
{
	struct ndp asked, said;

	if (!na || !ip6_ndp(&asked, ns) || !ip6_ndp(&said, na))
		return "no answer comes";
	if (!ip6_equal(&asked.target, &said.target))
		return "it answers about another address";
	if (!said.solicited)
		return "it does not say that it was asked (S)";
	if (!said.has_mac || !mac_equal(&said.mac, &na->eth.src))
		return "it does not tell its MAC";
	return ip6_equal(&na->ip6.dst, &ns->ip6.src) ? NULL : "it answers somebody else";
}

/* Both of its addresses are asked for. */
static void answers(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *na = NULL;
	const char *wrong;
	unsigned n = 0;
	struct ndp asked;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_asked, &i); f; f = judge_next(t, i + 1, is_asked, &i)) {
		if (!ip6_ndp(&asked, f) || ip6_is_unspecified(&f->ip6.src) ||
		    !ip6_is_guests(t, &asked.target))
			continue;
		na = find_answer(t, i);
		wrong = wrong_answer(f, na);
		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "%s", wrong);
			judge_add_frame(out, na);
			return;
		}
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, na, "%u answers", n);
}

/* Nothing is said about an address that is not its own. */
static void others(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *na;
	struct ndp asked;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_asked, &i); f; f = judge_next(t, i + 1, is_asked, &i)) {
		/* Of the link-local addresses it has one, which it need not have used yet. */
		if (!ip6_ndp(&asked, f) || ip6_is_link_local(&asked.target) ||
		    ip6_is_guests(t, &asked.target))
			continue;
		na = find_answer(t, i);
		judge_saw(out, na ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f, "%s",
			  na ? "it answers" : "it does not answer");
		judge_add_frame(out, na);
		return;
	}
}

static bool is_trial(const struct trace_frame *f)
{
	struct ip6_addr tried;

	return f->to_guest && ip6_is_dad(&tried, f);
}

/* Somebody wants the guest's address. */
static void answers_trial(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *na;
	struct ndp asked, said;
	const char *wrong = NULL;
	guint i;

	f = judge_next(t, 0, is_trial, &i);
	if (!f || !ip6_ndp(&asked, f) || !judge_payload_report(control))
		return;
	na = find_answer(t, i);
	if (!na || !ip6_ndp(&said, na))
		wrong = "it does not say that the address is its own";
	else if (!ip6_equal(&said.target, &asked.target))
		wrong = "it answers about another address";
	else if (!ip6_equal(&na->ip6.dst, &ip6_all_nodes))
		wrong = "the answer does not go to all nodes";
	else if (said.solicited)
		wrong = "it says that it was asked (S)";
	judge_saw(out, wrong ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f, "%s",
		  wrong ? wrong : "it says that the address is its own");
	judge_add_frame(out, na);
}

/* --- redirects --- */

static bool is_cut_redirect(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice body;

	/* Its options are never whole here. */
	return f->to_guest && ip6_icmp(&h, &body, f) && h.type == ICMP6_REDIRECT &&
	       body.len + ICMP6_HLEN != REDIRECT_HLEN;
}

static void redirect(struct judgement *out, const Trace *t, const Trace *control)
{
	block_survived(out, t, control, is_cut_redirect);
}

const struct judge judge_ndp_neighbour[] = {
	JUDGE_PAIR("ndp.rs.count-interval", rs_count),
	JUDGE_EACH("ndp.rs.format", is_rs, rs_format),
	JUDGE_PAIR("ndp.ra.lifetime-zero", no_default_router),
	JUDGE_PAIR("ndp.ns.retransmit", ns_again),
	JUDGE_PAIR("ndp.ns.target-not-ours", others),
	JUDGE_PAIR("ndp.na.target", answers),
	JUDGE_PAIR("ndp.na.answer-dad", answers_trial),
	JUDGE_PAIR("ndp.na.unsolicited-new", unsolicited),
	JUDGE_PAIR("ndp.na.tlla-used", tlla_is_used),
	JUDGE_PAIR("ndp.redirect.truncated", redirect),
	JUDGE_END,
};
