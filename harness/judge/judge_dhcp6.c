/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of the DHCPv6 messages that a client sends (RFC 8415, RFC 5970)
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp6.h"
#include "harness/judge/ip6.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
	OPT_REFRESH_TIME = 32, /* RFC 8415 21.23 */
	OPT_SOL_MAX_RT = 82,   /* 21.24 */
	OPT_INF_MAX_RT = 83,   /* 21.25 */
	DUID_MIN = 3,          /* 11.1: a type, and something behind it */
	DELAY_SAME_MS = 5,     /* ours: two delays that differ by less were not drawn */
	WAITS_MIN = 3,         /* ours: of which it can be said that they grow */
};

/* --- one message --- */

static char *addresses(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (f->udp.dport != DHCP6_PORT_SERVER || f->udp.sport != DHCP6_PORT_CLIENT)
		return g_strdup_printf("it goes from port %u to port %u", f->udp.sport,
				       f->udp.dport);
	if (!ip6_equal(&f->ip6.dst, &ip6_dhcp_servers))
		return g_strdup("it does not go to ff02::1:2");
	if (!ip6_is_link_local(&f->ip6.src))
		return g_strdup("it comes from an address that is not link-local");
	return NULL;
}

static bool is_to_group(const struct trace_frame *f)
{
	return dhcp6_is_sent(f) && ip6_is_multicast(&f->ip6.dst);
}

static char *group_mac(const Trace *t, const struct trace_frame *f)
{
	struct mac want = ip6_group_mac(&f->ip6.dst);

	(void)t;
	return mac_equal(&f->eth.dst, &want) ? NULL : g_strdup("it goes to another address");
}

static bool is_information_request(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP6_INFORMATION_REQUEST;
}

static bool is_solicit(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP6_SOLICIT;
}

/* That ask for what there is to boot. */
static bool is_question(const struct trace_frame *f)
{
	return is_information_request(f) || is_solicit(f) ||
	       (!f->to_guest && f->kind == FRAME_DHCP6_REQUEST);
}

static char *asks_for(const struct trace_frame *f, uint16_t code)
{
	struct dhcp6_msg m;

	if (dhcp6_of(&m, f) && dhcp6_is_asked_for(&m, code))
		return NULL;
	return g_strdup_printf("it does not ask for option %u", code);
}

static char *asks_for_inf_max_rt(const Trace *t, const struct trace_frame *f)
{
	char *wrong = asks_for(f, OPT_INF_MAX_RT);

	(void)t;
	return wrong ? wrong : asks_for(f, OPT_REFRESH_TIME);
}

static char *asks_for_sol_max_rt(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return asks_for(f, OPT_SOL_MAX_RT);
}

static char *asks_for_url(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return asks_for(f, DHCP6_OPT_BOOTFILE_URL);
}

static char *has_arch(const Trace *t, const struct trace_frame *f)
{
	struct dhcp6_msg m;
	struct slice value;

	(void)t;
	if (dhcp6_of(&m, f) && !dhcp6_opt_find(&value, &m, DHCP6_OPT_CLIENT_ARCH))
		return NULL;
	return g_strdup("it does not say its architecture");
}

/* --- all messages of a boot, or of two --- */

static bool client_id(struct slice *out, struct dhcp6_msg *m, const struct trace_frame *f)
{
	return dhcp6_of(m, f) && !dhcp6_opt_find(out, m, DHCP6_OPT_CLIENT_ID);
}

static bool is_same(struct slice a, struct slice b)
{
	return a.len == b.len && !memcmp(a.p, b.p, a.len);
}

/* What is wrong with the identifiers of a boot, held against @first; NULL: nothing. */
static const char *wrong_id(const Trace *t, struct slice first, const struct trace_frame **at)
{
	const struct trace_frame *f;
	struct dhcp6_msg m;
	struct slice id;
	guint i;

	for (f = judge_next(t, 0, dhcp6_is_sent, &i); f;
	     f = judge_next(t, i + 1, dhcp6_is_sent, &i)) {
		*at = f;
		if (!client_id(&id, &m, f))
			return "it has no client identifier";
		if (id.len < DUID_MIN || id.len > DHCP6_DUID_MAX)
			return "its client identifier has a length that there is not";
		if (!is_same(id, first))
			return "it has another client identifier than the one before";
	}
	return NULL;
}

