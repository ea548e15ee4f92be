/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP server: the files of a store, by GET and HEAD (RFC 9110, RFC 9112)
 *
 * A connection takes one request after the other: head, then a file (or a sentence) piece by piece
 * as the connection has room for it, until the guest closes, asks for it, or says something that
 * cannot be understood. One range of bytes is served. Nothing here has a validator: If-Range holds
 * only if a rule gives one. There is no Date field: a server without a clock must not send one (RFC
 * 9110 6.6.1).
 *
 * Everything goes through server/http_fault.c, which this file knows nothing about.
 */
#include "server/http.h"

#include "server/wire/http.h"

#define RTO_NS UINT64_C(1000000000) /* RFC 6298 2.1 and 2.4 */

enum {
	PORT = 80,
	PIECE = 16 * 1024,  /* of a file, read at once */
	N_PATHS_MAX = 1024, /* ours: whose requests are counted */
	N_REPORTS_MAX = 64, /* ours: responses that are under way on a connection */
};

const struct http_config http_config_default = {
	.enabled = true,
	.tcp = { .port = PORT, .rto_min_ns = RTO_NS },
};

/* A response with a file in it that is under way: when is the guest known to have it? */
struct report {
	char *file;
	uint64_t begin, end; /* in the stream; end 0: it is still being written */
	uint64_t bytes;
	bool reaches_end; /* of the file */
	bool is_started;
};

struct conn {
	HttpServer *server;
	TcpConn *tcp;
	unsigned number;
	HttpFault *fault;
	GQueue reports; /* of struct report */
	bool is_responding;
	bool closes;     /* after this response */
	bool is_done;    /* with requests */
	bool resets;     /* when all is acknowledged */
	StoreFile *file; /* of the response, NULL: none, or no more of it */
	uint64_t offset, end;
};

struct HttpServer {
	struct http_config cfg;
	struct http_ops ops;
	Store *store;
	Journal *journal;
	Tcp *tcp;
	uint64_t now_ns;
	GHashTable *attempts; /* path: number of requests */
	GPtrArray *conns;     /* of struct conn, borrowed from tcp */
};

/* --- reports -----------------------------------------------------------------------------------
 */

static void report_free(gpointer data)
{
	struct report *r = data;

	g_free(r->file);
	g_free(r);
}

static void add_report(struct conn *c, const char *file, uint64_t bytes, bool reaches_end)
{
	struct report *r;

	if (c->reports.length >= N_REPORTS_MAX)
		return;
	r = g_new0(struct report, 1);
	r->file = g_strdup(file);
	r->begin = tcp_conn_n_written(c->tcp);
	r->bytes = bytes;
	r->reaches_end = reaches_end;
	g_queue_push_tail(&c->reports, r);
}

/* The response is written; false: not all of it. */
static void end_report(struct conn *c, bool is_whole)
{
	struct report *r = g_queue_peek_tail(&c->reports);

	if (!r || r->end)
		return;
	r->end = tcp_conn_n_written(c->tcp);
	r->reaches_end &= is_whole;
}

static void tell_reports(struct conn *c)
{
	const struct http_ops *ops = &c->server->ops;
	uint64_t acked = tcp_conn_n_acked(c->tcp);
	struct report *r;

	while ((r = g_queue_peek_head(&c->reports)) && acked > r->begin) {
		if (!r->is_started)
			ops->transfer(ops->self, HTTP_STARTED, r->file, 0);
		r->is_started = true;
		if (!r->end || acked < r->end)
			break;
		if (r->reaches_end)
			ops->transfer(ops->self, HTTP_ENDED, r->file, r->bytes);
		report_free(g_queue_pop_head(&c->reports));
	}
}

/* --- responses ---------------------------------------------------------------------------------
 */

struct response {
	unsigned status;
	uint64_t size;       /* of the file */
	uint64_t first, end; /* of the file: what is sent */
	const char *fields;  /* further lines, each with its end */
	bool has_body;       /* false: of HEAD */
};

