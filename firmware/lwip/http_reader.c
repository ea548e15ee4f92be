/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading an HTTP/1.1 response (RFC 9112)
 *
 * Lines are put together byte by byte, bodies are handed on in the pieces that come. A line that is
 * longer than our buffer does no harm if nothing in it is needed. What is not allowed is not
 * guessed at: two lengths, a length beside chunks, a chunk size that no number holds.
 */
#include "firmware/lwip/http_reader.h"

#include "firmware/lib/string.h"

enum {
	STATUS_DIGITS = 3,
	STATUS_MIN = 100,
	STATUS_OK_MIN = 200,
	STATUS_MAX = 599,
	STATUS_SWITCHING = 101,
	STATUS_NO_CONTENT = 204,
	STATUS_NOT_MODIFIED = 304,
	HEX_DIGITS = 16, /* of a chunk's size */
	DELETE = 0x7f,
};

static void fail(struct http_reader *r, const char *why)
{
	r->state = HTTP_READER_FAILED;
	r->why = why;
}

void http_reader_init(struct http_reader *r)
{
	memset(r, 0, sizeof(*r));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as RFC 9110 has them: digits and nothing else. */
static bool read_number(uint64_t *v, struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.p[i]))
			return false;
	return slice_to_u64(v, s);
}

static void keep(char *to, size_t size, struct slice s)
{
	struct text t = { .p = to, .size = size };

	text_clear(&t);
	text_add(&t, s);
	if (t.too_long)
		text_clear(&t); /* half of it is none */
}

/* "HTTP/1.1 200 OK" */
static void read_status(struct http_reader *r, struct slice line)
{
	struct slice version = slice_take_until(&line, ' ');
	struct slice digits = slice_take_until(&line, ' ');
	uint64_t status;

	if (!slice_has_prefix(version, "HTTP/1.") || version.len != sizeof("HTTP/1.1") - 1 ||
	    !is_digit(version.p[version.len - 1])) {
		fail(r, "this is no HTTP/1");
	} else if (digits.len != STATUS_DIGITS || !read_number(&status, digits) ||
		   status < STATUS_MIN || status > STATUS_MAX) {
		fail(r, "no status in the first line");
	} else {
		r->head.status = (unsigned)status;
		if (line.len > sizeof(r->head.reason) - 1)
			line.len = sizeof(r->head.reason) - 1;
		keep(r->head.reason, sizeof(r->head.reason), line);
	}
}

/* The same length twice, in one field or two, is allowed (RFC 9110 8.6). */
static void read_length(struct http_reader *r, struct slice value)
{
	do {
		uint64_t v;

		if (!read_number(&v, slice_trim(slice_take_until(&value, ',')))) {
			fail(r, "a length that is none");
			return;
		}
		if (r->head.has_length && r->head.length != v) {
			fail(r, "two different lengths");
			return;
		}
		r->head.has_length = true;
		r->head.length = v;
	} while (value.len);
}

static void read_coding(struct http_reader *r, struct slice value)
{
	if (!slice_is(value, "chunked") || r->head.is_chunked)
		fail(r, "a transfer coding that was not asked for");
	r->head.is_chunked = true;
}

static void read_packing(struct http_reader *r, struct slice value)
{
	r->head.is_packed |= value.len && !slice_is(value, "identity");
}

/* "bytes 0-9/10"; what is not understood is as if it were not there. */
static void read_range(struct http_reader *r, struct slice value)
{
	struct http_head *h = &r->head;
	struct slice unit = slice_take_word(&value);
	struct slice range = slice_take_until(&value, '/');
	struct slice first = slice_take_until(&range, '-');

	h->has_range = slice_is(unit, "bytes") && read_number(&h->range_first, first) &&
		       read_number(&h->range_last, range) && h->range_first <= h->range_last &&
		       h->range_last != UINT64_MAX;
	h->has_total = read_number(&h->total, value);
	if (h->has_total && h->range_last >= h->total)
		h->has_range = false;
}

static void read_retry_after(struct http_reader *r, struct slice value)
{
	r->head.has_retry_after = read_number(&r->head.retry_after_s, value); /* or a date */
}

