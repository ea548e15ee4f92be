/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done to the bytes of HTTP responses on purpose
 *
 * Three steps: the head is collected and written anew; the body is cut and framed; and what comes
 * of both is let out when and in pieces as the rule says.
 */
#include "server/http_fault.h"

#include <string.h>

#include "server/datagram.h"
#include "server/wire/http.h"

enum {
	STAGED_MAX = 16 * 1024, /* of what was made and not yet read: then no more is taken */
	CHUNK_BYTES = 4096,
	SLICES_PER_S = 100, /* of what goes slowly */
};

#define NS_PER_S UINT64_C(1000000000)

const struct http_rule http_rule_default = {
	.truncate_at = HTTP_NOWHERE,
	.reset_at = HTTP_NOWHERE,
	.stall_at = HTTP_NOWHERE,
	.stall_ns = NS_PER_S,
	.split_at = HTTP_NOWHERE,
};

struct HttpFault {
	const struct http_rule *rule; /* NULL: all goes as it came */
	bool has_body;
	uint64_t begin_ns;
	GString *head; /* the server's, so far */
	bool head_is_done, is_finished;
	uint64_t body; /* bytes of it that were taken */
	bool is_cut;   /* of the rest nothing is taken */
	bool had_chunk;
	enum http_then then;

	GByteArray *staged;
	size_t n_read;       /* of what is staged */
	uint64_t n_out;      /* of the response, altogether */
	uint64_t stall_out;  /* where in it to stall; UINT64_MAX: nowhere */
	uint64_t stalled_ns; /* until then; 0: not there yet */
	uint64_t due_ns;
};

const struct http_rule *http_rule_find(const GPtrArray *rules, const char *path, unsigned attempt)
{
	for (unsigned i = 0; rules && i < rules->len; i++) {
		const struct http_rule *r = rules->pdata[i];

		if ((!r->attempt || r->attempt == attempt) &&
		    (!r->path || g_pattern_match_simple(r->path, path)))
			return r;
	}
	return NULL;
}

bool http_rule_is_same_file(const struct http_rule *rule, struct slice if_range)
{
	return rule && rule->etag && rule->etag[0] == '"' && strlen(rule->etag) == if_range.len &&
	       !memcmp(rule->etag, if_range.p, if_range.len);
}

HttpFault *http_fault_new(void)
{
	HttpFault *f = g_new0(HttpFault, 1);

	f->head = g_string_new(NULL);
	f->staged = g_byte_array_new();
	f->due_ns = DEADLINE_NEVER;
	return f;
}

void http_fault_begin(HttpFault *f, uint64_t now_ns, const struct http_rule *rule, bool has_body)
{
	g_string_truncate(f->head, 0);
	g_byte_array_set_size(f->staged, 0);
	f->rule = rule;
	f->has_body = has_body;
	f->begin_ns = now_ns;
	f->head_is_done = f->is_finished = f->is_cut = f->had_chunk = false;
	f->body = f->n_out = f->stalled_ns = 0;
	f->n_read = 0;
	f->stall_out = UINT64_MAX;
	f->then = HTTP_GOES_ON;
	f->due_ns = DEADLINE_NEVER;
}

static void stage(HttpFault *f, const void *p, size_t n)
{
	if (n)
		g_byte_array_append(f->staged, p, (unsigned)n);
}

static void stage_text(HttpFault *f, const char *text)
{
	stage(f, text, strlen(text));
}

static void stage_line(HttpFault *f, const char *line)
{
	stage_text(f, line);
	stage_text(f, f->rule->bare_lf ? "\n" : "\r\n");
}

static void stage_field(HttpFault *f, const char *name, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s: %s", name, value);

	stage_line(f, line);
}

/* --- the head ----------------------------------------------------------------------------------
 */

static bool replaces(const struct http_rule *r)
{
	return r->status != 0;
}

static void stage_status(HttpFault *f, const char *line)
{
	const struct http_rule *r = f->rule;
	g_autofree char *own = NULL;

	if (r->before)
		stage_text(f, r->before);
	if (r->status_line)
		line = r->status_line;
	else if (replaces(r))
		line = own =
			g_strdup_printf("HTTP/1.1 %u %s", r->status, http_status_reason(r->status));
	stage_line(f, line);
}

static void stage_length(HttpFault *f, const char *right)
{
	const struct http_rule *r = f->rule;

	if (r->framing == HTTP_BY_CHUNKS || r->framing == HTTP_BY_BOTH)
		stage_field(f, "Transfer-Encoding", "chunked");
	if (r->length || r->framing == HTTP_BY_LENGTH || r->framing == HTTP_BY_BOTH)
		stage_field(f, "Content-Length", r->length ? r->length : right);
	if (r->second_length)
		stage_field(f, "Content-Length", r->second_length);
}