static void journal_response(struct conn *c, const struct response *r, const struct http_rule *rule)
{
	Journal *j = c->server->journal;

	journal_begin(j, c->server->now_ns, "http.response");
	journal_u64(j, "connection", c->number);
	journal_u64(j, "status", r->status);
	journal_u64(j, "bytes", r->has_body ? r->end - r->first : 0);
	if (rule)
		journal_str(j, "fault", rule->name);
	journal_end(j);
}

/* Head of a response; its body, if it is no file. */
static void begin_response(struct conn *c, const struct response *r, const struct http_rule *rule,
			   const char *text)
{
	g_autofree char *head = NULL;

	head = g_strdup_printf("HTTP/1.1 %u %s\r\n"
			       "Content-Length: %" G_GUINT64_FORMAT "\r\n"
			       "Content-Type: %s\r\n"
			       "%s%s\r\n",
			       r->status, http_status_reason(r->status), r->end - r->first,
			       text ? "text/plain" : "application/octet-stream", r->fields,
			       c->closes ? "Connection: close\r\n" : "");
	c->is_responding = true;
	journal_response(c, r, rule);
	http_fault_begin(c->fault, c->server->now_ns, rule, r->has_body);
	http_fault_write(c->fault, (const uint8_t *)head, strlen(head));
	if (text && r->has_body)
		http_fault_write(c->fault, (const uint8_t *)text, strlen(text));
}

static void refuse(struct conn *c, unsigned status, const char *fields, bool has_body,
		   const struct http_rule *rule)
{
	g_autofree char *text = g_strdup_printf("%u %s\n", status, http_status_reason(status));
	struct response r = {
		.status = status, .end = strlen(text), .fields = fields, .has_body = has_body
	};

	begin_response(c, &r, rule, text);
}

/* What of a file of @size bytes is asked for. Return: false if there is no such part. */
static bool resolve_range(const struct http_range *range, uint64_t size, uint64_t *first,
			  uint64_t *end)
{
	if (range->is_suffix) {
		*first = size - MIN(range->first, size);
		*end = size;
		return range->first && size;
	}
	*first = range->first;
	*end = range->last < size ? range->last + 1 : size;
	return range->first < size;
}

static void serve_file(struct conn *c, const struct http_request *q, const char *path,
		       const struct http_rule *rule)
{
	struct response r = { .status = 200, .has_body = q->method == HTTP_GET };
	g_autofree char *fields = NULL;

	r.size = r.end = store_file_size(c->file);
	if (q->has_range && r.has_body &&
	    (!q->if_range.p || http_rule_is_same_file(rule, q->if_range))) {
		if (!resolve_range(&q->range, r.size, &r.first, &r.end)) {
			fields = g_strdup_printf("Content-Range: bytes */%" G_GUINT64_FORMAT "\r\n",
						 r.size);
			g_clear_pointer(&c->file, store_file_free);
			refuse(c, 416, fields, true, rule);
			return;
		}
		r.status = 206;
		fields = g_strdup_printf("Accept-Ranges: bytes\r\n"
					 "Content-Range: bytes %" G_GUINT64_FORMAT
					 "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "\r\n",
					 r.first, r.end - 1, r.size);
	}
	r.fields = fields ? fields : "Accept-Ranges: bytes\r\n";
	c->offset = r.first;
	c->end = r.end;
	begin_response(c, &r, rule, NULL);
	if (!r.has_body)
		g_clear_pointer(&c->file, store_file_free);
	else if (!http_fault_is_cut(c->fault))
		add_report(c, path, r.end - r.first, r.end == r.size);
}

/* --- requests ----------------------------------------------------------------------------------
 */

static unsigned count_request(HttpServer *s, const char *path)
{
	unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(s->attempts, path)) + 1;

	if (n > 1 || g_hash_table_size(s->attempts) < N_PATHS_MAX)
		g_hash_table_insert(s->attempts, g_strdup(path), GUINT_TO_POINTER(n));
	return n;
}

static void journal_request(struct conn *c, const struct http_request *q, unsigned attempt)
{
	Journal *j = c->server->journal;

	journal_begin(j, c->server->now_ns, "http.request");
	journal_u64(j, "connection", c->number);
	journal_text(j, "method", q->method_name);
	journal_text(j, "target", q->target);
	journal_u64(j, "attempt", attempt);
	if (q->has_range && q->range.is_suffix)
		journal_u64(j, "range_last_bytes", q->range.first);
	else if (q->has_range)
		journal_u64(j, "range_from", q->range.first);
	if (q->has_range && !q->range.is_suffix && q->range.last != UINT64_MAX)
		journal_u64(j, "range_to", q->range.last);
	journal_end(j);
}

