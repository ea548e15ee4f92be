/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of resources and security, across protocols: what is too much, what was never asked for,
 * and what a server may not do to the console
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/entry.h"
#include "harness/judge/tftp.h"

enum {
	ASKER = 0x0a00024d, /* of check-security/questions: 10.0.2.77 */
	ARP_SPA_AT = ETH_HLEN + 14,
	ARP_TPA_AT = ETH_HLEN + 24,
	SNAME_AT = 44, /* fields of a DHCP message (RFC 2131 2) */
	FILE_AT = 108,
	FILE_END = 236,
	CHADDR_PADDING_AT = 34,
};

#define NS_PER_S UINT64_C(1000000000)

/* --- boots with a fault, which must be seen to have happened --- */

static void with(struct judgement *out, const Trace *t, const Trace *control, const char *event,
		 void (*judge)(struct judgement *out, const Trace *t, const Trace *control))
{
	const struct trace_frame *f = tftp_after(t, event);

	if (!f)
		return;
	judge(out, t, control);
	if (out->saw)
		judge_add_frame(out, f);
}

#define WITH(name, event, judge)                                                                   \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		with(out, t, control, event, judge);                                               \
	}

WITH(rewritten_same, "impair.rewrite", entry_same)
WITH(rewritten, "impair.rewrite", entry_same_or_stopped)
WITH(forged, "impair.forge", entry_same_or_stopped)
WITH(injected_same, "impair.inject", entry_same)
WITH(injected, "impair.inject", entry_same_or_stopped)
WITH(duplicated, "impair.duplicate", entry_same_or_stopped)
WITH(dropped_same, "impair.drop", entry_same)

/* Whatever becomes of it, the boot ends by itself. */
static void ends(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_event *e = trace_event(t, "ending", NULL);

	if (e && judge_ended(control))
		judge_saw(out, judge_ended(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, NULL,
			  "it ends with %s, after \"%s\"", e->name, entry_last_line(t));
}

/* --- how long --- */

static void waits(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *rrq = entry_request(t, "initrd.img"), *f;
	const struct trace_event *end = trace_event(t, "ending", NULL);

	if (!rrq || !end || !judge_payload_report(control) || !trace_event(t, "impair.delay", NULL))
		return;
	for (f = trace_frame(t, t->frames->len - 1); f > rrq; f--)
		if (!f->to_guest && tftp_is_any(f))
			break;
	judge_saw(out, JUDGE_SAW_VALUE, f, "after %u s the file %s",
		  (unsigned)((f->t_ns - rrq->t_ns) / NS_PER_S),
		  judge_payload_report(t) ? "is there, and is started" : "is given up");
	judge_add_frame(out, rrq);
}

/* --- answers --- */

static uint32_t be32_at(const struct trace_frame *f, size_t at)
{
	struct rd r = RD_INIT(f->raw.p, f->raw.len);

	rd_take(&r, at);
	return rd_be32(&r);
}

static bool is_of_asker(const struct trace_frame *f)
{
	if (f->has_ip)
		return (f->to_guest ? f->ip.src : f->ip.dst) == ASKER;
	if (f->kind == FRAME_ARP_REQUEST && f->to_guest)
		return be32_at(f, ARP_SPA_AT) == ASKER;
	return f->kind == FRAME_ARP_REPLY && !f->to_guest && be32_at(f, ARP_TPA_AT) == ASKER;
}

/* Who asks in the name of another has no more sent to that one than it sends itself. */
static void amplification(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *last = NULL;
	unsigned n_asked = 0, n_answers = 0;
	size_t asked = 0, answered = 0;
	guint i;

	for (f = judge_next(t, 0, is_of_asker, &i); f; f = judge_next(t, i + 1, is_of_asker, &i)) {
		*(f->to_guest ? &n_asked : &n_answers) += 1;
		*(f->to_guest ? &asked : &answered) += f->len;
		last = f->to_guest ? last : f;
	}
	if (n_asked && judge_payload_report(control))
		judge_saw(out,
			  n_answers <= n_asked && answered <= asked ? JUDGE_SAW_KEPT
								    : JUDGE_SAW_BROKEN,
			  last, "%u frames with %zu bytes answer %u frames with %zu bytes",
			  n_answers, answered, n_asked, asked);
}

/* --- the console --- */

/* The first line of the console with one text and not with another; NULL: there is none. */
static const char *console_line(const Trace *t, const char *text, const char *without)
{
	for (guint i = 0; i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, "console") && strstr(e->name, text) &&
		    !(without && strstr(e->name, without)))
			return e->name;
	}
	return NULL;
}

/*
 * The server said ESC [2J iplab-escape. Lines of the console are those on a screen: of a sequence
 * that reached it nothing is left, but one that was escaped, or robbed of its ESC, still has "[2J".
 */
static void escapes(struct judgement *out, const Trace *t, const Trace *control)
{
	const char *line = console_line(t, "iplab-escape", "[2Jiplab-escape");
	const char *harmless = console_line(t, "iplab-escape", NULL);

	if (!judge_payload_report(control) || !trace_event(t, "impair.rewrite", NULL))
		return;
	if (line)
		judge_saw(out, JUDGE_SAW_BROKEN, NULL,
			  "ESC [2J reaches the console, which then says: %s", line);
	else
		judge_saw(out, JUDGE_SAW_KEPT, NULL, "the console says %s",
			  harmless ? harmless : "nothing of it");
}

