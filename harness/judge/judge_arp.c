/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of ARP: what a client asks, answers and learns (RFC 826, RFC 1122 2.3.2, RFC 5227)
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/dhcp4.h"

#define SECOND UINT64_C(1000000000)

/* 52:54:00:00:00:66 says that the server's address is its own. */
static const struct mac intruder = { { 0x52, 0x54, 0, 0, 0, 0x66 } };

/* What a frame says, if it is ARP that can be read. */
static bool arp_of(struct arp *out, const struct trace_frame *f)
{
	return f->eth.type == ETH_TYPE_ARP && f->raw.len > ETH_HLEN &&
	       !arp_decode(out, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN);
}

static bool is_request(const struct trace_frame *f)
{
	return !f->to_guest && f->eth.type == ETH_TYPE_ARP && f->kind != FRAME_ARP_REPLY;
}

static bool is_reply(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_ARP_REPLY;
}

/* The address that the guest uses; 0: it has none, or nobody knows which. */
static uint32_t own_ip(const Trace *t)
{
	const struct trace_frame *ack = dhcp4_lease(t);

	return ack ? ack->dhcp->yiaddr : 0;
}

static uint64_t lease_ns(const Trace *t)
{
	const struct trace_frame *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (f->to_guest && f->kind == FRAME_DHCP_ACK)
			return f->t_ns;
	return UINT64_MAX;
}

/* --- what it asks --- */

static char *request_is_right(const Trace *t, const struct trace_frame *f)
{
	struct arp a;

	if (!arp_of(&a, f))
		return g_strdup("it is no ARP of Ethernet and IPv4");
	if (a.op != ARP_REQUEST)
		return g_strdup_printf("its operation is %u", a.op);
	if (!mac_equal(&a.sha, &f->eth.src))
		return g_strdup("its hardware address is not that of the frame");
	return a.spa && own_ip(t) && a.spa != own_ip(t)
		       ? g_strdup("it says another address than the lease's")
		       : NULL;
}

static char *target_is_zero(const Trace *t, const struct trace_frame *f)
{
	static const struct mac zero;
	struct arp a;

	(void)t;
	return !arp_of(&a, f) || mac_equal(&a.tha, &zero)
		       ? NULL
		       : g_strdup_printf("the address that it asks for is %02x:..:%02x already",
					 a.tha.b[0], a.tha.b[5]);
}

/* Later ones may go to whom it was. */
static char *first_is_to_all(const Trace *t, const struct trace_frame *f)
{
	struct arp a, b;

	if (!arp_of(&a, f) || mac_equal(&f->eth.dst, &mac_broadcast))
		return NULL;
	for (const struct trace_frame *o = trace_frame(t, 0); o < f; o++)
		if (is_request(o) && arp_of(&b, o) && b.tpa == a.tpa)
			return NULL;
	return g_strdup("the first request for an address goes to one host alone");
}

static bool is_request_or_reply(const struct trace_frame *f)
{
	return !f->to_guest && f->eth.type == ETH_TYPE_ARP;
}

static char *silent_before_lease(const Trace *t, const struct trace_frame *f)
{
	struct arp a;

	/* It may have its address from BOOTP: whether it should is another check. */
	if (lease_ns(t) == UINT64_MAX)
		return NULL;
	return f->t_ns < lease_ns(t) && arp_of(&a, f) && a.spa
		       ? g_strdup("it says an address that it has no lease for")
		       : NULL;
}

static void probe(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f;
	uint32_t ip = own_ip(t);
	struct arp a;

	if (!ip)
		return;
	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (is_request(f) && arp_of(&a, f) && !a.spa && a.tpa == ip) {
			judge_saw(out, JUDGE_SAW_KEPT, f, "it asks whether its address is taken");
			return;
		}
		if (!f->to_guest && f->has_ip && f->ip.src == ip) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "it uses its address and did not ask whether that is taken");
			return;
		}
	}
}

static void announce(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f;
	uint32_t ip = own_ip(t);
	struct arp a;

	if (!ip)
		return;
	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (is_request_or_reply(f) && arp_of(&a, f) && a.spa == ip && a.tpa == ip) {
			judge_saw(out, JUDGE_SAW_KEPT, f, "it tells everybody of its address");
			return;
		}
	judge_saw(out, JUDGE_SAW_BROKEN, NULL, "it tells nobody of its address");
}

/* --- what it answers --- */

static bool is_asked(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ARP_REQUEST;
}

/* A reply to @asked; NULL: there is none. */
static const struct trace_frame *find_reply(const Trace *t, const struct trace_frame *asked,
					    uint64_t within_ns)
{
	const struct trace_frame *f = asked + 1;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;
	struct arp q, a;

	if (!arp_of(&q, asked))
		return NULL;
	for (; f < end && f->t_ns - asked->t_ns <= within_ns; f++)
		if (is_reply(f) && arp_of(&a, f) && a.spa == q.tpa && a.tpa == q.spa)
			return f;
	return NULL;
}

