/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of UDP (RFC 768, RFC 1122 4.1)
 */
#include "harness/judge/areas.h"

static bool is_datagram(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && f->has_ip;
}

static char *checksum_is_right(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	switch (f->udp.checksum) {
	case UDP_CHECKSUM_GOOD:
		return NULL;
	case UDP_CHECKSUM_NONE:
		return g_strdup("it has no checksum");
	case UDP_CHECKSUM_BAD:
		break;
	}
	return g_strdup("its checksum is wrong");
}

static bool is_spoilt(const struct trace_frame *f)
{
	return f->to_guest && f->has_udp && f->udp.checksum == UDP_CHECKSUM_BAD;
}

/* What arrives with a wrong checksum must not get into what is started. */
static void bad_is_dropped(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_spoilt, &i);
	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

const struct judge judge_udp[] = {
	JUDGE_EACH("udp.checksum.tx-valid", is_datagram, checksum_is_right),
	JUDGE_PAIR("udp.checksum.bad-drop", bad_is_dropped),
	JUDGE_END,
};
