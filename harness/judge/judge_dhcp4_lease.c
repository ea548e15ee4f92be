/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a DHCPv4 client does with a lease that it has (RFC 2131 4.4.5)
 *
 * Active: the lease is shorter than the boot. A boot that ends before anything is due tells
 * nothing.
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"

enum {
	EARLY_PERCENT = 80, /* RFC 2131 4.4.5: with some random fuzz */
	LATE_PERCENT = 120,
	GRACE_S = 2, /* for clocks, and for packets on their way */
};

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
#define FOR_EVER UINT32_MAX

static bool is_ack(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_DHCP_ACK;
}

static uint32_t seconds(const struct trace_frame *ack, uint8_t code, uint32_t otherwise)
{
	uint32_t s;

	return dhcp_opt_find_be32(&s, ack->dhcp, code) ? otherwise : s;
}

/* What is sent to keep a lease: ciaddr says which. */
static bool is_renewal(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP_REQUEST && f->dhcp->ciaddr &&
	       !dhcp4_has_option(f, DHCP_OPT_SERVER_ID);
}

static bool is_rebinding(const struct trace_frame *f)
{
	return is_renewal(f) && f->ip.dst == UINT32_MAX;
}

/* The first ACK, and what was sent to keep its lease; NULL: there is no ACK. */
static const struct trace_frame *lease(const Trace *t, bool (*is)(const struct trace_frame *),
				       const struct trace_frame **kept)
{
	guint i, j;
	const struct trace_frame *ack = judge_next(t, 0, is_ack, &i);

	*kept = ack ? judge_next(t, i + 1, is, &j) : NULL;
	return ack;
}

/* Whether it came when it was due; nothing, if the boot did not last so long. */
static void in_time(struct judgement *out, const Trace *t, const struct trace_frame *ack,
		    const struct trace_frame *kept, uint32_t due_s)
{
	uint64_t after_ns;

	if (!kept && t->end_ns < ack->t_ns + (uint64_t)due_s * LATE_PERCENT / 100 * NS_PER_S +
					 GRACE_S * NS_PER_S)
		return;
	if (!kept) {
		judge_saw(out, JUDGE_SAW_BROKEN, ack, "nothing was sent to keep it, %u s and more",
			  due_s);
		return;
	}
	after_ns = (kept->t_ns - ack->t_ns) * 100;
	judge_saw(out,
		  after_ns < (uint64_t)due_s * EARLY_PERCENT * NS_PER_S ||
				  after_ns > (uint64_t)due_s * LATE_PERCENT * NS_PER_S
			  ? JUDGE_SAW_BROKEN
			  : JUDGE_SAW_KEPT,
		  kept, "a REQUEST comes after %u ms; due are %u s",
		  (unsigned)(after_ns / 100 / NS_PER_MS), due_s);
	judge_add_frame(out, ack);
}

static void renewed(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *renewal, *ack = lease(t, is_renewal, &renewal);
	uint32_t server, lease_s;

	if (!ack || !dhcp4_has_lease(control) ||
	    (lease_s = seconds(ack, DHCP_OPT_LEASE_TIME, FOR_EVER)) == FOR_EVER)
		return;
	if (renewal && (dhcp_opt_find_be32(&server, ack->dhcp, DHCP_OPT_SERVER_ID) ||
			renewal->ip.dst != server)) {
		judge_saw(out, JUDGE_SAW_BROKEN, renewal, "it is not sent to the server");
		return;
	}
	if (renewal && dhcp4_has_option(renewal, DHCP_OPT_REQUESTED_IP)) {
		judge_saw(out, JUDGE_SAW_BROKEN, renewal, "there is an option 50");
		return;
	}
	in_time(out, t, ack, renewal, seconds(ack, DHCP_OPT_T1, lease_s / 2));
}

/* Other times than the lease gives. */
static void obeys_t1(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *renewal, *ack = lease(t, is_renewal, &renewal);
	uint32_t t1_s = ack ? seconds(ack, DHCP_OPT_T1, 0) : 0;

	if (t1_s && dhcp4_has_lease(control))
		in_time(out, t, ack, renewal, t1_s);
}