/* What the rule adds to any head. */
static void stage_more_fields(HttpFault *f)
{
	const struct http_rule *r = f->rule;

	if (r->etag)
		stage_field(f, "ETag", r->etag);
	if (r->location)
		stage_field(f, "Location", r->location);
	if (r->retry_after_s) {
		g_autofree char *value = g_strdup_printf("%u", r->retry_after_s);

		stage_field(f, "Retry-After", value);
	}
	for (char **line = r->fields; line && *line; line++)
		stage_line(f, *line);
	if (r->field_bytes) {
		g_autofree char *value = g_strnfill(r->field_bytes, 'x');

		stage_field(f, "X-Long", value);
	}
}

static void stage_replacement(HttpFault *f)
{
	const struct http_rule *r = f->rule;
	g_autofree char *body =
		g_strdup_printf("%u %s\n", r->status, http_status_reason(r->status));
	g_autofree char *length = g_strdup_printf("%zu", strlen(body));

	stage_status(f, "");
	stage_length(f, length);
	stage_field(f, "Content-Type", "text/plain");
	stage_more_fields(f);
	stage_line(f, "");
	if (f->has_body)
		stage_text(f, body);
}

/* The server's head with what the rule changes in it. */
static void stage_changed(HttpFault *f)
{
	g_auto(GStrv) lines = g_strsplit(f->head->str, "\r\n", -1);
	static const char length[] = "Content-Length: ";

	stage_status(f, lines[0]);
	for (char **line = lines + 1; **line; line++) {
		if (g_str_has_prefix(*line, length))
			stage_length(f, *line + strlen(length));
		else
			stage_line(f, *line);
	}
	stage_more_fields(f);
	if (!f->rule->endless_head)
		stage_line(f, "");
}

/* Whether what the head says of the length is no more true: then nobody shall wait for the rest. */
static bool is_broken(const struct http_rule *r)
{
	return r->framing == HTTP_BY_CLOSE || r->length || r->second_length || r->chunk_size ||
	       r->no_last_chunk;
}

static void stage_head(HttpFault *f)
{
	if (!f->rule) {
		stage(f, f->head->str, f->head->len);
		return;
	}
	if (is_broken(f->rule))
		f->then = HTTP_CLOSES;
	if (replaces(f->rule)) {
		stage_replacement(f);
		f->is_cut = true;
	} else {
		stage_changed(f);
		f->is_cut = f->rule->endless_head;
	}
}

/* --- the body ----------------------------------------------------------------------------------
 */

static bool is_chunked(const HttpFault *f)
{
	return f->rule && f->has_body && !replaces(f->rule) &&
	       (f->rule->framing == HTTP_BY_CHUNKS || f->rule->framing == HTTP_BY_BOTH);
}

static void stage_chunk(HttpFault *f, const uint8_t *p, size_t n)
{
	const struct http_rule *r = f->rule;
	g_autofree char *size = g_strdup_printf("%zx", n), *line = NULL;

	line = g_strdup_printf("%s%s%s", r->chunk_size && !f->had_chunk ? r->chunk_size : size,
			       r->chunk_extension ? ";" : "",
			       r->chunk_extension ? r->chunk_extension : "");
	f->had_chunk = true;
	stage_line(f, line);
	stage(f, p, n);
	stage_line(f, "");
}

/* How many bytes until the rule does something to the body; at most @n. */
static size_t until_next(const HttpFault *f, size_t n)
{
	const struct http_rule *r = f->rule;
	unsigned places[] = { r->truncate_at, r->reset_at, r->stall_at };

	for (unsigned i = 0; i < G_N_ELEMENTS(places); i++)
		if (places[i] != HTTP_NOWHERE && places[i] > f->body)
			n = MIN(n, places[i] - f->body);
	return is_chunked(f) ? MIN(n, r->chunk_bytes ? r->chunk_bytes : CHUNK_BYTES) : n;
}

/* What happens at the place in the body where it is. */
static void at_place(HttpFault *f)
{
	const struct http_rule *r = f->rule;

	if (r->stall_at == f->body && f->stall_out == UINT64_MAX)
		f->stall_out = f->n_out + f->staged->len - f->n_read;
	if (r->reset_at == f->body)
		f->then = HTTP_RESETS;
	else if (r->truncate_at == f->body)
		f->then = HTTP_CLOSES;
	else
		return;
	f->is_cut = true;
}

static void write_body(HttpFault *f, const uint8_t *p, size_t n)
{
	size_t len;

	for (; n && !f->is_cut; p += len, n -= len) {
		at_place(f);
		if (f->is_cut)
			break;
		len = until_next(f, n);
		if (is_chunked(f))
			stage_chunk(f, p, len);
		else
			stage(f, p, len);
		f->body += len;
	}
}

void http_fault_write(HttpFault *f, const uint8_t *buf, size_t n)
{
	const char *end;
	size_t len;

	if (!f->head_is_done) {
		len = f->head->len;
		g_string_append_len(f->head, (const char *)buf, (gssize)n);
		end = strstr(f->head->str, "\r\n\r\n");
		if (!end)
			return;
		len = (size_t)(end + 4 - f->head->str) - len; /* of this write: they are ours */
		g_string_truncate(f->head, (size_t)(end + 4 - f->head->str));
		f->head_is_done = true;
		stage_head(f);
		buf += len;
		n -= len;
	}
	if (f->rule)
		write_body(f, buf, n);
	else
		stage(f, buf, n);
}

