/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching a file over HTTP/1.1 (RFC 9110, RFC 9112)
 *
 * One request on each connection: a boot fetches few files, and the end of a connection leaves
 * nothing in doubt. Each wait and each number of tries has its bound; while bytes of the file come
 * it goes on.
 */
#include "firmware/lwip/http_client.h"

#include "firmware/lib/string.h"

#define SECOND UINT64_C(1000000000)

enum {
	CONNECT_S = 30,  /* TCP repeats its SYN meanwhile */
	HEAD_S = 60,     /* from the connection to the end of the head */
	PROGRESS_S = 30, /* between bytes of the file */
	RETRY_MS = 500,  /* doubled with each try in a row that brings nothing */
	BUSY_S = 2,      /* before a busy server is asked again that does not say when */
};

enum status {
	STATUS_OK = 200,
	STATUS_NON_AUTHORITATIVE = 203,
	STATUS_PARTIAL = 206,
	STATUS_MOVED = 301,
	STATUS_FOUND = 302,
	STATUS_SEE_OTHER = 303,
	STATUS_TEMPORARY = 307,
	STATUS_PERMANENT = 308,
	STATUS_RANGE = 416,
	STATUS_TOO_MANY = 429,
	STATUS_UNAVAILABLE = 503,
};

static void set_state(struct http_client *c, enum http_client_state state, uint64_t deadline_ns)
{
	c->state = state;
	c->deadline_ns = deadline_ns;
}

void http_client_fail(struct http_client *c, enum http_failure failure, const char *why)
{
	c->failure = failure;
	c->why = why;
	set_state(c, HTTP_CLIENT_FAILED, UINT64_MAX);
}

bool http_client_is_over(const struct http_client *c)
{
	return c->state == HTTP_CLIENT_DONE || c->state == HTTP_CLIENT_FAILED;
}

bool http_client_is_connected(const struct http_client *c)
{
	return c->state == HTTP_CLIENT_CONNECTING || c->state == HTTP_CLIENT_HEAD ||
	       c->state == HTTP_CLIENT_BODY;
}

/* Return: false, and it has failed, if this is no URL to ask for. */
static bool set_url(struct http_client *c, struct slice url, enum http_failure failure)
{
	struct text t = TEXT_INIT(c->url_text);

	text_clear(&t);
	text_add(&t, url);
	if (t.too_long || !http_url_parse(&c->url, (struct slice){ t.p, t.len })) {
		http_client_fail(c, failure,
				 t.too_long ? "the URL is too long" : "this is no http:// URL");
		return false;
	}
	return true;
}

void http_client_start(struct http_client *c, struct slice url, uint64_t now_ns)
{
	memset(c, 0, sizeof(*c));
	if (set_url(c, url, HTTP_FAIL_URL))
		set_state(c, HTTP_CLIENT_WAITING, now_ns);
}

/* Connect again, if there were not too many already. */
static void again(struct http_client *c, uint64_t now_ns, uint64_t wait_ns)
{
	if (c->n_connections >= HTTP_N_CONNECTIONS_MAX)
		http_client_fail(c, HTTP_FAIL_BROKEN, "it takes too many connections");
	else
		set_state(c, HTTP_CLIENT_WAITING, now_ns + wait_ns);
}

/* Return: false, and it has failed, if that was once too often. */
static bool count_fruitless(struct http_client *c)
{
	c->n_fruitless = c->is_fruitful ? 0 : c->n_fruitless + 1;
	c->is_fruitful = false;
	if (c->n_fruitless < HTTP_N_FRUITLESS_MAX)
		return true;
	if (c->is_timed_out)
		http_client_fail(c, HTTP_FAIL_TIMEOUT, "the server does not answer");
	else
		http_client_fail(c, HTTP_FAIL_BROKEN,
				 c->is_refused ? "the server refuses connections"
					       : "the connection breaks again and again");
	return false;
}

static void retry(struct http_client *c, uint64_t now_ns)
{
	if (count_fruitless(c))
		again(c, now_ns, ((uint64_t)RETRY_MS * SECOND / 1000) << c->n_fruitless);
}

static void end_body(struct http_client *c, uint64_t now_ns)
{
	if (c->part_end != UINT64_MAX && c->stored < c->part_end)
		http_client_fail(c, HTTP_FAIL_PROTOCOL, "less than the part that was promised");
	else if (c->has_total && c->stored < c->total)
		retry(c, now_ns); /* a part that was shorter than we asked for */
	else
		set_state(c, HTTP_CLIENT_DONE, UINT64_MAX);
}

void http_client_closed(struct http_client *c, uint64_t now_ns, bool in_order)
{
	if (!http_client_is_connected(c))
		return;
	if (c->state == HTTP_CLIENT_BODY && in_order) {
		http_reader_closed(&c->reader);
		/* A part has an end of its own, and this may not be it. */
		if (c->reader.state == HTTP_READER_DONE &&
		    (c->part_end == UINT64_MAX || c->part_end == c->stored)) {
			end_body(c, now_ns);
			return;
		}
	}
	c->is_timed_out = false;
	c->is_refused = c->state == HTTP_CLIENT_CONNECTING;
	retry(c, now_ns);
}