static void on_request(struct conn *c, const struct http_request *q)
{
	g_autofree char *path = g_strndup((const char *)q->path, q->path_len);
	unsigned attempt = count_request(c->server, path);
	const struct http_rule *rule = http_rule_find(c->server->cfg.rules, path, attempt);
	bool has_body = q->method != HTTP_HEAD;
	int r;

	journal_request(c, q, attempt);
	c->server->ops.transfer(c->server->ops.self, HTTP_ASKED, path, 0);
	c->closes = q->wants_close || q->has_body;
	if (!q->has_host && !q->is_1_0) {
		refuse(c, 400, "", has_body, rule); /* RFC 9112 3.2 */
		return;
	}
	if (q->method == HTTP_OTHER_METHOD) {
		refuse(c, 405, "Allow: GET, HEAD\r\n", true, rule);
		return;
	}
	r = store_open(c->server->store, &c->file, (struct slice){ q->path, q->path_len });
	if (!r)
		serve_file(c, q, path, rule);
	else if (r == STORE_E_NOT_FOUND)
		refuse(c, 404, "", has_body, rule);
	else if (r == STORE_E_ACCESS)
		refuse(c, 403, "", has_body, rule);
	else
		refuse(c, 500, "", has_body, rule);
}

/* What is no request: nothing behind it can be understood either. */
static void on_nonsense(struct conn *c, unsigned status)
{
	journal_begin(c->server->journal, c->server->now_ns, "http.malformed");
	journal_u64(c->server->journal, "connection", c->number);
	journal_end(c->server->journal);
	c->closes = true;
	refuse(c, status, "", true, NULL);
}

/* Return: whether there was a request. */
static bool take_request(struct conn *c)
{
	struct slice s = tcp_conn_received(c->tcp);
	struct http_request q;
	size_t used = 0;
	int r = http_request_decode(&q, &used, s.p, s.len);

	if (r == HTTP_E_INCOMPLETE) {
		if (tcp_conn_is_ended(c->tcp)) {
			tcp_conn_close(c->tcp);
			c->is_done = true;
		}
		return false;
	}
	if (r)
		on_nonsense(c, r == HTTP_E_TOO_LONG ? 431 : 400);
	else
		on_request(c, &q);
	tcp_conn_consume(c->tcp, r ? s.len : used);
	return true;
}

/* --- writing -----------------------------------------------------------------------------------
 */

/* The file became shorter, or the disk broke: the guest must not take it for whole. */
static void on_broken_file(struct conn *c, int error)
{
	journal_begin(c->server->journal, c->server->now_ns, "http.broken");
	journal_u64(c->server->journal, "connection", c->number);
	journal_str(c->server->journal, "message", g_strerror(-error));
	journal_end(c->server->journal);
	c->is_done = true;
	tcp_conn_abort(c->tcp);
}

static void fill(struct conn *c)
{
	uint8_t buf[PIECE];

	while (c->file && c->offset < c->end && http_fault_wants(c->fault)) {
		int n = store_file_read(c->file, c->offset, buf, MIN(PIECE, c->end - c->offset));

		if (n <= 0) {
			on_broken_file(c, n);
			return;
		}
		http_fault_write(c->fault, buf, (size_t)n);
		c->offset += (uint64_t)n;
	}
	if (!c->file || c->offset == c->end)
		http_fault_finish(c->fault);
}

/* Return: whether anything was moved on. */
static bool drain(struct conn *c)
{
	bool is_segment;
	struct slice s = http_fault_read(c->fault, c->server->now_ns, &is_segment);
	size_t n = MIN(s.len, tcp_conn_room(c->tcp));

	if (!n)
		return false;
	tcp_conn_write(c->tcp, s.p, n);
	if (is_segment && n == s.len)
		tcp_conn_mark(c->tcp);
	http_fault_consume(c->fault, n);
	return true;
}