void http_fault_finish(HttpFault *f)
{
	const struct http_rule *r = f->rule;

	if (f->is_finished)
		return;
	f->is_finished = true;
	if (!r || f->is_cut)
		return;
	if (r->reset_at == f->body)
		f->then = HTTP_RESETS;
	if (is_chunked(f) && !r->no_last_chunk) {
		stage_line(f, "0");
		for (char **line = r->trailers; line && *line; line++)
			stage_line(f, *line);
		stage_line(f, "");
	}
	if (r->extra_bytes && f->has_body) {
		g_autofree uint8_t *zeros = g_malloc0(r->extra_bytes);

		stage(f, zeros, r->extra_bytes);
	}
}

bool http_fault_is_cut(const HttpFault *f)
{
	return f->is_cut;
}

bool http_fault_wants(const HttpFault *f)
{
	return !f->is_cut && !f->is_finished && f->staged->len - f->n_read < STAGED_MAX;
}

/* --- out ---------------------------------------------------------------------------------------
 */

static bool is_endless(const HttpFault *f)
{
	return f->rule && f->rule->endless_head && f->head_is_done && !replaces(f->rule);
}

/* How many of @n bytes a slow response lets go now; 0: due_ns tells when. */
static size_t let_go(HttpFault *f, uint64_t now_ns, size_t n)
{
	uint64_t rate = f->rule->bytes_per_s, past_ns = now_ns - f->begin_ns, may, want;

	if (!rate)
		return n;
	/* In seconds and the rest, or the product would not fit. */
	may = past_ns / NS_PER_S * rate + past_ns % NS_PER_S * rate / NS_PER_S;
	want = f->n_out + MIN(n, MAX(rate / SLICES_PER_S, 1));
	if (may >= want)
		return (size_t)MIN(n, may - f->n_out);
	f->due_ns =
		f->begin_ns + want / rate * NS_PER_S + (want % rate * NS_PER_S + rate - 1) / rate;
	return 0;
}

/* The same for one that stalls. */
static size_t until_stall(HttpFault *f, uint64_t now_ns, size_t n)
{
	if (f->n_out != f->stall_out)
		return f->n_out < f->stall_out ? (size_t)MIN(n, f->stall_out - f->n_out) : n;
	if (!f->stalled_ns)
		f->stalled_ns = now_ns + f->rule->stall_ns;
	if (now_ns >= f->stalled_ns)
		return n;
	f->due_ns = f->stalled_ns;
	return 0;
}

static size_t until_split(const HttpFault *f, size_t n, bool *is_segment)
{
	const struct http_rule *r = f->rule;
	uint64_t to = UINT64_MAX;

	if (r->split_every)
		to = r->split_every - f->n_out % r->split_every;
	if (r->split_at != HTTP_NOWHERE && r->split_at > f->n_out)
		to = MIN(to, r->split_at - f->n_out);
	*is_segment = to <= n;
	return (size_t)MIN(n, to);
}

struct slice http_fault_read(HttpFault *f, uint64_t now_ns, bool *is_segment)
{
	size_t n;

	*is_segment = false;
	f->due_ns = DEADLINE_NEVER;
	while (is_endless(f) && f->staged->len - f->n_read < STAGED_MAX / 2)
		stage_field(f, "X-Endless", "and one more line of the head that never ends");
	n = f->staged->len - f->n_read;
	if (f->rule && n)
		n = until_stall(f, now_ns, n);
	if (f->rule && n)
		n = let_go(f, now_ns, n);
	if (f->rule && n)
		n = until_split(f, n, is_segment);
	return (struct slice){ n ? f->staged->data + f->n_read : NULL, n };
}

void http_fault_consume(HttpFault *f, size_t n)
{
	f->n_read += n;
	f->n_out += n;
	if (f->n_read == f->staged->len) {
		g_byte_array_set_size(f->staged, 0);
		f->n_read = 0;
	} else if (f->n_read >= STAGED_MAX) {
		g_byte_array_remove_range(f->staged, 0, (unsigned)f->n_read);
		f->n_read = 0;
	}
}

uint64_t http_fault_deadline_ns(const HttpFault *f)
{
	return f->due_ns;
}

bool http_fault_is_done(const HttpFault *f)
{
	return (f->is_finished || f->is_cut) && f->head_is_done && !is_endless(f) &&
	       f->n_read == f->staged->len;
}

enum http_then http_fault_then(const HttpFault *f)
{
	return f->then;
}

bool http_fault_is_whole(const HttpFault *f)
{
	return f->is_finished && !f->is_cut;
}

void http_fault_free(HttpFault *f)
{
	if (!f)
		return;
	g_string_free(f->head, TRUE);
	g_byte_array_unref(f->staged);
	g_free(f);
}