/* What is wrong with a reply; NULL: nothing. */
static const char *wrong_in_reply(const struct trace_frame *asked, const struct trace_frame *reply)
{
	struct arp q, a;

	if (!arp_of(&q, asked) || !arp_of(&a, reply))
		return "it cannot be read";
	if (!mac_equal(&a.sha, &reply->eth.src))
		return "its hardware address is not that of the frame";
	if (!mac_equal(&a.tha, &q.sha) || !mac_equal(&reply->eth.dst, &q.sha))
		return "it goes to somebody else than who asked";
	return NULL;
}

static void own_is_answered(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *reply = NULL;
	uint32_t ip = own_ip(t);
	unsigned n = 0;
	struct arp a;
	guint i;

	if (!ip || !judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_asked, &i); f; f = judge_next(t, i + 1, is_asked, &i)) {
		const char *wrong;

		if (!arp_of(&a, f) || a.tpa != ip || f->t_ns < lease_ns(t))
			continue;
		reply = find_reply(t, f, SECOND);
		wrong = reply ? wrong_in_reply(f, reply) : "no reply comes";
		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, reply ? reply : f, "%s", wrong);
			return;
		}
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, reply, "%u of %u answered", n, n);
}

/* Nobody gets an answer about an address that is not the guest's, or not yet. */
static void not_answered(struct judgement *out, const Trace *t, const Trace *control, bool is_early)
{
	const struct trace_frame *f, *reply;
	guint i;

	if (!own_ip(t) || !judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_asked, &i); f; f = judge_next(t, i + 1, is_asked, &i)) {
		struct arp a;

		if (!arp_of(&a, f) || !a.spa || is_early != (f->t_ns < lease_ns(t)) ||
		    (a.tpa == own_ip(t)) != is_early)
			continue;
		reply = find_reply(t, f, is_early ? lease_ns(t) - f->t_ns : 3 * SECOND);
		if (reply) {
			judge_saw(out, JUDGE_SAW_BROKEN, reply, "it answers");
			judge_add_frame(out, f);
			return;
		}
		judge_saw(out, JUDGE_SAW_KEPT, f, "it does not answer");
	}
}

static void others_not_answered(struct judgement *out, const Trace *t, const Trace *control)
{
	not_answered(out, t, control, false);
}

static void early_not_answered(struct judgement *out, const Trace *t, const Trace *control)
{
	not_answered(out, t, control, true);
}

static bool is_malformed(const struct trace_frame *f)
{
	struct arp a;

	return f->to_guest && f->eth.type == ETH_TYPE_ARP && f->len > ETH_HLEN &&
	       (!arp_of(&a, f) || (a.op != ARP_REQUEST && a.op != ARP_REPLY));
}

/* No reply before the next block's ACK, nor anything to who said so. */
static void malformed_ignored(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *end = trace_frame(t, 0) + t->frames->len;
	unsigned n = 0;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_malformed, &i); f;
	     f = judge_next(t, i + 1, is_malformed, &i)) {
		const struct trace_frame *r = f + 1;

		for (; r < end && r->t_ns - f->t_ns < SECOND / 50; r++)
			if (is_reply(r) || (!r->to_guest && mac_equal(&r->eth.dst, &intruder))) {
				judge_saw(out, JUDGE_SAW_BROKEN, r,
					  "it answers, or learns from it");
				judge_add_frame(out, f);
				return;
			}
		n++;
	}
	if (n)
		block_survived(out, t, control, is_malformed);
}

/* --- what it learns --- */

static bool is_claim(const struct trace_frame *f)
{
	struct arp a;

	return f->to_guest && arp_of(&a, f) && mac_equal(&a.sha, &intruder) &&
	       (a.op == ARP_REPLY || a.spa == a.tpa);
}

/* What the guest sends next to the address that was claimed; NULL: nothing. */
static const struct trace_frame *next_to(const Trace *t, const struct trace_frame *claim)
{
	const struct trace_frame *f = claim + 1;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;
	struct arp a;

	for (; f < end && arp_of(&a, claim); f++)
		if (!f->to_guest && f->has_ip && f->ip.dst == a.spa)
			return f;
	return NULL;
}

static void learnt(struct judgement *out, const Trace *t, const Trace *control,
		   enum judge_saw if_new, enum judge_saw if_old)
{
	const struct trace_frame *claim, *f;
	bool has;
	guint i;

	claim = judge_next(t, 0, is_claim, &i);
	f = claim ? next_to(t, claim) : NULL;
	if (!f || !judge_payload_report(control))
		return;
	has = mac_equal(&f->eth.dst, &intruder);
	judge_saw(out, has ? if_new : if_old, f, "the next packet goes to the %s hardware address",
		  has ? "new" : "old");
	judge_add_frame(out, claim);
}

