/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judges of DHCPv6 look at
 */
#include "harness/judge/dhcp6.h"

#include "harness/judge/tftp.h"

bool dhcp6_is_message(const struct trace_frame *f)
{
	return frame_kind_area(f->kind) == FRAME_AREA_DHCP6 && f->kind != FRAME_DHCP6_RELAY;
}

bool dhcp6_is_sent(const struct trace_frame *f)
{
	return !f->to_guest && dhcp6_is_message(f);
}

bool dhcp6_is_received(const struct trace_frame *f)
{
	return f->to_guest && dhcp6_is_message(f);
}

bool dhcp6_of(struct dhcp6_msg *out, const struct trace_frame *f)
{
	return dhcp6_is_message(f) && !dhcp6_msg_decode(out, f->payload.p, f->payload.len);
}

bool dhcp6_be16(uint16_t *out, const struct dhcp6_msg *m, uint16_t code)
{
	struct slice value;
	struct rd r;

	if (dhcp6_opt_find(&value, m, code) || value.len != sizeof(*out))
		return false;
	r = (struct rd)RD_INIT(value.p, value.len);
	*out = rd_be16(&r);
	return true;
}

bool dhcp6_last_sent(struct dhcp6_msg *out, const Trace *t, guint i)
{
	while (i--)
		if (dhcp6_is_sent(trace_frame(t, i)))
			return dhcp6_of(out, trace_frame(t, i));
	return false;
}

const struct trace_frame *dhcp6_first(const Trace *t, guint i, enum dhcp6_type type)
{
	const struct trace_frame *f;
	struct dhcp6_msg m;

	for (f = judge_next(t, i, dhcp6_is_sent, &i); f;
	     f = judge_next(t, i + 1, dhcp6_is_sent, &i))
		if (dhcp6_of(&m, f) && m.type == type)
			return f;
	return NULL;
}

static bool is_request(const struct trace_frame *f)
{
	return f->has_ip6 && tftp_is_rrq(f);
}

const struct trace_frame *dhcp6_request(const Trace *t)
{
	guint i;

	return judge_next(t, 0, is_request, &i);
}

const struct trace_frame *dhcp6_find(const Trace *t, dhcp6_fault *is, guint *at)
{
	const struct trace_frame *f;
	struct dhcp6_msg m;
	guint i;

	for (f = judge_next(t, 0, dhcp6_is_received, &i); f;
	     f = judge_next(t, i + 1, dhcp6_is_received, &i))
		if (dhcp6_of(&m, f) && (!is || is(t, i, &m))) {
			*at = i;
			return f;
		}
	return NULL;
}

static bool is_asked_for(const Trace *t, struct slice file)
{
	const struct trace_frame *f;
	guint i;

	for (f = judge_next(t, 0, is_request, &i); f; f = judge_next(t, i + 1, is_request, &i))
		if (tftp_same_text(f->tftp->file, file))
			return true;
	return false;
}

/* A request for a file that the control does not ask for; NULL: there is none. */
static const struct trace_frame *wrong_request(const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	for (f = judge_next(t, 0, is_request, &i); f; f = judge_next(t, i + 1, is_request, &i))
		if (!is_asked_for(control, f->tftp->file))
			return f;
	return NULL;
}

/* @odd came: all files asked for must be those of the control. */
static void judge_requests(struct judgement *out, const Trace *t, const Trace *control,
			   const struct trace_frame *odd)
{
	const struct trace_frame *right = dhcp6_request(t), *wrong;

	if (!odd || !dhcp6_request(control))
		return;
	wrong = wrong_request(t, control);
	if (wrong)
		judge_saw(out, JUDGE_SAW_BROKEN, wrong, "it asks for %.*s",
			  (int)wrong->tftp->file.len, (const char *)wrong->tftp->file.p);
	else if (right)
		judge_saw(out, JUDGE_SAW_KEPT, right, "it asks for the right file");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "it asks for no file any more");
	judge_add_frame(out, odd);
}

void dhcp6_refused(struct judgement *out, const Trace *t, const Trace *control, dhcp6_fault *is)
{
	guint i;

	judge_requests(out, t, control, dhcp6_find(t, is, &i));
}

static bool is_malformed(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_MALFORMED && g_str_equal(f->broken, "dhcp6");
}

void dhcp6_refused_malformed(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;

	judge_requests(out, t, control, judge_next(t, 0, is_malformed, &i));
}

void dhcp6_survived(struct judgement *out, const Trace *t, const Trace *control, dhcp6_fault *is)
{
	const struct trace_event *ending = trace_event(t, "ending", NULL);
	guint i;
	const struct trace_frame *odd = dhcp6_find(t, is, &i);

	if (!odd || !ending || !judge_payload_report(control))
		return;
	if (g_str_equal(ending->name, "gave-up"))
		judge_saw(out, JUDGE_SAW_KEPT, NULL, "it gives up, and says so");
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, odd);
}
