/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges: finding one, and what all of them need
 */
#include "harness/judge/judge.h"

#include <string.h>

#include "firmware/marker.h"
#include "harness/judge/areas.h"

static const struct judge *const areas[] = {
	judge_address,       judge_arp,          judge_boot4,        judge_dhcp4,
	judge_dhcp4_answer,  judge_dhcp4_lease,  judge_dhcp4_option, judge_dhcp4_reply,
	judge_dhcp4_retry,   judge_dhcp6,        judge_dhcp6_reply,  judge_dhcp6_url,
	judge_dns,           judge_eth,          judge_http,         judge_icmp,
	judge_ip4,           judge_ip4_fragment, judge_ip6,          judge_ndp,
	judge_ndp_neighbour, judge_pxe,          judge_pxe_config,   judge_pxe_search,
	judge_random,        judge_s390,         judge_security,     judge_tcp,
	judge_tcp_data,      judge_tftp_data,    judge_tftp_end,     judge_tftp_option,
	judge_tftp_request,  judge_tftp_tid,     judge_udp,
};

const struct judge *judge_at(unsigned i)
{
	for (size_t a = 0; a < G_N_ELEMENTS(areas); a++)
		for (const struct judge *j = areas[a]; j->id; j++)
			if (!i--)
				return j;
	return NULL;
}

const struct judge *judge_find(const char *id)
{
	for (size_t a = 0; a < G_N_ELEMENTS(areas); a++)
		for (const struct judge *j = areas[a]; j->id; j++)
			if (g_str_equal(j->id, id))
				return j;
	return NULL;
}

void judge_add_frame(struct judgement *out, const struct trace_frame *f)
{
	if (f && f->number && out->n_frames < JUDGE_N_FRAMES_MAX)
		out->frames[out->n_frames++] = f->number;
}

void judge_saw(struct judgement *out, enum judge_saw saw, const struct trace_frame *f,
	       const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	judgement_clear(out);
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	/* What the peer said may be in it. */
	out->evidence = g_utf8_make_valid(text, -1);
	out->saw = saw;
	judge_add_frame(out, f);
}

const struct trace_frame *judge_next(const Trace *t, guint from,
				     bool (*which)(const struct trace_frame *f), guint *at)
{
	for (; from < t->frames->len; from++) {
		const struct trace_frame *f = trace_frame(t, from);

		if (which(f)) {
			*at = from;
			return f;
		}
	}
	return NULL;
}

/* A question for each frame: the first that is wrong decides. */
static void judge_each(struct judgement *out, const struct judge *j, const Trace *t)
{
	const struct trace_frame *f, *first = NULL;
	unsigned n = 0;
	guint i;

	for (f = judge_next(t, 0, j->which, &i); f; f = judge_next(t, i + 1, j->which, &i)) {
		g_autofree char *wrong = j->test(t, f);

		if (wrong) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "%s", wrong);
			return;
		}
		first = first ? first : f;
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, first, "%u frame%s", n, n == 1 ? "" : "s");
}

struct judgement judge_boot(const struct judge *j, const Trace *t, const Trace *control)
{
	struct judgement out = { .saw = JUDGE_SAW_NOTHING };

	if (j->test)
		judge_each(&out, j, t);
	else if (j->boot)
		j->boot(&out, t);
	else if (control)
		j->pair(&out, t, control);
	return out;
}

void judgement_clear(struct judgement *j)
{
	g_free(j->evidence);
	*j = (struct judgement){ .saw = JUDGE_SAW_NOTHING };
}

bool judge_ended(const Trace *t)
{
	const struct trace_event *e = trace_event(t, "ending", NULL);

	return e && !g_str_equal(e->name, "crash") && !g_str_equal(e->name, "hang");
}

/* --- the payload --- */

const struct trace_event *judge_payload_event(const Trace *t)
{
	static const char prefix[] = MARKER_PREFIX MARKER_PAYLOAD " ";

	for (guint i = 0; i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, "console") && g_str_has_prefix(e->name, prefix))
			return e;
	}
	return NULL;
}

const char *judge_payload_report(const Trace *t)
{
	const struct trace_event *e = judge_payload_event(t);

	return e ? e->name : NULL;
}

/* The value of a word of the report, in which no blank is; caller: g_free(). */
static char *report_word(const char *report, const char *key)
{
	g_autofree char *start = g_strdup_printf(" %s=", key);
	const char *at = strstr(report, start);

	return at ? g_strndup(at + strlen(start), strcspn(at + strlen(start), " ")) : NULL;
}

void judge_same_payload(struct judgement *out, const Trace *t, const Trace *control)
{
	static const char *const words[] = { "self_crc32", "initrd_len", "initrd_crc32" };
	const char *want = judge_payload_report(control), *got = judge_payload_report(t);
	const struct trace_event *ending = trace_event(t, "ending", NULL);

	if (!want)
		return;
	if (!got) {
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "no payload started (%s); the control's did",
			  ending ? ending->name : "the boot has no end");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *a = report_word(want, words[i]), *b = report_word(got, words[i]);

		if (g_strcmp0(a, b)) {
			judge_saw(out, JUDGE_SAW_BROKEN, NULL,
				  "the payload says %s=%s; the control's says %s", words[i],
				  b ? b : "nothing", a ? a : "nothing");
			return;
		}
	}
	judge_saw(out, JUDGE_SAW_KEPT, NULL, "the payload got the same as the control's");
}