void http_client_unanswered(struct http_client *c, uint64_t now_ns)
{
	if (!http_client_is_connected(c))
		return;
	c->is_timed_out = true;
	retry(c, now_ns);
}

void http_client_step(struct http_client *c, uint64_t now_ns)
{
	if (now_ns < c->deadline_ns)
		return;
	switch (c->state) {
	case HTTP_CLIENT_WAITING:
		set_state(c, HTTP_CLIENT_READY, UINT64_MAX);
		break;
	case HTTP_CLIENT_CONNECTING:
		http_client_fail(c, HTTP_FAIL_TIMEOUT, "the server does not answer");
		break;
	case HTTP_CLIENT_HEAD:
	case HTTP_CLIENT_BODY:
		c->is_timed_out = true;
		retry(c, now_ns);
		break;
	case HTTP_CLIENT_READY:
	case HTTP_CLIENT_DONE:
	case HTTP_CLIENT_FAILED:
		break; /* have no deadline */
	}
}

void http_client_connecting(struct http_client *c, uint64_t now_ns)
{
	c->n_connections++;
	c->is_fruitful = false;
	c->is_refused = false;
	set_state(c, HTTP_CLIENT_CONNECTING, now_ns + CONNECT_S * SECOND);
}

static void add_field(struct text *t, const char *name, const char *value)
{
	text_add_str(t, name);
	text_add_str(t, value);
	text_add_str(t, "\r\n");
}

/*
 * Parts go together only if a validator says that they are of the same file (RFC 9110 13.1.5,
 * 15.3.7.3). Without one all of it is asked for again.
 */
static void add_range(struct http_client *c, struct text *t)
{
	c->has_asked_range = c->stored && c->validator[0];
	if (!c->has_asked_range)
		return;
	text_add_str(t, "Range: bytes=");
	text_add_dec(t, c->stored);
	add_field(t, "-\r\nIf-Range: ", c->validator);
}

void http_client_connected(struct http_client *c, uint64_t now_ns, struct text *request)
{
	text_clear(request);
	text_add_str(request, "GET ");
	http_url_add_path(request, c->url.path);
	text_add_str(request, " HTTP/1.1\r\nHost: ");
	text_add(request, c->url.host_and_port);
	add_field(request, "\r\nUser-Agent: ", "iplab");
	add_field(request, "Accept-Encoding: ", "identity");
	add_field(request, "Connection: ", "close");
	add_range(c, request);
	text_add_str(request, "\r\n");
	http_reader_init(&c->reader);
	set_state(c, HTTP_CLIENT_HEAD, now_ns + HEAD_S * SECOND);
}

static bool is_equal(const char *a, const char *b)
{
	return slice_equal(slice_of(a), slice_of(b));
}

/*
 * What is the same only if all bytes are: an entity tag that is not weak ("W/..."), or, where there
 * is no tag, a date. That must be before the answer's own, for within one second a file can change
 * twice (RFC 9110 8.8.2.2).
 */
static const char *validator_of(const struct http_head *h)
{
	if (h->etag[0])
		return h->etag[0] == '"' ? h->etag : "";
	return h->date[0] && !is_equal(h->date, h->modified) ? h->modified : "";
}

static void copy_validator(struct http_client *c, const struct http_head *h)
{
	const char *v = validator_of(h);

	memcpy(c->validator, v, strlen(v) + 1);
}

/* The file, from its start. */
static void begin_file(struct http_client *c, uint64_t now_ns, struct http_out *out)
{
	const struct http_head *h = &c->reader.head;

	if (h->is_packed) {
		http_client_fail(c, HTTP_FAIL_PROTOCOL, "a content coding that was not asked for");
		return;
	}
	c->stored = 0;
	c->part_end = UINT64_MAX;
	c->has_total = h->has_length;
	c->total = h->length;
	copy_validator(c, h);
	out->begins = true;
	out->has_size = h->has_length;
	out->size = h->length;
	set_state(c, HTTP_CLIENT_BODY, now_ns + PROGRESS_S * SECOND);
}

/* What is stored is worth nothing. */
static void forget(struct http_client *c)
{
	c->stored = 0;
	c->has_total = false;
	c->validator[0] = '\0';
}

/* It is another file by now, or cannot be put together: all of it once more. */
static void begin_anew(struct http_client *c, uint64_t now_ns)
{
	forget(c);
	c->is_fruitful = false;
	retry(c, now_ns);
}

/* Whether a part belongs to what is stored. It need not repeat its validator, but not change it. */
static bool is_same_file(const struct http_client *c, const struct http_head *h)
{
	if (!h->has_total || (c->has_total && c->total != h->total))
		return false;
	if (h->etag[0])
		return is_equal(c->validator, h->etag);
	return c->validator[0] == '"' || !h->modified[0] || is_equal(c->validator, h->modified);
}

