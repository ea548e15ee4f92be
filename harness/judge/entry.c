/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a boot came to
 */
#include "harness/judge/entry.h"

#include <string.h>

#include "harness/judge/tftp.h"
#include "harness/marker.h"

enum {
	SHOWN_BYTES_MAX = 120, /* of a text in evidence */
	REQUESTS_MAX = 40,     /* names that are listed */
};

char *entry_value(const Trace *t, const char *key)
{
	const char *line = judge_payload_report(t);
	GHashTable *values = line ? marker_parse(line, NULL) : NULL;
	char *value = values ? g_strdup(g_hash_table_lookup(values, key)) : NULL;

	if (values)
		g_hash_table_unref(values);
	return value;
}

const char *entry_last_line(const Trace *t)
{
	for (guint i = t->events->len; i > 0; i--) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i - 1);

		if (g_str_equal(e->kind, "console") && *e->name)
			return e->name;
	}
	return "nothing";
}

static bool is_same_request(const struct trace_frame *a, const struct trace_frame *b)
{
	return a->udp.sport == b->udp.sport && tftp_same_text(a->tftp->file, b->tftp->file);
}

bool entry_is_new_request(const Trace *t, guint i)
{
	const struct trace_frame *f = trace_frame(t, i);

	if (!tftp_is_rrq(f))
		return false;
	while (i-- > 0) {
		const struct trace_frame *before = trace_frame(t, i);

		if (before->to_guest && before->has_udp && before->udp.dport == f->udp.sport)
			return true; /* it was answered: this is another one */
		if (tftp_is_rrq(before))
			return !is_same_request(before, f);
	}
	return true;
}

const struct trace_frame *entry_request(const Trace *t, const char *file)
{
	const struct slice want = { (const uint8_t *)file, strlen(file) };
	const struct trace_frame *f;
	guint i;

	for (f = judge_next(t, 0, tftp_is_rrq, &i); f; f = judge_next(t, i + 1, tftp_is_rrq, &i))
		if (tftp_same_text(tftp_file_in_root(f->tftp->file), want))
			return f;
	return NULL;
}

char *entry_requests(const Trace *t)
{
	GString *list = g_string_new(NULL);
	const struct trace_frame *f;
	unsigned n = 0;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (!entry_is_new_request(t, i))
			continue;
		if (++n > REQUESTS_MAX)
			continue;
		g_string_append_printf(list, "%s%.*s", list->len ? ", " : "",
				       (int)MIN(f->tftp->file.len, SHOWN_BYTES_MAX),
				       (const char *)f->tftp->file.p);
	}
	if (n > REQUESTS_MAX)
		g_string_append_printf(list, ", and %u more", n - REQUESTS_MAX);
	return g_string_free(list, FALSE);
}

static const char *ending(const Trace *t)
{
	const struct trace_event *e = trace_event(t, "ending", NULL);

	return e ? e->name : "no end";
}

/* It stopped by itself: not in what it had started. */
static bool gave_up(const Trace *t)
{
	return g_str_equal(ending(t), "gave-up") && !trace_event(t, "milestone", "handover");
}

/* No payload: how the boot ended. */
static void saw_end(struct judgement *out, enum judge_saw saw, const Trace *t)
{
	judge_saw(out, saw, NULL, "no payload started: %s, after \"%.*s\"", ending(t),
		  SHOWN_BYTES_MAX, entry_last_line(t));
}

static void saw_cmdline(struct judgement *out, enum judge_saw saw, const Trace *t)
{
	g_autofree char *cmdline = entry_value(t, "cmdline"), *len = entry_value(t, "initrd_len");

	judge_saw(out, saw, NULL, "a payload started, with the command line \"%.*s\"%s%s%s",
		  SHOWN_BYTES_MAX, cmdline ? cmdline : "",
		  cmdline && strlen(cmdline) > SHOWN_BYTES_MAX ? "..." : "",
		  len ? ", initrd_len=" : "", len ? len : "");
}

static bool same_value(const Trace *t, const Trace *control, const char *key)
{
	g_autofree char *a = entry_value(t, key), *b = entry_value(control, key);

	return b && !g_strcmp0(a, b);
}

void entry_same_cmdline(struct judgement *out, const Trace *t, const Trace *control)
{
	if (!judge_payload_report(control))
		return;
	if (!judge_payload_report(t))
		saw_end(out, JUDGE_SAW_BROKEN, t);
	else
		saw_cmdline(out,
			    same_value(t, control, "cmdline") &&
					    same_value(t, control, "self_crc32")
				    ? JUDGE_SAW_KEPT
				    : JUDGE_SAW_BROKEN,
			    t);
}

void entry_same(struct judgement *out, const Trace *t, const Trace *control)
{
	entry_same_cmdline(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT)
		judge_same_payload(out, t, control);
}

void entry_same_or_stopped(struct judgement *out, const Trace *t, const Trace *control)
{
	entry_same(out, t, control);
	if (out->saw == JUDGE_SAW_BROKEN && !judge_payload_report(t) && gave_up(t))
		saw_end(out, JUDGE_SAW_KEPT, t);
}

void entry_stopped(struct judgement *out, const Trace *t, const Trace *control)
{
	if (!judge_payload_report(control))
		return;
	if (judge_payload_report(t))
		saw_cmdline(out, JUDGE_SAW_BROKEN, t);
	else
		saw_end(out, gave_up(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, t);
}

void entry_no_cmdline(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *cmdline = entry_value(t, "cmdline");

	if (!judge_payload_report(control))
		return;
	if (!judge_payload_report(t))
		saw_end(out, JUDGE_SAW_BROKEN, t);
	else
		saw_cmdline(out, cmdline && !*cmdline ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, t);
}

void entry_whole_cmdline(struct judgement *out, const Trace *t, const Trace *control)
{
	static const char word[] = " bytes=";
	g_autofree char *cmdline = entry_value(t, "cmdline");
	const char *says = cmdline ? strstr(cmdline, word) : NULL;
	guint64 want = says ? g_ascii_strtoull(says + strlen(word), NULL, 10) : 0;

	if (!judge_payload_report(control))
		return;
	if (!judge_payload_report(t))
		saw_end(out, gave_up(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, t);
	else if (!says)
		saw_cmdline(out, JUDGE_SAW_BROKEN, t);
	else
		judge_saw(out, strlen(cmdline) == want ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, NULL,
			  "%zu of %" G_GUINT64_FORMAT " bytes of command line are at the kernel's",
			  strlen(cmdline), want);
}

void entry_record(struct judgement *out, const Trace *t, const Trace *control)
{
	if (!judge_payload_report(control))
		return;
	if (judge_payload_report(t))
		saw_cmdline(out, JUDGE_SAW_VALUE, t);
	else
		saw_end(out, JUDGE_SAW_VALUE, t);
}
