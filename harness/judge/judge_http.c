/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of HTTP requests, and of what a client makes of odd responses (RFC 9110, RFC 9112)
 *
 * A request is read from the segment that it begins in; of one that is longer only what is in there
 * is judged. What the server did on purpose is in the journal, under the name of its rule.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/tcp.h"

enum {
	PORT_HTTP = 80,
	SHOWN_MAX = 80, /* bytes of a line, in evidence */
	REQUESTS_MAX =
		32, /* of a client that goes round in circles: more than all browsers allow */
};

#define NS_PER_S UINT64_C(1000000000)
#define STALL_S_MAX UINT64_C(590) /* the server stalls for 600 s */

/* --- requests --- */

static bool is_token_letter(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

/* The first segment of a request. */
static bool is_request(const struct trace_frame *f)
{
	return tcp_is_sent(f) && f->kind == FRAME_TCP_DATA && f->payload.len > 3 &&
	       is_token_letter(f->payload.p[0]) && memchr(f->payload.p, '\n', f->payload.len);
}

/* Take a line off the front, with its end. */
static struct slice take_line(struct slice *rest)
{
	const uint8_t *end = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;
	struct slice line = { rest->p, end ? (size_t)(end + 1 - rest->p) : rest->len };

	rest->p += line.len;
	rest->len -= line.len;
	return line;
}

static bool is_empty_line(struct slice line)
{
	return (line.len == 2 && line.p[0] == '\r') || (line.len == 1 && line.p[0] == '\n');
}

static char *quoted(struct slice s)
{
	while (s.len && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r'))
		s.len--;
	return g_strndup((const char *)s.p, MIN(s.len, SHOWN_MAX));
}

/* The value of a line if it is the field of that name, in lower case; NULL (caller: g_free()). */
static char *field_value(struct slice line, const char *name)
{
	size_t n = strlen(name);

	if (line.len <= n || line.p[n] != ':' || g_ascii_strncasecmp((const char *)line.p, name, n))
		return NULL;
	return g_strstrip(g_strndup((const char *)line.p + n + 1, line.len - n - 1));
}

/* How many such fields a request has, and the value of the last (caller: g_free()). */
static unsigned find_field(const struct trace_frame *f, const char *name, char **value)
{
	struct slice rest = f->payload, line;
	unsigned n = 0;

	*value = NULL;
	take_line(&rest);
	while (rest.len && (line = take_line(&rest), !is_empty_line(line))) {
		char *found = field_value(line, name);

		if (!found)
			continue;
		g_free(*value);
		*value = found;
		n++;
	}
	return n;
}

/* Whether the end of the head is in the segment. */
static bool is_whole(const struct trace_frame *f)
{
	struct slice rest = f->payload;

	while (rest.len)
		if (is_empty_line(take_line(&rest)))
			return true;
	return false;
}

/* A host that is an address must be the one that is asked. */
static bool is_asked(const struct trace_frame *f, const char *authority)
{
	g_auto(GStrv) parts = g_strsplit(authority, ":", 2);
	guint64 port = PORT_HTTP;
	g_autofree char *asked =
		g_strdup_printf("%u.%u.%u.%u", f->ip.dst >> 24, f->ip.dst >> 16 & 255,
				f->ip.dst >> 8 & 255, f->ip.dst & 255);

	if (!parts[0] || !*parts[0])
		return false;
	if (parts[1] && *parts[1] &&
	    !g_ascii_string_to_unsigned(parts[1], 10, 1, 65535, &port, NULL))
		return false;
	return port == f->tcp.dport &&
	       (!g_hostname_is_ip_address(parts[0]) || g_str_equal(parts[0], asked));
}

static char *host(const Trace *t, const struct trace_frame *f)
{
	g_autofree char *value = NULL;
	unsigned n = find_field(f, "host", &value);

	(void)t;
	if (n == 1 && is_asked(f, value))
		return NULL;
	if (n == 1)
		return g_strdup_printf("Host is \"%.*s\"", SHOWN_MAX, value);
	return n || is_whole(f) ? g_strdup_printf("it has %u fields Host", n) : NULL;
}

static char *user_agent(const Trace *t, const struct trace_frame *f)
{
	g_autofree char *value = NULL;
	unsigned n = find_field(f, "user-agent", &value);

	(void)t;
	return n || !is_whole(f) ? NULL : g_strdup("it has no User-Agent");
}

/* "METHOD SP TARGET SP HTTP/1.x CRLF", and all lines end in CRLF. */
static char *form(const Trace *t, const struct trace_frame *f)
{
	struct slice rest = f->payload, line = take_line(&rest);
	g_autofree char *text = quoted(line), *all = g_strndup((const char *)line.p, line.len);
	g_auto(GStrv) words = g_strsplit(g_strchomp(all), " ", -1);

	(void)t;
	if (g_strv_length(words) != 3 || words[1][0] != '/' ||
	    !g_str_has_prefix(words[2], "HTTP/1.") || strlen(words[2]) != strlen("HTTP/1.1"))
		return g_strdup_printf("its first line is \"%s\"", text);
	for (const char *c = words[1]; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '#')
			return g_strdup_printf("in its target is a byte 0x%02x", (uint8_t)*c);
	for (; line.len; line = take_line(&rest)) {
		bool ends = line.p[line.len - 1] == '\n';

		if (ends && (line.len < 2 || line.p[line.len - 2] != '\r'))
			return g_strdup("a line of it ends in LF alone");
		if (is_empty_line(line))
			break;
	}
	return NULL;
}

static void fragment(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *first = NULL;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_request, &i); f; f = judge_next(t, i + 1, is_request, &i)) {
		struct slice rest = f->payload, line = take_line(&rest);
		g_autofree char *text = quoted(line);

		if (strstr(text, "part")) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it asks \"%s\"", text);
			return;
		}
		first = first ? first : f;
	}
	if (first)
		tcp_survived(out, t, control, first);
}

