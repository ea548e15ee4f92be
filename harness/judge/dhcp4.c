/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of DHCP ask of boots
 */
#include "harness/judge/dhcp4.h"

#include <string.h>

#include "harness/judge/tftp.h"

enum {
	YIADDR_AT = 16,
	ARP_SPA_AT = ETH_HLEN + 14,
};

uint32_t dhcp4_yiaddr(const struct trace_frame *f)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);
	uint32_t ip;

	rd_take(&r, YIADDR_AT);
	ip = rd_be32(&r);
	return r.bad ? 0 : ip;
}

bool dhcp4_raw_option(struct slice *out, const struct trace_frame *f, uint8_t code)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);
	uint8_t c;

	rd_take(&r, DHCP_FIXED_LEN);
	if (rd_be32(&r) != DHCP_MAGIC)
		return false;
	while (!r.bad && r.left) {
		size_t len;

		c = rd_u8(&r);
		if (c == DHCP_OPT_END)
			return false;
		if (c == DHCP_OPT_PAD)
			continue;
		len = r.left ? rd_u8(&r) : 0;
		if (c == code) {
			*out = (struct slice){ r.p, MIN(len, r.left) };
			return true;
		}
		rd_take(&r, len);
	}
	return false;
}

bool dhcp4_has_lease(const Trace *t)
{
	return trace_event(t, "milestone", "dhcp-ack");
}

static bool is_ack(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_DHCP_ACK;
}

const struct trace_frame *dhcp4_lease(const Trace *t)
{
	const struct trace_frame *first, *f;
	guint i;

	first = judge_next(t, 0, is_ack, &i);
	for (f = first; f; f = judge_next(t, i + 1, is_ack, &i))
		if (f->dhcp->yiaddr != first->dhcp->yiaddr ||
		    dhcp4_server(f) != dhcp4_server(first))
			return NULL;
	return first;
}

const struct trace_frame *dhcp4_find(const Trace *t, guint from, dhcp4_fault is, guint *at)
{
	const struct trace_frame *f, *asked = NULL;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (dhcp4_is_message(f))
			asked = f;
		if (i >= from && dhcp4_is_reply(f) && is(f, asked)) {
			*at = i;
			return f;
		}
	}
	return NULL;
}

static bool asks_for(const struct trace_frame *f, uint32_t ip)
{
	uint32_t asked;

	return !f->to_guest && f->kind == FRAME_DHCP_REQUEST &&
	       !dhcp_opt_find_be32(&asked, f->dhcp, DHCP_OPT_REQUESTED_IP) && asked == ip;
}

static bool comes_from(const struct trace_frame *f, uint32_t ip)
{
	struct rd r = RD_INIT(f->raw.p, f->raw.len);

	if (f->to_guest || !ip)
		return false;
	if (f->has_ip)
		return f->ip.src == ip;
	if (f->kind != FRAME_ARP_REQUEST && f->kind != FRAME_ARP_REPLY)
		return false;
	rd_take(&r, ARP_SPA_AT);
	return rd_be32(&r) == ip && !r.bad;
}

const struct trace_frame *dhcp4_use(const Trace *t, guint from, uint32_t ip)
{
	const struct trace_frame *f;

	for (; (f = trace_frame(t, from)); from++)
		if (asks_for(f, ip) || comes_from(f, ip))
			return f;
	return NULL;
}

char *dhcp4_ip_text(uint32_t ip)
{
	return g_strdup_printf("%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

void dhcp4_refuses(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *first = dhcp4_find(t, 0, is, &i), *f;

	if (!first || !dhcp4_has_lease(control))
		return;
	for (f = first; f; f = dhcp4_find(t, i + 1, is, &i)) {
		const struct trace_frame *use = dhcp4_use(t, i + 1, dhcp4_yiaddr(f));
		g_autofree char *ip = dhcp4_ip_text(dhcp4_yiaddr(f));

		if (!use)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, use, "a %s %s %s, which that message offered",
			  frame_kind_name(use->kind),
			  asks_for(use, dhcp4_yiaddr(f)) ? "asks for" : "comes from", ip);
		judge_add_frame(out, f);
		return;
	}
	judge_same_payload(out, t, control);
	judge_add_frame(out, first);
}

void dhcp4_takes(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, is, &i);

	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

void dhcp4_survives(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, is, &i);
	const struct trace_event *e = trace_event(t, "ending", NULL);

	if (f && e && judge_ended(control))
		judge_saw(out, judge_ended(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
			  "it ends with %s", e->name);
}

/* --- files --- */

const struct trace_frame *dhcp4_first_rrq(const Trace *t)
{
	guint i;

	return judge_next(t, 0, tftp_is_like_rrq, &i);
}

struct slice dhcp4_rrq_name(const struct trace_frame *rrq)
{
	struct slice s = { rrq->payload.p + 2, rrq->payload.len - 2 };
	const uint8_t *nul = s.len ? memchr(s.p, 0, s.len) : NULL;

	if (nul)
		s.len = (size_t)(nul - s.p);
	return s;
}

void dhcp4_takes_file(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *fault = dhcp4_find(t, 0, is, &i);
	const struct trace_frame *want = dhcp4_first_rrq(control), *got = dhcp4_first_rrq(t);
	struct slice a, b;

	if (!fault || !want)
		return;
	a = dhcp4_rrq_name(want);
	if (!got) {
		judge_saw(out, JUDGE_SAW_BROKEN, fault,
			  "no file is asked for; the control's is %.*s", (int)a.len,
			  (const char *)a.p);
		return;
	}
	b = dhcp4_rrq_name(got);
	if (!tftp_same_text(a, b) || want->ip.dst != got->ip.dst)
		judge_saw(out, JUDGE_SAW_BROKEN, got, "it asks for %.*s, its control for %.*s",
			  (int)b.len, (const char *)b.p, (int)a.len, (const char *)a.p);
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, fault);
}

const struct trace_frame *dhcp4_next_message(const Trace *t, guint from, guint *at)
{
	const struct trace_frame *f;

	for (; (f = trace_frame(t, from)); from++)
		if (dhcp4_is_message(f) && !dhcp4_is_release(f)) {
			*at = from;
			return f;
		}
	return NULL;
}
