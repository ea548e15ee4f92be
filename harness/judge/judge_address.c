/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a client does with its lease: who is in its subnet, and who has its address
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/entry.h"
#include "harness/judge/tftp.h"

#define QUIET_NS UINT64_C(10000000000) /* RFC 2131 3.1: after a DECLINE */

/* --- subnets (RFC 1122 3.3.1) --- */

struct subnet {
	const struct trace_frame *ack;
	uint32_t mask, router, server; /* router: 0 without one */
};

/* A lease whose boot server is in another subnet. */
static bool elsewhere(struct subnet *out, const Trace *t)
{
	const struct trace_frame *ack = dhcp4_lease(t);

	if (!ack || dhcp_opt_find_be32(&out->mask, ack->dhcp, DHCP_OPT_SUBNET_MASK))
		return false;
	if (dhcp_opt_find_be32(&out->router, ack->dhcp, DHCP_OPT_ROUTER))
		out->router = 0;
	out->ack = ack;
	out->server = ack->dhcp->siaddr;
	return out->server && (out->server ^ ack->dhcp->yiaddr) & out->mask;
}

/* Whom an ARP request of the client's is for; 0: it is none. */
static uint32_t asks_for(const struct trace_frame *f)
{
	struct arp a;

	if (f->to_guest || f->kind != FRAME_ARP_REQUEST || f->raw.len < ETH_HLEN ||
	    arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN))
		return 0;
	return a.tpa;
}

/* An ARP request for that address; NULL: there is none. */
static const struct trace_frame *request_for(const Trace *t, uint32_t ip)
{
	const struct trace_frame *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (asks_for(f) == ip)
			return f;
	return NULL;
}

static void obeys_mask(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	struct subnet s;

	if (!judge_payload_report(control) || !elsewhere(&s, t) || s.router)
		return;
	f = request_for(t, s.server);
	judge_saw(out, f ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f ? f : s.ack,
		  "%s who has an address of another subnet", f ? "it asks" : "it does not ask");
}

/* Whoever has no way to the server, or finds nobody there, says so and stops. */
static void no_router(struct judgement *out, const Trace *t, const Trace *control)
{
	struct subnet s;

	if (elsewhere(&s, t) && !s.router)
		entry_stopped(out, t, control);
}

static void via_router(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *rrq = dhcp4_first_rrq(t), *asks_host, *asks_router;
	struct subnet s;

	if (!judge_payload_report(control) || !elsewhere(&s, t) || !s.router)
		return;
	asks_host = request_for(t, s.server);
	asks_router = request_for(t, s.router);
	if (asks_host)
		judge_saw(out, JUDGE_SAW_BROKEN, asks_host,
			  "it asks who has an address of another subnet");
	else if (!asks_router)
		judge_saw(out, JUDGE_SAW_BROKEN, s.ack, "it does not ask for the router");
	else if (!rrq || rrq->ip.dst != s.server)
		judge_saw(out, JUDGE_SAW_BROKEN, asks_router, "the server is sent nothing");
	else
		judge_saw(out, JUDGE_SAW_KEPT, asks_router,
			  "it asks for the router, and sends the "
			  "server's packets there");
}

/* --- an address that is taken (RFC 2131 3.1, 4.4.4) --- */

static bool is_decline(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP_DECLINE;
}

static char *decline_is_right(const Trace *t, const struct trace_frame *f)
{
	uint32_t asked;

	(void)t;
	if (f->ip.dst != UINT32_MAX)
		return g_strdup("it goes to one host alone");
	if (f->dhcp->ciaddr)
		return g_strdup("its ciaddr is not zero");
	if (dhcp_opt_find_be32(&asked, f->dhcp, DHCP_OPT_REQUESTED_IP))
		return g_strdup("there is no option 50");
	if (!dhcp4_server(f))
		return g_strdup("there is no option 54");
	return dhcp4_has_option(f, DHCP_OPT_PARAMETERS) ? g_strdup("it has a parameter list")
							: NULL;
}

/* Of no address of its own: one that announces its address does not ask for it. */
static bool is_probe(const struct trace_frame *f)
{
	struct arp a;

	return !arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN) && !a.spa;
}

/* Somebody says that the address of the lease is his, to a client that asked. */
static const struct trace_frame *conflict(const Trace *t, uint32_t ip, guint *at)
{
	const struct trace_frame *f, *probe = NULL;
	struct arp a;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (asks_for(f) == ip && is_probe(f))
			probe = f;
		if (!probe || !f->to_guest || f->kind != FRAME_ARP_REPLY ||
		    arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN) || a.spa != ip)
			continue;
		*at = i;
		return f;
	}
	return NULL;
}

static void declines(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *ack = dhcp4_lease(t), *taken, *decline, *f;
	guint i;

	taken = ack ? conflict(t, ack->dhcp->yiaddr, &i) : NULL;
	(void)control;
	if (!taken)
		return;
	decline = judge_next(t, i, is_decline, &i);
	f = decline ? dhcp4_next_message(t, i + 1, &i) : NULL;
	if (!decline)
		judge_saw(out, JUDGE_SAW_BROKEN, taken, "no DECLINE follows");
	else if (f && f->t_ns - decline->t_ns < QUIET_NS)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "after %u ms it asks again",
			  (unsigned)((f->t_ns - decline->t_ns) / 1000000));
	else
		judge_saw(out, JUDGE_SAW_KEPT, decline, "a DECLINE, and then nothing for a while");
	judge_add_frame(out, taken);
}

const struct judge judge_address[] = {
	JUDGE_PAIR("arp.offlink.via-router", via_router),
	JUDGE_PAIR("arp.offlink.no-router", no_router),
	JUDGE_PAIR("arp.mask.without-router", obeys_mask),
	JUDGE_PAIR("arp.dad.conflict-decline", declines),
	JUDGE_EACH("dhcp4.decline.fields", is_decline, decline_is_right),
	JUDGE_END,
};
