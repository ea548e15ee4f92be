/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judges of IPv6 look at
 */
#include "harness/judge/ip6.h"

bool ip6_is_sent(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip6;
}

bool ip6_message(struct slice *out, const struct trace_frame *f)
{
	struct ipv6_hdr ip;

	return f->has_ip6 && f->raw.len == f->len && f->len > ETH_HLEN &&
	       !ipv6_decode(&ip, out, f->raw.p + ETH_HLEN, f->len - ETH_HLEN) &&
	       !ip.more_fragments && !ip.frag_offset;
}

bool ip6_icmp(struct icmp_hdr *out, struct slice *body, const struct trace_frame *f)
{
	struct slice message;

	return ip6_message(&message, f) && f->ip6.proto == IP6_NEXT_ICMP &&
	       !icmp6_decode(out, body, &f->ip6, message.p, message.len);
}

bool ip6_ndp(struct ndp *out, const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice body;

	return ip6_icmp(&h, &body, f) && !ndp_decode(out, &h, body);
}

bool ip6_is_icmp_type(const struct trace_frame *f, uint8_t type)
{
	struct icmp_hdr h;
	struct slice body;

	return ip6_icmp(&h, &body, f) && h.type == type;
}

bool ip6_is_dad(struct ip6_addr *target, const struct trace_frame *f)
{
	struct ndp n;

	if (f->kind != FRAME_ICMP6_NS || !ip6_is_unspecified(&f->ip6.src) || !ip6_ndp(&n, f))
		return false;
	*target = n.target;
	return true;
}

const struct trace_frame *ip6_use(const Trace *t, guint i, const struct ip6_addr *a)
{
	const struct trace_frame *f;
	struct ip6_addr tried;

	for (; (f = trace_frame(t, i)); i++)
		if (ip6_is_sent(f) &&
		    (ip6_equal(&f->ip6.src, a) || (ip6_is_dad(&tried, f) && ip6_equal(&tried, a))))
			return f;
	return NULL;
}

const struct trace_frame *ip6_claim(const Trace *t, guint i, const struct ip6_addr *a, guint *at)
{
	const struct trace_frame *f;
	struct ndp n;

	for (; (f = trace_frame(t, i)); i++)
		if (f->to_guest && f->kind == FRAME_ICMP6_NA && ip6_ndp(&n, f) &&
		    ip6_equal(&n.target, a)) {
			*at = i;
			return f;
		}
	return NULL;
}

bool ip6_is_guests(const Trace *t, const struct ip6_addr *a)
{
	const struct trace_frame *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (ip6_is_sent(f) && ip6_equal(&f->ip6.src, a))
			return true;
	return false;
}

bool ip6_has_lost(const Trace *t, const char *prefix)
{
	for (guint i = 0; i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, "impair.drop") && g_str_has_prefix(e->name, prefix))
			return true;
	}
	return false;
}