/* --- responses --- */

/* The first frame after a response to which the server did something; NULL: there is none. */
static const struct trace_frame *odd_response(const Trace *t)
{
	for (guint i = 0; i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, "http.response") && *e->name)
			return trace_frame(t, e->n_frames);
	}
	return NULL;
}

static void same(struct judgement *out, const Trace *t, const Trace *control)
{
	tcp_survived(out, t, control, odd_response(t));
}

static void stopped(struct judgement *out, const Trace *t, const Trace *control)
{
	tcp_stopped(out, t, control, odd_response(t));
}

static void same_or_stopped(struct judgement *out, const Trace *t, const Trace *control)
{
	tcp_survived_or_stopped(out, t, control, odd_response(t));
}

static void record(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = odd_response(t);

	tcp_survived(out, t, control, f);
	if (out->saw == JUDGE_SAW_BROKEN)
		judge_saw(out, JUDGE_SAW_VALUE, f, "refused");
	else if (out->saw == JUDGE_SAW_KEPT)
		judge_saw(out, JUDGE_SAW_VALUE, f, "taken");
}

/* What is asked for last is not there: its 404 has a body, as all of the server's have. */
static void not_found(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *last = NULL;
	guint i;

	for (f = judge_next(t, 0, is_request, &i); f; f = judge_next(t, i + 1, is_request, &i))
		last = f;
	tcp_stopped(out, t, control, last);
}

static bool is_fin_received(const struct trace_frame *f)
{
	return tcp_is_received(f) && f->tcp.flags & TCP_FIN;
}

/* The server's FIN never comes: the length alone says where the body ends. */
static void exact_length(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_event *taken = trace_event(t, "impair.rewrite", "tcp.data");
	guint i;

	if (!taken || judge_next(t, 0, is_fin_received, &i))
		return;
	tcp_survived(out, t, control, trace_frame(t, taken->n_frames));
	if (out->saw == JUDGE_SAW_KEPT && block_end_ns(t) > block_end_ns(control) + NS_PER_S)
		judge_saw(out, JUDGE_SAW_BROKEN, trace_frame(t, taken->n_frames),
			  "it waits for the connection's end: %u ms more than the control",
			  (unsigned)((block_end_ns(t) - block_end_ns(control)) / 1000000));
}