static void read_location(struct http_reader *r, struct slice value)
{
	keep(r->head.location, sizeof(r->head.location), value);
}

static void read_etag(struct http_reader *r, struct slice value)
{
	keep(r->head.etag, sizeof(r->head.etag), value);
}

static void read_modified(struct http_reader *r, struct slice value)
{
	keep(r->head.modified, sizeof(r->head.modified), value);
}

static void read_date(struct http_reader *r, struct slice value)
{
	keep(r->head.date, sizeof(r->head.date), value);
}

static const struct {
	const char *name;
	void (*read)(struct http_reader *r, struct slice value);
} fields[] = {
	{ "Content-Length", read_length },    /* RFC 9110 8.6 */
	{ "Transfer-Encoding", read_coding }, /* RFC 9112 6.1 */
	{ "Content-Encoding", read_packing }, /* RFC 9110 8.4 */
	{ "Content-Range", read_range },      /* RFC 9110 14.4 */
	{ "Location", read_location },        /* RFC 9110 10.2.2 */
	{ "Retry-After", read_retry_after },  /* RFC 9110 10.2.3 */
	{ "ETag", read_etag },                /* RFC 9110 8.8.3 */
	{ "Last-Modified", read_modified },   /* RFC 9110 8.8.2 */
	{ "Date", read_date },                /* RFC 9110 6.6.1 */
};

static void read_field(struct http_reader *r, struct slice line)
{
	struct slice name = slice_take_until(&line, ':');

	/* No blank before the colon (RFC 9112 5.1): proxies disagree on what that means. */
	if (!name.len || name.p + name.len == line.p || slice_trim(name).len != name.len) {
		fail(r, "a line of the head that is no field");
		return;
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!slice_is(name, fields[i].name))
			continue;
		if (r->line_is_cut)
			fail(r, "a field that is too long");
		else
			fields[i].read(r, slice_trim(line));
		return;
	}
}

static void read_head_line(struct http_reader *r)
{
	struct slice line = { r->line, r->line_len };

	if (r->has_status) {
		read_field(r, line);
	} else {
		r->has_status = true;
		read_status(r, line);
	}
	r->line_len = 0;
	r->line_is_cut = false;
}

/* How the body ends (RFC 9112 6.3). */
static void begin_body(struct http_reader *r)
{
	struct http_head *h = &r->head;

	if (h->is_chunked && h->has_length) {
		fail(r, "chunks, and a length as well");
		return;
	}
	r->state = HTTP_READER_BODY;
	if (h->status == STATUS_NO_CONTENT || h->status == STATUS_NOT_MODIFIED) {
		r->state = HTTP_READER_DONE;
	} else if (h->is_chunked) {
		h->framing = HTTP_FRAMING_CHUNKS;
	} else if (h->has_length) {
		h->framing = HTTP_FRAMING_LENGTH;
		r->left = h->length;
		if (!r->left)
			r->state = HTTP_READER_DONE;
	} else {
		h->framing = HTTP_FRAMING_CLOSE;
	}
	r->head_len = 0; /* from now on it counts what is around chunks */
}

static void end_head(struct http_reader *r)
{
	if (!r->has_status) {
		fail(r, "no status in the first line");
	} else if (r->head.status >= STATUS_OK_MIN) {
		begin_body(r);
	} else if (r->head.status == STATUS_SWITCHING ||
		   ++r->n_informational > HTTP_N_INFORMATIONAL_MAX) {
		fail(r, "informational responses without end");
	} else {
		memset(&r->head, 0, sizeof(r->head));
		r->has_status = false;
	}
}

static void add_to_line(struct http_reader *r, char c)
{
	if (r->line_len < sizeof(r->line))
		r->line[r->line_len++] = c;
	else
		r->line_is_cut = true;
}

/*
 * Put a line together. LF alone ends one too (RFC 9112 2.2), CR alone does not.
 *
 * Return: whether it is complete.
 */