static void end_response(struct conn *c)
{
	enum http_then then = http_fault_then(c->fault);

	end_report(c, http_fault_is_whole(c->fault));
	g_clear_pointer(&c->file, store_file_free);
	c->is_responding = false;
	c->resets = then == HTTP_RESETS;
	c->is_done = c->closes || then != HTTP_GOES_ON;
	if (c->is_done && !c->resets)
		tcp_conn_close(c->tcp);
}

/* Return: whether the response is written. */
static bool respond(struct conn *c)
{
	do
		fill(c);
	while (!c->is_done && drain(c));
	if (c->is_done || !http_fault_is_done(c->fault))
		return false;
	end_response(c);
	return true;
}

static void on_work(void *self, uint64_t now_ns, void *user)
{
	HttpServer *s = self;
	struct conn *c = user;

	s->now_ns = now_ns;
	tell_reports(c);
	while (!c->is_done && (c->is_responding ? respond(c) : take_request(c)))
		;
	if (c->resets && tcp_conn_n_acked(c->tcp) == tcp_conn_n_written(c->tcp))
		tcp_conn_abort(c->tcp);
}

/* --- connections -------------------------------------------------------------------------------
 */

static void *on_opened(void *self, uint64_t now_ns, TcpConn *tcp, unsigned number)
{
	HttpServer *s = self;
	struct conn *c = g_new0(struct conn, 1);

	s->now_ns = now_ns;
	c->server = s;
	c->tcp = tcp;
	c->number = number;
	c->fault = http_fault_new();
	g_queue_init(&c->reports);
	g_ptr_array_add(s->conns, c);
	return c;
}

static void on_closed(void *self, uint64_t now_ns, void *user)
{
	HttpServer *s = self;
	struct conn *c = user;

	s->now_ns = now_ns;
	tell_reports(c);
	g_ptr_array_remove(s->conns, c);
	g_queue_clear_full(&c->reports, report_free);
	store_file_free(c->file);
	http_fault_free(c->fault);
	g_free(c);
}

static void on_segment(void *self, const struct tcp_flow *flow, struct slice segment)
{
	HttpServer *s = self;

	s->ops.send(s->ops.self, flow, segment);
}

HttpServer *http_server_new(const struct http_config *cfg, const struct http_ops *ops, Store *store,
			    Journal *journal)
{
	HttpServer *s = g_new0(HttpServer, 1);
	struct tcp_ops tcp_ops = { on_segment, on_opened, on_work, on_closed, s };

	s->cfg = *cfg;
	if (!cfg->enabled)
		s->cfg.tcp.port = 0;
	s->ops = *ops;
	s->store = store;
	s->journal = journal;
	s->attempts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->conns = g_ptr_array_new();
	s->tcp = tcp_new(&s->cfg.tcp, &tcp_ops, journal);
	return s;
}

void http_server_input(HttpServer *s, uint64_t now_ns, const struct ipv4_hdr *ip,
		       const struct mac *mac, struct slice segment)
{
	s->now_ns = now_ns;
	tcp_input(s->tcp, now_ns, ip, mac, segment);
}

/* What a rule makes late, and the timers of TCP. */
void http_server_step(HttpServer *s, uint64_t now_ns)
{
	s->now_ns = now_ns;
	tcp_step(s->tcp, now_ns);
	for (unsigned i = s->conns->len; i > 0; i--) {
		struct conn *c = s->conns->pdata[i - 1];

		if (http_fault_deadline_ns(c->fault) <= now_ns)
			tcp_flush(s->tcp, now_ns, c->tcp);
	}
}

uint64_t http_server_deadline_ns(const HttpServer *s)
{
	uint64_t due_ns = tcp_deadline_ns(s->tcp);

	for (unsigned i = 0; i < s->conns->len; i++) {
		const struct conn *c = s->conns->pdata[i];

		due_ns = MIN(due_ns, http_fault_deadline_ns(c->fault));
	}
	return due_ns;
}

void http_server_free(HttpServer *s)
{
	if (!s)
		return;
	tcp_free(s->tcp, s->now_ns);
	g_hash_table_unref(s->attempts);
	g_ptr_array_unref(s->conns);
	g_free(s);
}