/* The server said $(echo iplab-$((6*7))) wherever it could. */
static void shell(struct judgement *out, const Trace *t, const Trace *control)
{
	const char *line = console_line(t, "iplab-42", NULL);

	if (!judge_payload_report(control) || !trace_event(t, "impair.rewrite", NULL))
		return;
	if (line)
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "it was run; the console says: %s", line);
	else
		rewritten_same(out, t, control);
}

/* --- bytes that nobody meant to send --- */

/* NULL: from @at to @end all bytes are zero, or there are none. */
static char *not_zero(struct slice s, size_t at, size_t end, const char *where)
{
	for (; at < MIN(end, s.len); at++)
		if (s.p[at])
			return g_strdup_printf("byte %zu, in %s, is 0x%02x", at, where, s.p[at]);
	return NULL;
}

/* The field ends with a NUL, and nothing follows it. */
static char *not_zero_behind_text(struct slice s, size_t at, size_t end, const char *where)
{
	const uint8_t *nul = s.len >= end ? memchr(s.p + at, 0, end - at) : NULL;

	return nul ? not_zero(s, (size_t)(nul - s.p), end, where) : NULL;
}

static bool overloads(const struct trace_frame *f)
{
	struct slice value;

	return dhcp4_raw_option(&value, f, DHCP_OPT_OVERLOAD);
}

static char *fields_are_zero(const Trace *t, const struct trace_frame *f)
{
	struct slice s = f->payload;
	char *wrong = not_zero(s, CHADDR_PADDING_AT, SNAME_AT, "the padding of chaddr");

	(void)t;
	if (!wrong && !overloads(f))
		wrong = not_zero(s, SNAME_AT, FILE_END, "sname or file");
	return wrong;
}

/* Behind the text of sname and file, and behind what the IP header counts. */
static char *leaks_nothing(const Trace *t, const struct trace_frame *f)
{
	char *wrong = NULL;

	(void)t;
	if (f->raw.len == f->len)
		wrong = not_zero(f->raw, ETH_HLEN + (size_t)block_ip_be16(f, 2), f->raw.len,
				 "the padding of the frame");
	if (wrong || !f->dhcp || overloads(f))
		return wrong;
	wrong = not_zero(f->payload, CHADDR_PADDING_AT, SNAME_AT, "the padding of chaddr");
	if (!wrong)
		wrong = not_zero_behind_text(f->payload, SNAME_AT, FILE_AT,
					     "sname, behind its end");
	if (!wrong)
		wrong = not_zero_behind_text(f->payload, FILE_AT, FILE_END, "file, behind its end");
	return wrong;
}

static bool is_sent_ip(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip;
}

/* Option 67 says 200 bytes; 5 are there ("leak-"). */
static void past_end(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	if (!judge_payload_report(control) || !trace_event(t, "impair.truncate", NULL))
		return;
	for (f = judge_next(t, 0, tftp_is_like_rrq, &i); f;
	     f = judge_next(t, i + 1, tftp_is_like_rrq, &i)) {
		struct slice name = dhcp4_rrq_name(f);

		if (name.len > strlen("leak-") && !memcmp(name.p, "leak-", strlen("leak-"))) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "it asks for a name of %zu bytes; the server said 5", name.len);
			return;
		}
	}
	judge_same_payload(out, t, control);
}

const struct judge judge_security[] = {
	JUDGE_PAIR("res.endless-file", entry_stopped),
	JUDGE_PAIR("res.file-gt-ram", entry_stopped),
	JUDGE_PAIR("s390.kernel.max-size", entry_stopped),
	JUDGE_PAIR("s390.initrd.ram-limit", entry_stopped),
	JUDGE_PAIR("sec.cve-2018-18439", entry_stopped),
	JUDGE_PAIR("res.size-lie-huge", rewritten),
	JUDGE_PAIR("res.total-deadline", waits),
	JUDGE_PAIR("res.reply-flood", duplicated),
	JUDGE_PAIR("res.amplification", amplification),
	JUDGE_PAIR("res.console-injection", escapes),
	JUDGE_PAIR("res.format-string", rewritten_same),
	JUDGE_PAIR("res.shell-injection", shell),
	JUDGE_EACH("res.pad-leak", is_sent_ip, leaks_nothing),
	JUDGE_EACH("res.bootp-zero-fields", dhcp4_is_message, fields_are_zero),
	JUDGE_PAIR("res.offpath-race", injected_same),
	JUDGE_PAIR("res.recover-after-abuse", ends),
	JUDGE_PAIR("res.state-between-files", rewritten_same),
	JUDGE_PAIR("res.dual-stack-switch", dropped_same),
	JUDGE_PAIR("sec.cve-2023-45229", rewritten),
	JUDGE_PAIR("sec.cve-2023-45230", rewritten),
	JUDGE_PAIR("sec.cve-2023-45231", forged),
	JUDGE_PAIR("sec.cve-2023-45232", forged),
	JUDGE_PAIR("sec.cve-2023-45233", forged),
	JUDGE_PAIR("sec.cve-2023-45234", forged),
	JUDGE_PAIR("sec.cve-2023-45235", forged),
	JUDGE_PAIR("sec.cve-2022-30790", injected),
	JUDGE_PAIR("sec.cve-2022-28733", injected),
	JUDGE_PAIR("sec.cve-2022-28734", entry_same),
	JUDGE_PAIR("sec.cve-2024-42040", past_end),
	JUDGE_PAIR("sec.cve-2025-0624", entry_same_or_stopped),
	JUDGE_END,
};
