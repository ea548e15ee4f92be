/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a DHCPv4 client sends again, and when (RFC 2131 3.1, 4.1, 4.4)
 *
 * Active: nobody answers, or an answer is lost. The control shows that the client comes to a lease
 * when somebody does.
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"

enum {
	N_TRIES_MIN = 4,      /* fewer tell nothing of a series */
	RATE_WINDOW_S = 10,   /* RFC 2131 4.1: not more than one in a second, in the long run */
	SECS_LATER_S = 10,    /* by then secs has to tell of the time that went by */
	GROWTH_PERCENT = 150, /* from the first interval to the longest, to call it growing */
};

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

static bool has_lease(const Trace *t)
{
	return trace_event(t, "milestone", "dhcp-ack");
}

/* The DISCOVERs of a boot in which nobody answers; none if the control says nothing. */
static GPtrArray *discovers(const Trace *t, const Trace *control)
{
	GPtrArray *found = g_ptr_array_new();
	const struct trace_frame *f;
	guint i;

	if (!has_lease(control))
		return found;
	for (f = judge_next(t, 0, dhcp4_is_discover, &i); f;
	     f = judge_next(t, i + 1, dhcp4_is_discover, &i))
		g_ptr_array_add(found, (void *)f);
	return found;
}

static const struct trace_frame *at(const GPtrArray *frames, guint i)
{
	return frames->pdata[i];
}

static uint64_t interval_ns(const GPtrArray *frames, guint i)
{
	return at(frames, i + 1)->t_ns - at(frames, i)->t_ns;
}

/* "2.0, 4.1, 8.0 s" */
static char *intervals(const GPtrArray *frames)
{
	GString *s = g_string_new(NULL);

	for (guint i = 0; i + 1 < frames->len; i++)
		g_string_append_printf(s, "%s%.1f", i ? ", " : "",
				       (double)interval_ns(frames, i) / (double)NS_PER_S);
	g_string_append(s, " s");
	return g_string_free(s, FALSE);
}

static void secs_grow(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) d = discovers(t, control);
	const struct trace_frame *first, *last;
	uint64_t passed_s;

	if (d->len < 2)
		return;
	first = at(d, 0);
	last = at(d, d->len - 1);
	passed_s = (last->t_ns - first->t_ns) / NS_PER_S;
	if (passed_s < SECS_LATER_S)
		return;
	judge_saw(out, last->dhcp->secs > first->dhcp->secs ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
		  last, "secs is %u first, and %u after %u s", first->dhcp->secs, last->dhcp->secs,
		  (unsigned)passed_s);
	judge_add_frame(out, first);
}

/* Longer and longer, and not the same as everybody else. */
static void backoff(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) d = discovers(t, control);
	g_autofree char *text = NULL;
	uint64_t first_ns, longest_ns = 0;
	bool whole_seconds = true;

	if (d->len < N_TRIES_MIN)
		return;
	text = intervals(d);
	first_ns = interval_ns(d, 0);
	for (guint i = 0; i + 1 < d->len; i++) {
		uint64_t ms = (interval_ns(d, i) + NS_PER_MS / 2) / NS_PER_MS % 1000;

		longest_ns = MAX(longest_ns, interval_ns(d, i));
		/* A timer of half a second is late by less than a tenth. */
		whole_seconds &= ms % 500 < 50 || ms % 500 > 450;
	}
	if (longest_ns * 100 < first_ns * GROWTH_PERCENT)
		judge_saw(out, JUDGE_SAW_BROKEN, at(d, 1), "the intervals do not grow: %s", text);
	else if (whole_seconds)
		judge_saw(out, JUDGE_SAW_BROKEN, at(d, 1), "nothing is random in the intervals: %s",
			  text);
	else
		judge_saw(out, JUDGE_SAW_KEPT, at(d, 1), "the intervals are %s", text);
}

static void rate_cap(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) d = discovers(t, control);

	if (d->len < 2)
		return;
	for (guint i = 0; i + RATE_WINDOW_S < d->len; i++) {
		uint64_t ns = at(d, i + RATE_WINDOW_S)->t_ns - at(d, i)->t_ns;

		if (ns < RATE_WINDOW_S * NS_PER_S) {
			judge_saw(out, JUDGE_SAW_BROKEN, at(d, i), "%u DISCOVERs in %u ms",
				  RATE_WINDOW_S + 1, (unsigned)(ns / NS_PER_MS));
			return;
		}
	}
	judge_saw(out, JUDGE_SAW_KEPT, at(d, 0), "%u DISCOVERs in %u s", d->len,
		  (unsigned)((at(d, d->len - 1)->t_ns - at(d, 0)->t_ns) / NS_PER_S));
}

/* It ends by itself, and somebody at the console can read why. */
static void gives_up(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) d = discovers(t, control);
	const struct trace_event *ending = trace_event(t, "ending", NULL);

	if (!d->len || !ending)
		return;
	judge_saw(out, g_str_equal(ending->name, "gave-up") ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
		  at(d, d->len - 1), "%u DISCOVERs; it ends with %s after %u s", d->len,
		  ending->name, (unsigned)(ending->t_ns / NS_PER_S));
}

static bool is_ack(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_DHCP_ACK;
}

/* After a REQUEST whose ACK is lost comes that REQUEST again, before anything else. */
static void asks_again(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i, ack;
	const struct trace_frame *first = judge_next(t, 0, dhcp4_is_selecting, &i), *next;

	if (!first || !has_lease(control))
		return;
	/* The ACK was not lost. */
	if (judge_next(t, 0, is_ack, &ack) && ack == i + 1)
		return;
	next = judge_next(t, i + 1, dhcp4_is_message, &i);
	if (!next)
		judge_saw(out, JUDGE_SAW_BROKEN, first, "nothing follows the REQUEST");
	else if (next->kind != FRAME_DHCP_REQUEST || next->dhcp->xid != first->dhcp->xid)
		judge_saw(out, JUDGE_SAW_BROKEN, next, "a %s follows, not the REQUEST again",
			  frame_kind_name(next->kind));
	else
		judge_saw(out, JUDGE_SAW_KEPT, next, "the REQUEST comes again after %u ms",
			  (unsigned)((next->t_ns - first->t_ns) / NS_PER_MS));
	judge_add_frame(out, next == first ? NULL : first);
}

const struct judge judge_dhcp4_retry[] = {
	JUDGE_PAIR("dhcp4.secs.monotonic", secs_grow),
	JUDGE_PAIR("dhcp4.retx.randomised-backoff", backoff),
	JUDGE_PAIR("dhcp4.retx.rate-cap", rate_cap),
	JUDGE_PAIR("dhcp4.retx.request-on-lost-ack", asks_again),
	JUDGE_PAIR("dhcp4.retx.giveup", gives_up),
	JUDGE_END,
};
