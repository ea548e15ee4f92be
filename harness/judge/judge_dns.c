/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of answers to queries for names (RFC 1035, RFC 5452)
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/tftp.h"

enum {
	DNS_PORT = 53,
	DNS_ANSWER_MIN = 16, /* header, and a record's data at the end */
};

static bool is_query(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip && f->has_udp && f->udp.dport == DNS_PORT;
}

static bool is_answer(const struct trace_frame *f)
{
	return f->to_guest && f->has_ip && f->kind == FRAME_UDP && f->payload.len >= DNS_ANSWER_MIN;
}

/* Whether an answer has the number of a query, and comes from whom it went to, and to its port. */
static bool is_to(const struct trace_frame *f, const struct trace_frame *query)
{
	return f->udp.dport == query->udp.sport && f->udp.sport == query->udp.dport &&
	       f->ip.src == query->ip.dst && query->payload.len >= 2 &&
	       !memcmp(f->payload.p, query->payload.p, 2);
}

/* The address at its end. */
static uint32_t told(const struct trace_frame *f)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);

	rd_take(&r, f->payload.len - 4);
	return rd_be32(&r);
}

/* The client asks who has that address, or sends something there. */
static const struct trace_frame *turns_to(const Trace *t, guint i, uint32_t ip)
{
	const struct trace_frame *f;
	struct arp a;

	for (; (f = trace_frame(t, i)); i++) {
		if (f->to_guest)
			continue;
		if (f->has_ip && f->ip.dst == ip)
			return f;
		if (f->kind == FRAME_ARP_REQUEST && f->raw.len > ETH_HLEN &&
		    !arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN) && a.tpa == ip)
			return f;
	}
	return NULL;
}

/* Answers to nobody's question name addresses that are nobody's. */
static void unmatched(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *query, *f, *use;
	unsigned n = 0;
	guint i;

	query = judge_next(t, 0, is_query, &i);
	if (!query || !dhcp4_first_rrq(control))
		return;
	for (f = judge_next(t, i, is_answer, &i); f; f = judge_next(t, i + 1, is_answer, &i)) {
		use = turns_to(t, i + 1, told(f));
		if (use) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "it turns to the address of an answer that %s",
				  is_to(f, query) ? "is to another question"
						  : "has another number, or comes from elsewhere");
			judge_add_frame(out, use);
			return;
		}
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, query, "none of %u answers is taken", n);
}

/* Answers that could be the right ones, but for a name without an end. */
static void loop(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *query, *f;
	guint i;

	query = judge_next(t, 0, is_query, &i);
	if (!query || !judge_payload_report(control))
		return;
	f = judge_next(t, i, is_answer, &i);
	if (!f || !is_to(f, query))
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

const struct judge judge_dns[] = {
	JUDGE_PAIR("dns.answer.unmatched", unmatched),
	JUDGE_PAIR("dns.compression-loop", loop),
	JUDGE_END,
};