static void same_id(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *at = NULL;
	struct slice first = { NULL, 0 };
	struct dhcp6_msg m;
	const char *wrong;
	guint i;

	f = judge_next(control, 0, dhcp6_is_sent, &i);
	if (!f || !judge_next(t, 0, dhcp6_is_sent, &i))
		return;
	client_id(&first, &m, f);
	wrong = wrong_id(control, first, &at);
	if (!wrong)
		wrong = wrong_id(t, first, &at);
	judge_saw(out, wrong ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, at, "%s",
		  wrong ? wrong : "both boots have one and the same");
}

/* Of each transaction the first has 0, and those behind it more and more. */
static void elapsed(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f, *first = NULL;
	uint16_t now, before = 0;
	struct dhcp6_msg m;
	uint32_t xid = 0;
	guint i;

	if (ip6_has_lost(t, "dhcp6."))
		return;
	for (f = judge_next(t, 0, dhcp6_is_sent, &i); f;
	     f = judge_next(t, i + 1, dhcp6_is_sent, &i)) {
		bool is_first = !first;

		if (!dhcp6_of(&m, f) || !dhcp6_be16(&now, &m, DHCP6_OPT_ELAPSED)) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "it does not say how long it has tried");
			return;
		}
		is_first |= m.xid != xid;
		xid = m.xid;
		if (is_first ? now != 0 : now <= before && before != UINT16_MAX) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it says %u, %s", now,
				  is_first ? "and is the first of its exchange"
					   : "no more than the one before");
			return;
		}
		before = now;
		first = first ? first : f;
	}
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first, "the first says 0");
}

static bool is_ra(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP6_RA;
}

/* From the router's word to the first question; the question, or NULL. */
static const struct trace_frame *first_delay(const Trace *t, uint64_t *ns)
{
	const struct trace_frame *ra, *f;
	guint i;

	ra = judge_next(t, 0, is_ra, &i);
	f = ra ? judge_next(t, i, dhcp6_is_sent, &i) : NULL;
	*ns = f ? f->t_ns - ra->t_ns : 0;
	return f;
}

/* Two boots at different times of day: drawn delays differ. */
static void initial_delay(struct judgement *out, const Trace *t, const Trace *control)
{
	uint64_t a, b, apart;
	const struct trace_frame *f = first_delay(t, &a);

	if (!f || !first_delay(control, &b))
		return;
	apart = a > b ? a - b : b - a;
	judge_saw(out, apart < DELAY_SAME_MS * NS_PER_MS ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f,
		  "%" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
		  " ms after the router's advertisement",
		  a / NS_PER_MS, b / NS_PER_MS);
}

static void random_xid(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *other;
	struct dhcp6_msg a, b;
	guint i;

	f = judge_next(t, 0, dhcp6_is_sent, &i);
	other = judge_next(control, 0, dhcp6_is_sent, &i);
	if (f && other && dhcp6_of(&a, f) && dhcp6_of(&b, other))
		judge_saw(out, a.xid == b.xid ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f,
			  "%06x, and %06x at the other time", a.xid, b.xid);
}

/* The router says M in the one boot and only O in the other. */
static void follows_router(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	struct dhcp6_msg managed, other;
	guint i;

	f = judge_next(control, 0, dhcp6_is_sent, &i);
	if (!f || !dhcp6_of(&other, f))
		return;
	f = judge_next(t, 0, dhcp6_is_sent, &i);
	if (!f || !dhcp6_of(&managed, f))
		return;
	judge_saw(out,
		  managed.type == DHCP6_SOLICIT && other.type == DHCP6_INFORMATION_REQUEST
			  ? JUDGE_SAW_KEPT
			  : JUDGE_SAW_BROKEN,
		  f, "with M it begins with %s, with O alone with %s",
		  dhcp6_type_name(managed.type), dhcp6_type_name(other.type));
}