static void update_learnt(struct judgement *out, const Trace *t, const Trace *control)
{
	learnt(out, t, control, JUDGE_SAW_KEPT, JUDGE_SAW_BROKEN);
}

/* RFC 826 has it learnt, and hosts that hold against spoofing do not. */
static void tell_spoof(struct judgement *out, const Trace *t, const Trace *control)
{
	learnt(out, t, control, JUDGE_SAW_VALUE, JUDGE_SAW_VALUE);
}

/* --- nobody answers --- */

static bool is_asking(const struct trace_frame *f)
{
	struct arp a;

	return is_request(f) && arp_of(&a, f) && a.spa && a.spa != a.tpa;
}

/* At most one request in a second for an address. */
static void requests_are_few(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *o;
	unsigned n = 0;
	struct arp a, b;
	guint i, k;

	if (!judge_payload_report(control) || judge_next(t, 0, is_claim, &i))
		return;
	for (f = judge_next(t, 0, is_asking, &i); f; f = judge_next(t, i + 1, is_asking, &i), n++)
		for (o = judge_next(t, i + 1, is_asking, &k); o && arp_of(&a, f) && arp_of(&b, o);
		     o = judge_next(t, k + 1, is_asking, &k))
			if (a.tpa == b.tpa && o->t_ns - f->t_ns < SECOND * 95 / 100) {
				judge_saw(out, JUDGE_SAW_BROKEN, o,
					  "asked again after %" G_GUINT64_FORMAT " ms",
					  (o->t_ns - f->t_ns) / 1000000);
				judge_add_frame(out, f);
				return;
			}
	if (n > 1)
		judge_saw(out, JUDGE_SAW_KEPT, judge_next(t, 0, is_asking, &i), "%u requests", n);
}

static bool is_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_TFTP_RRQ;
}

static bool is_answered(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ARP_REPLY;
}

static void lost_reply(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *rrq;
	guint i;

	f = judge_next(t, 0, is_asking, &i);
	if (!f || !judge_payload_report(control))
		return;
	rrq = judge_next(t, 0, is_rrq, &i);
	if (rrq && rrq->t_ns - f->t_ns < 30 * SECOND)
		judge_saw(out, JUDGE_SAW_KEPT, rrq, "a read request after %" G_GUINT64_FORMAT " ms",
			  (rrq->t_ns - f->t_ns) / 1000000);
	else
		judge_saw(out, JUDGE_SAW_BROKEN, f, "no read request within 30 s");
}

static void first_packet_kept(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *rrq;
	guint i;

	f = judge_next(t, 0, is_answered, &i);
	if (!f || !judge_payload_report(control))
		return;
	rrq = judge_next(t, i, is_rrq, &i);
	if (rrq && rrq->t_ns - f->t_ns < SECOND / 10)
		judge_saw(out, JUDGE_SAW_KEPT, rrq, "the read request goes out at once");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, rrq ? rrq : f,
			  "what waited for the reply is lost");
	judge_add_frame(out, f);
}

/* --- a host that is gone --- */

static bool is_data(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_DATA;
}

/* Nothing that it sends arrives any more: before it gives up it asks who has the address. */
static void asked_again(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *last = NULL;
	guint i;

	for (f = judge_next(t, 0, is_data, &i); f; f = judge_next(t, i + 1, is_data, &i))
		last = f;
	if (!last || !judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_data, &i); f && f->block != last->block;)
		f = judge_next(t, i + 1, is_data, &i);
	f = judge_next(t, i, is_asking, &i);
	judge_saw(out, f ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f ? f : last,
		  f ? "it asks again who has the address"
		    : "it never asks again who has the address");
}

const struct judge judge_arp[] = {
	JUDGE_EACH("arp.request.format", is_request, request_is_right),
	JUDGE_EACH("arp.request.tha-zero", is_request, target_is_zero),
	JUDGE_EACH("arp.request.broadcast", is_request, first_is_to_all),
	JUDGE_EACH("arp.request.no-spa-before-lease", is_request_or_reply, silent_before_lease),
	JUDGE_BOOT("arp.dad.probe-after-ack", probe),
	JUDGE_BOOT("arp.announce", announce),
	JUDGE_PAIR("arp.reply.for-own-ip", own_is_answered),
	JUDGE_PAIR("arp.reply.not-for-others", others_not_answered),
	JUDGE_PAIR("arp.reply.before-lease-silent", early_not_answered),
	JUDGE_PAIR("arp.request.rate-limit", requests_are_few),
	JUDGE_PAIR("arp.request.lost-reply", lost_reply),
	JUDGE_PAIR("arp.queue.first-packet-kept", first_packet_kept),
	JUDGE_PAIR("arp.cache.update-on-rebind", update_learnt),
	JUDGE_PAIR("arp.cache.expiry", asked_again),
	JUDGE_PAIR("arp.spoof.unsolicited-reply", tell_spoof),
	JUDGE_PAIR("arp.malformed", malformed_ignored),
	JUDGE_END,
};
