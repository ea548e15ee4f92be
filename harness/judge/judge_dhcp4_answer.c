/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a DHCPv4 client makes of an ACK and of a NAK (RFC 2131 3.1, 4.4.1)
 *
 * Active: it comes too early, from somebody else, or with another address than was offered.
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"

enum {
	NAK_WINDOW_S = 10, /* RFC 2131 4.1: not more than one in a second, in the long run */
};

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

static bool answers_discover(const struct trace_frame *f, const struct trace_frame *asked,
			     enum frame_kind kind)
{
	return f->kind == kind && asked && asked->kind == FRAME_DHCP_DISCOVER;
}

static bool is_early_ack(const struct trace_frame *f, const struct trace_frame *asked)
{
	return answers_discover(f, asked, FRAME_DHCP_ACK);
}

static bool is_early_nak(const struct trace_frame *f, const struct trace_frame *asked)
{
	return answers_discover(f, asked, FRAME_DHCP_NAK);
}

static bool is_others(const struct trace_frame *f, const struct trace_frame *asked,
		      enum frame_kind kind)
{
	return f->kind == kind && asked && asked->kind == FRAME_DHCP_REQUEST &&
	       dhcp4_server(f) != dhcp4_server(asked);
}

static bool is_others_ack(const struct trace_frame *f, const struct trace_frame *asked)
{
	return is_others(f, asked, FRAME_DHCP_ACK);
}

static bool is_others_nak(const struct trace_frame *f, const struct trace_frame *asked)
{
	return is_others(f, asked, FRAME_DHCP_NAK);
}

static bool is_nak(const struct trace_frame *f, const struct trace_frame *asked)
{
	return f->kind == FRAME_DHCP_NAK && asked && asked->kind == FRAME_DHCP_REQUEST;
}

/* --- ACK --- */

static void early_ack_refused(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_refuses(out, t, control, is_early_ack);
}

static void others_ack_refused(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_refuses(out, t, control, is_others_ack);
}

/* The address of the ACK counts, from there to the next DISCOVER. */
static void ack_counts(struct judgement *out, const Trace *t, const Trace *control)
{
	uint32_t offered = 0;
	const struct trace_frame *ack = NULL, *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (f->to_guest && f->kind == FRAME_DHCP_OFFER)
			offered = f->dhcp->yiaddr;
		if (f->to_guest && f->kind == FRAME_DHCP_ACK)
			ack = f->dhcp->yiaddr != offered ? f : NULL;
		if (dhcp4_is_discover(f))
			ack = NULL;
		if (!ack || f->to_guest || !f->has_ip || !f->ip.src)
			continue;
		if (!dhcp4_has_lease(control))
			return;
		judge_saw(out, f->ip.src == ack->dhcp->yiaddr ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
			  f, "it uses the address of the %s",
			  f->ip.src == ack->dhcp->yiaddr ? "ACK" : "OFFER");
		judge_add_frame(out, ack);
		return;
	}
}

/* --- NAK --- */

/* One that means this client: it begins anew. */
static void nak_restarts(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *nak = dhcp4_find(t, 0, is_nak, &i), *next;

	if (!nak || !dhcp4_has_lease(control))
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (!next || next->kind != FRAME_DHCP_DISCOVER)
		judge_saw(out, JUDGE_SAW_BROKEN, next, "%s follows the NAK, not a DISCOVER",
			  next ? frame_kind_name(next->kind) : "nothing");
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, nak);
}

/* One that does not: it goes on, with the exchange that it has. */
static void nak_ignored(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *nak = dhcp4_find(t, 0, is, &i), *next;

	if (!nak || !dhcp4_has_lease(control))
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (next && next->kind == FRAME_DHCP_DISCOVER)
		judge_saw(out, JUDGE_SAW_BROKEN, next, "a DISCOVER follows the NAK");
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, nak);
}

static void others_nak_ignored(struct judgement *out, const Trace *t, const Trace *control)
{
	nak_ignored(out, t, control, is_others_nak);
}

static void early_nak_ignored(struct judgement *out, const Trace *t, const Trace *control)
{
	nak_ignored(out, t, control, is_early_nak);
}

static void nak_rate(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) requests = g_ptr_array_new();
	const struct trace_frame *f;
	guint i;

	if (!dhcp4_find(t, 0, is_nak, &i) || !dhcp4_has_lease(control))
		return;
	for (f = judge_next(t, 0, dhcp4_is_selecting, &i); f;
	     f = judge_next(t, i + 1, dhcp4_is_selecting, &i))
		g_ptr_array_add(requests, (void *)f);
	for (i = 0; i + NAK_WINDOW_S < requests->len; i++) {
		const struct trace_frame *a = requests->pdata[i],
					 *b = requests->pdata[i + NAK_WINDOW_S];

		if (b->t_ns - a->t_ns >= NAK_WINDOW_S * NS_PER_S)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, a, "%u REQUESTs in %u ms", NAK_WINDOW_S + 1,
			  (unsigned)((b->t_ns - a->t_ns) / NS_PER_MS));
		return;
	}
	if (requests->len > 1)
		judge_saw(out, JUDGE_SAW_KEPT, requests->pdata[0], "%u REQUESTs in %u s",
			  requests->len,
			  (unsigned)((t->end_ns -
				      ((const struct trace_frame *)requests->pdata[0])->t_ns) /
				     NS_PER_S));
}

const struct judge judge_dhcp4_answer[] = {
	JUDGE_PAIR("dhcp4.ack.before-request", early_ack_refused),
	JUDGE_PAIR("dhcp4.ack.other-server", others_ack_refused),
	JUDGE_PAIR("dhcp4.ack.yiaddr-changed", ack_counts),
	JUDGE_PAIR("dhcp4.nak.restart", nak_restarts),
	JUDGE_PAIR("dhcp4.nak.other-server", others_nak_ignored),
	JUDGE_PAIR("dhcp4.nak.loop-rate", nak_rate),
	JUDGE_PAIR("dhcp4.nak.in-selecting", early_nak_ignored),
	JUDGE_END,
};