/* --- nobody answers --- */

/* What is wrong with a wait, held against the one before (0: it is the first); NULL: nothing. */
static char *wrong_wait(uint64_t before_ms, uint64_t ms)
{
	/* RFC 8415 15: twice the one before, and up to a tenth of it more or less; and ours, for
	 * what a machine takes. */
	uint64_t least = before_ms ? before_ms * 185 / 100 : 850;
	uint64_t most = before_ms ? before_ms * 215 / 100 : 1150;

	if (ms >= least && ms <= most)
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT " ms, after %" G_GUINT64_FORMAT, ms, before_ms);
}

static void backoff(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *before;
	uint64_t ms, before_ms = 0;
	unsigned n = 0;
	guint i;

	if (!dhcp6_request(control) || dhcp6_find(t, NULL, &i))
		return;
	before = judge_next(t, 0, dhcp6_is_sent, &i);
	if (!before)
		return;
	for (; (f = judge_next(t, i + 1, dhcp6_is_sent, &i)); before = f) {
		g_autofree char *wrong = NULL;

		ms = (f->t_ns - before->t_ns) / NS_PER_MS;
		wrong = wrong_wait(before_ms, ms);
		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "%s", wrong);
			judge_add_frame(out, before);
			return;
		}
		before_ms = ms;
		n++;
	}
	if (n >= WAITS_MIN)
		judge_saw(out, JUDGE_SAW_KEPT, before, "%u waits, each twice the one before", n);
	else
		judge_saw(out, JUDGE_SAW_BROKEN, before, "it asks %u times in all", n + 1);
}

static void same_xid(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *first;
	struct dhcp6_msg a, b;
	unsigned n = 1;
	guint i;

	if (!dhcp6_request(control) || dhcp6_find(t, NULL, &i))
		return;
	first = judge_next(t, 0, dhcp6_is_sent, &i);
	if (!first || !dhcp6_of(&a, first))
		return;
	while ((f = judge_next(t, i + 1, dhcp6_is_sent, &i)) && dhcp6_of(&b, f)) {
		if (b.xid != a.xid) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it is sent again as %06x, was %06x",
				  b.xid, a.xid);
			judge_add_frame(out, first);
			return;
		}
		n++;
	}
	if (n > 1)
		judge_saw(out, JUDGE_SAW_KEPT, first, "%u messages of transaction %06x", n, a.xid);
}

const struct judge judge_dhcp6[] = {
	JUDGE_EACH("dhcp6.tx.ports-address", dhcp6_is_sent, addresses),
	JUDGE_EACH("dhcp6.tx.multicast-mac", is_to_group, group_mac),
	JUDGE_PAIR("dhcp6.tx.mode-follows-ra", follows_router),
	JUDGE_PAIR("dhcp6.tx.client-id", same_id),
	JUDGE_BOOT("dhcp6.tx.elapsed-first-zero", elapsed),
	JUDGE_EACH("dhcp6.tx.oro-inf-max-rt", is_information_request, asks_for_inf_max_rt),
	JUDGE_EACH("dhcp6.tx.oro-sol-max-rt", is_solicit, asks_for_sol_max_rt),
	JUDGE_EACH("dhcp6.tx.oro-bootfile", is_question, asks_for_url),
	JUDGE_EACH("dhcp6.tx.arch-61", is_question, has_arch),
	JUDGE_PAIR("dhcp6.tx.initial-delay", initial_delay),
	JUDGE_PAIR("dhcp6.tx.retx-backoff", backoff),
	JUDGE_PAIR("dhcp6.tx.retx-same-xid", same_xid),
	JUDGE_PAIR("dhcp6.tx.xid-random", random_xid),
	JUDGE_END,
};
