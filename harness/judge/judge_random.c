/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what an attacker must not know: identifiers of two boots in which all is the same, the
 * time of day as well, but for the random numbers that the CPU has
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/tftp.h"

enum {
	TCP_SEQUENCE_AT = 4, /* RFC 9293 3.1 */
};

static void same_or_not(struct judgement *out, const char *what, const struct trace_frame *f,
			uint32_t a, uint32_t b)
{
	if (a == b)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "%s is %08x in both boots", what, a);
	else
		judge_saw(out, JUDGE_SAW_KEPT, f,
			  "%s is %08x, and %08x in another boot at that time", what, a, b);
}

static void xid(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = judge_next(t, 0, dhcp4_is_discover, &i);
	const struct trace_frame *g = judge_next(control, 0, dhcp4_is_discover, &i);

	if (f && g)
		same_or_not(out, "xid", f, f->dhcp->xid, g->dhcp->xid);
}

/* How many of the first ports are the same in both; in @n how many there are. */
static unsigned same_ports(const Trace *t, const Trace *control, unsigned *n)
{
	const struct trace_frame *f, *g;
	unsigned n_same = 0;
	guint i, k;

	f = judge_next(t, 0, tftp_is_rrq, &i);
	g = judge_next(control, 0, tftp_is_rrq, &k);
	for (*n = 0; f && g; ++*n) {
		n_same += f->udp.sport == g->udp.sport;
		f = judge_next(t, i + 1, tftp_is_rrq, &i);
		g = judge_next(control, k + 1, tftp_is_rrq, &k);
	}
	return n_same;
}

/* Ports are few: one of many may be the same by chance. */
static void ids(struct judgement *out, const Trace *t, const Trace *control)
{
	unsigned n, n_same = same_ports(t, control, &n);

	xid(out, t, control);
	if (out->saw != JUDGE_SAW_KEPT || !n)
		return;
	if (n_same > n / 2)
		judge_saw(out, JUDGE_SAW_BROKEN, dhcp4_first_rrq(t),
			  "%u of %u ports are the same in both boots", n_same, n);
	else
		judge_saw(out, JUDGE_SAW_KEPT, dhcp4_first_rrq(t),
			  "xid and ports are others; %u of %u ports are the same", n_same, n);
}

static bool is_syn(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip && f->kind == FRAME_TCP_SYN;
}

static uint32_t sequence(const struct trace_frame *f)
{
	struct rd r = RD_INIT(f->raw.p, f->raw.len);

	rd_take(&r, ETH_HLEN + IPV4_HLEN_MIN + TCP_SEQUENCE_AT);
	return rd_be32(&r);
}

static void isn(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = judge_next(t, 0, is_syn, &i);
	const struct trace_frame *g = judge_next(control, 0, is_syn, &i);

	if (f && g)
		same_or_not(out, "the first sequence number", f, sequence(f), sequence(g));
}

const struct judge judge_random[] = {
	JUDGE_PAIR("res.id-predictability", ids),
	JUDGE_PAIR("sec.cve-2023-45236", isn),
	JUDGE_PAIR("sec.cve-2023-45237", xid),
	JUDGE_PAIR("dhcp4.xid.predictable", xid),
	JUDGE_END,
};