/* A part: it must be the one that was asked for, of the same file. */
static void begin_part(struct http_client *c, uint64_t now_ns)
{
	const struct http_head *h = &c->reader.head;

	if (h->is_packed) {
		http_client_fail(c, HTTP_FAIL_PROTOCOL, "a content coding that was not asked for");
	} else if (!c->has_asked_range) {
		http_client_fail(c, HTTP_FAIL_PROTOCOL,
				 "a part of the file that was not asked for");
	} else if (!h->has_range || h->range_first != c->stored ||
		   (h->has_length && h->length != h->range_last - h->range_first + 1)) {
		http_client_fail(c, HTTP_FAIL_PROTOCOL,
				 "another part of the file than was asked for");
	} else if (!is_same_file(c, h)) {
		begin_anew(c, now_ns);
	} else {
		c->has_total = true;
		c->total = h->total;
		c->part_end = h->range_last + 1;
		set_state(c, HTTP_CLIENT_BODY, now_ns + PROGRESS_S * SECOND);
	}
}

static void redirect(struct http_client *c, uint64_t now_ns)
{
	char buf[HTTP_URL_MAX];
	struct text to = TEXT_INIT(buf);
	struct slice location = slice_of(c->reader.head.location);

	if (!location.len || !http_url_resolve(&to, slice_of(c->url_text), location) ||
	    to.too_long) {
		http_client_fail(c, HTTP_FAIL_REDIRECT, "a redirection to nowhere");
		return;
	}
	if (++c->n_redirects > HTTP_N_REDIRECTS_MAX) {
		http_client_fail(c, HTTP_FAIL_REDIRECT, "redirections without end");
		return;
	}
	forget(c); /* validators are of one URL */
	if (set_url(c, (struct slice){ to.p, to.len }, HTTP_FAIL_REDIRECT))
		again(c, now_ns, 0);
}

static void busy(struct http_client *c, uint64_t now_ns)
{
	const struct http_head *h = &c->reader.head;
	uint64_t wait_s = h->has_retry_after ? h->retry_after_s : BUSY_S;

	if (wait_s > HTTP_RETRY_AFTER_MAX_S || ++c->n_fruitless >= HTTP_N_FRUITLESS_MAX)
		http_client_fail(c, HTTP_FAIL_STATUS, "the server is busy");
	else
		again(c, now_ns, wait_s * SECOND);
}

static void on_head(struct http_client *c, uint64_t now_ns, struct http_out *out)
{
	switch (c->reader.head.status) {
	case STATUS_OK:
	case STATUS_NON_AUTHORITATIVE:
		begin_file(c, now_ns, out);
		break;
	case STATUS_PARTIAL:
		begin_part(c, now_ns);
		break;
	case STATUS_MOVED:
	case STATUS_FOUND:
	case STATUS_SEE_OTHER:
	case STATUS_TEMPORARY:
	case STATUS_PERMANENT:
		redirect(c, now_ns);
		break;
	case STATUS_RANGE:
		if (c->has_asked_range)
			begin_anew(c, now_ns);
		else
			http_client_fail(c, HTTP_FAIL_STATUS, "the server refuses");
		break;
	case STATUS_TOO_MANY:
	case STATUS_UNAVAILABLE:
		busy(c, now_ns);
		break;
	default:
		http_client_fail(c, HTTP_FAIL_STATUS, "the server refuses");
	}
}

static void take_piece(struct http_client *c, uint64_t now_ns, const struct http_piece *piece,
		       struct http_out *out)
{
	if (piece->len > c->part_end - c->stored) {
		http_client_fail(c, HTTP_FAIL_PROTOCOL, "more than the part that was promised");
		return;
	}
	out->data = piece->p;
	out->data_len = piece->len;
	out->offset = c->stored;
	c->stored += piece->len;
	if (piece->len)
		c->deadline_ns = now_ns + PROGRESS_S * SECOND;
	if (c->stored > c->best) {
		c->best = c->stored;
		c->is_fruitful = true;
	}
}

size_t http_client_input(struct http_client *c, uint64_t now_ns, const uint8_t *buf, size_t len,
			 struct http_out *out)
{
	struct http_piece piece;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (c->state != HTTP_CLIENT_HEAD && c->state != HTTP_CLIENT_BODY)
		return len;
	n = http_reader_input(&c->reader, buf, len, &piece);
	if (c->reader.state == HTTP_READER_FAILED) {
		http_client_fail(c, HTTP_FAIL_PROTOCOL, c->reader.why);
		return n;
	}
	if (c->state == HTTP_CLIENT_HEAD && c->reader.state != HTTP_READER_HEAD)
		on_head(c, now_ns, out);
	if (c->state == HTTP_CLIENT_BODY)
		take_piece(c, now_ns, &piece, out);
	if (c->state == HTTP_CLIENT_BODY && c->reader.state == HTTP_READER_DONE)
		end_body(c, now_ns);
	return n;
}