static bool take_line_byte(struct http_reader *r, char c)
{
	if (++r->head_len > HTTP_HEAD_MAX) {
		fail(r, "a head without end");
		return false;
	}
	if (c == '\n') {
		r->has_cr = false;
		return true;
	}
	if (r->has_cr || ((unsigned char)c < ' ' && c != '\t' && c != '\r') || c == DELETE)
		fail(r, "a character that no line may have");
	else if (c == '\r')
		r->has_cr = true;
	else
		add_to_line(r, c);
	return false;
}

/*
 * A line of the head is read when the next one begins: if that begins with a blank, it is a part of
 * this one (RFC 9112 5.2).
 */
static void take_head_byte(struct http_reader *r, char c)
{
	bool was_folding = r->is_folding;

	r->is_folding = false;
	if (was_folding && (c == ' ' || c == '\t') && r->has_status)
		c = ' ';
	else if (was_folding)
		read_head_line(r);
	if (r->state != HTTP_READER_HEAD || !take_line_byte(r, c))
		return;
	if (r->line_len || r->line_is_cut)
		r->is_folding = true;
	else
		end_head(r);
}

/* "SIZE", or "SIZE;EXTENSION" with blanks around the semicolon (RFC 9112 7.1.1). */
static void read_chunk_size(struct http_reader *r)
{
	struct slice line = { r->line, r->line_len };
	struct slice size = slice_trim(slice_take_until(&line, ';'));
	uint64_t v = 0;

	if (!size.len || size.len > HEX_DIGITS) {
		fail(r, "a chunk of impossible size");
		return;
	}
	for (size_t i = 0; i < size.len; i++) {
		int digit = text_hex_digit(size.p[i]);

		if (digit < 0) {
			fail(r, "a chunk without a size");
			return;
		}
		v = v << 4 | (unsigned)digit;
	}
	r->left = v;
	r->chunk = v ? HTTP_CHUNK_DATA : HTTP_CHUNK_TRAILER;
	if (v)
		r->head_len = 0;
}

static void take_chunk_byte(struct http_reader *r, char c)
{
	if (!take_line_byte(r, c))
		return;
	switch (r->chunk) {
	case HTTP_CHUNK_SIZE:
		read_chunk_size(r);
		break;
	case HTTP_CHUNK_END:
		if (r->line_len)
			fail(r, "a chunk longer than its size");
		r->chunk = HTTP_CHUNK_SIZE;
		break;
	case HTTP_CHUNK_TRAILER:
		if (!r->line_len)
			r->state = HTTP_READER_DONE;
		break;
	case HTTP_CHUNK_DATA:
		break; /* is not read in lines */
	}
	r->line_len = 0;
	r->line_is_cut = false;
}

static size_t take_data(struct http_reader *r, const uint8_t *buf, size_t len,
			struct http_piece *piece)
{
	if (r->head.framing != HTTP_FRAMING_CLOSE) {
		if (len > r->left)
			len = (size_t)r->left;
		r->left -= len;
		if (!r->left && r->head.framing == HTTP_FRAMING_CHUNKS)
			r->chunk = HTTP_CHUNK_END;
		else if (!r->left)
			r->state = HTTP_READER_DONE;
	}
	*piece = (struct http_piece){ buf, len };
	return len;
}

size_t http_reader_input(struct http_reader *r, const uint8_t *buf, size_t len,
			 struct http_piece *piece)
{
	size_t n = 0;

	*piece = (struct http_piece){ buf, 0 };
	while (n < len && r->state == HTTP_READER_HEAD) {
		take_head_byte(r, (char)buf[n++]);
		if (r->state != HTTP_READER_HEAD)
			return n; /* the caller wants to see the head first */
	}
	while (n < len && r->state == HTTP_READER_BODY) {
		if (r->head.framing != HTTP_FRAMING_CHUNKS || r->chunk == HTTP_CHUNK_DATA)
			return n + take_data(r, buf + n, len - n, piece);
		take_chunk_byte(r, (char)buf[n++]);
	}
	return n;
}

void http_reader_closed(struct http_reader *r)
{
	if (r->state == HTTP_READER_BODY && r->head.framing == HTTP_FRAMING_CLOSE)
		r->state = HTTP_READER_DONE;
}