/* It goes round, and stops. */
static void loop(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	unsigned n = 0;
	guint i;

	for (f = judge_next(t, 0, is_request, &i); f; f = judge_next(t, i + 1, is_request, &i))
		n++;
	stopped(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT && n > REQUESTS_MAX)
		judge_saw(out, JUDGE_SAW_BROKEN, odd_response(t), "it asks %u times", n);
}

/* Each file of a server that closes is asked for on another connection. */
static void new_connection(struct judgement *out, const Trace *t, const Trace *control)
{
	same(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT && tcp_n_sessions(t) < 2)
		judgement_clear(out);
}

/* In the middle of a file the server falls silent, for ten minutes. */
static void idle(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = odd_response(t);
	uint64_t took_s;

	if (!f)
		return;
	took_s = (block_end_ns(t) - f->t_ns) / NS_PER_S;
	same_or_stopped(out, t, control);
	if (out->saw != JUDGE_SAW_KEPT)
		return;
	judge_saw(out, took_s < STALL_S_MAX ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
		  "it is over %u s after the server fell silent", (unsigned)took_s);
}

/* Its head comes byte by byte: it is waited for, or not for ever. */
static void slow(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = odd_response(t);

	same_or_stopped(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT)
		judge_saw(out, JUDGE_SAW_KEPT, f, "%s after %u s",
			  judge_payload_report(t) ? "it goes on" : "it gives up",
			  (unsigned)((block_end_ns(t) - f->t_ns) / NS_PER_S));
}

const struct judge judge_http[] = {
	JUDGE_EACH("http.req.host", is_request, host),
	JUDGE_EACH("http.req.form", is_request, form),
	JUDGE_EACH("http.req.user-agent", is_request, user_agent),
	JUDGE_PAIR("http.req.fragment-stripped", fragment),
	JUDGE_PAIR("http.len.exact", exact_length),
	JUDGE_PAIR("http.len.truncated", stopped),
	JUDGE_PAIR("http.len.extra-bytes", same),
	JUDGE_PAIR("http.len.conflict", stopped),
	JUDGE_PAIR("http.len.invalid", stopped),
	JUDGE_PAIR("http.len.absent-close", same),
	JUDGE_PAIR("http.len.zero", stopped),
	JUDGE_PAIR("http.te.chunked", same),
	JUDGE_PAIR("http.te.chunk-ext", same),
	JUDGE_PAIR("http.te.trailers", same),
	JUDGE_PAIR("http.te.size-forms", same),
	JUDGE_PAIR("http.te.size-overflow", stopped),
	JUDGE_PAIR("http.te.truncated", stopped),
	JUDGE_PAIR("http.te.and-length", same_or_stopped),
	JUDGE_PAIR("http.status.1xx", same),
	JUDGE_PAIR("http.status.404", not_found),
	JUDGE_PAIR("http.status.500-503", same_or_stopped),
	JUDGE_PAIR("http.status.no-reason", same),
	JUDGE_PAIR("http.redirect.301-302-303-307-308", same),
	JUDGE_PAIR("http.redirect.relative", same),
	JUDGE_PAIR("http.redirect.loop", loop),
	JUDGE_PAIR("http.redirect.no-location", stopped),
	JUDGE_PAIR("http.field.case-space", same),
	JUDGE_PAIR("http.field.obs-fold", same),
	JUDGE_PAIR("http.field.bare-lf", record),
	JUDGE_PAIR("http.field.split-everywhere", same),
	JUDGE_PAIR("http.field.huge", same_or_stopped),
	JUDGE_PAIR("http.conn.close-token", new_connection),
	JUDGE_PAIR("http.conn.http10", same),
	JUDGE_PAIR("http.conn.reset-mid-body", same_or_stopped),
	JUDGE_PAIR("http.conn.idle-stall", idle),
	JUDGE_PAIR("http.conn.slow-header", slow),
	JUDGE_PAIR("http.range.resume", same_or_stopped),
	JUDGE_PAIR("http.enc.unasked-gzip", stopped),
	JUDGE_PAIR("http.size.gt-2g", stopped),
	JUDGE_END,
};