static void rebound(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *rebinding, *ack = lease(t, is_rebinding, &rebinding);
	uint32_t lease_s = ack ? seconds(ack, DHCP_OPT_LEASE_TIME, FOR_EVER) : FOR_EVER;

	if (lease_s != FOR_EVER && dhcp4_has_lease(control))
		in_time(out, t, ack, rebinding,
			seconds(ack, DHCP_OPT_T2, (uint32_t)(lease_s * UINT64_C(7) / 8)));
}

/* After the only ACK. */
static void expires(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i, j;
	const struct trace_frame *ack = judge_next(t, 0, is_ack, &i), *f;
	uint32_t lease_s = ack ? seconds(ack, DHCP_OPT_LEASE_TIME, FOR_EVER) : FOR_EVER;
	const struct trace_event *ending = trace_event(t, "ending", NULL);
	uint64_t end_ns;

	if (lease_s == FOR_EVER || !dhcp4_has_lease(control) || judge_next(t, i + 1, is_ack, &j))
		return;
	end_ns = ack->t_ns + lease_s * NS_PER_S;
	while ((f = trace_frame(t, i)) && f->t_ns < end_ns + GRACE_S * NS_PER_S)
		i++;
	f = dhcp4_use(t, i, ack->dhcp->yiaddr);
	if (f) {
		judge_saw(out, JUDGE_SAW_BROKEN, f, "a %s comes from it %u s after its end",
			  frame_kind_name(f->kind), (unsigned)((f->t_ns - end_ns) / NS_PER_S));
		judge_add_frame(out, ack);
	} else if (t->end_ns + NS_PER_S >= end_ns) {
		judge_saw(out, JUDGE_SAW_KEPT, ack,
			  "nothing comes from it after its end; the boot ends with %s",
			  ending ? ending->name : "nothing");
	}
}

static void for_ever(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *renewal, *ack = lease(t, is_renewal, &renewal);

	if (!ack || seconds(ack, DHCP_OPT_LEASE_TIME, 0) != FOR_EVER)
		return;
	if (renewal)
		judge_saw(out, JUDGE_SAW_BROKEN, renewal, "it is renewed after %u ms",
			  (unsigned)((renewal->t_ns - ack->t_ns) / NS_PER_MS));
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, ack);
}

static bool has_no_lease_time(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice value;

	(void)asked;
	return is_ack(f) && !dhcp4_raw_option(&value, f, DHCP_OPT_LEASE_TIME);
}

static void no_lease_time(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_takes(out, t, control, has_no_lease_time);
}

/* --- before there is a lease --- */

/* The client hears what is sent to an address that it does not have yet. */
static void hears_unicast(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *discover = judge_next(t, 0, dhcp4_is_discover, &i), *offer, *next;

	if (!discover || discover->dhcp->flags & DHCP_FLAG_BROADCAST || !dhcp4_has_lease(control))
		return;
	offer = trace_frame(t, i);
	while (offer && !(offer->to_guest && offer->kind == FRAME_DHCP_OFFER))
		offer = trace_frame(t, ++i);
	if (!offer || offer->ip.dst != offer->dhcp->yiaddr)
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (next && next->kind == FRAME_DHCP_REQUEST)
		judge_saw(out, JUDGE_SAW_KEPT, next, "a REQUEST follows an OFFER that was unicast");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, next, "%s follows an OFFER that was unicast",
			  next ? frame_kind_name(next->kind) : "nothing");
	judge_add_frame(out, offer);
}

/* An OFFER a second or more after its DISCOVER. */
static bool is_late(const struct trace_frame *f, const struct trace_frame *asked)
{
	return f->kind == FRAME_DHCP_OFFER && asked && f->t_ns > asked->t_ns + NS_PER_S;
}

static void late_offer(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_takes(out, t, control, is_late);
}

const struct judge judge_dhcp4_lease[] = {
	JUDGE_PAIR("dhcp4.flags.broadcast-need", hears_unicast),
	JUDGE_PAIR("dhcp4.retx.late-offer", late_offer),
	JUDGE_PAIR("dhcp4.renew.t1", renewed),
	JUDGE_PAIR("dhcp4.renew.t1-t2-values", obeys_t1),
	JUDGE_PAIR("dhcp4.rebind.broadcast", rebound),
	JUDGE_PAIR("dhcp4.lease.expiry-stop", expires),
	JUDGE_PAIR("dhcp4.lease.infinite", for_ever),
	JUDGE_PAIR("dhcp4.lease.missing", no_lease_time),
	JUDGE_END,
};
