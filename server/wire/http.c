/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP requests (RFC 9110, RFC 9112)
 */
#include "server/wire/http.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool equals(struct slice s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.p, text, s.len);
}

/* The same without regard to case. */
static bool is_word(struct slice s, const char *text)
{
	if (s.len != strlen(text))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (lower(s.p[i]) != lower((uint8_t)text[i]))
			return false;
	return true;
}

static struct slice trim(struct slice s)
{
	while (s.len && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* What is before the first @c, which is consumed; all that is left without one. */
static struct slice take_until(struct slice *s, char c)
{
	const uint8_t *end = s->len ? memchr(s->p, c, s->len) : NULL;
	struct slice part = { s->p, end ? (size_t)(end - s->p) : s->len };
	size_t used = part.len + (end ? 1 : 0);

	s->p += used;
	s->len -= used;
	return part;
}

/* The next line, without its end; false: there is none yet. */
static bool take_line(struct slice *s, struct slice *line)
{
	if (!s->len || !memchr(s->p, '\n', s->len))
		return false;
	*line = take_until(s, '\n');
	if (line->len && line->p[line->len - 1] == '\r')
		line->len--;
	return true;
}

/* --- the target --------------------------------------------------------------------------------
 */

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-encoding (RFC 3986 2.1). Return: false if it makes no sense, or the path is too long. */
static bool decode_path(struct http_request *r, struct slice s)
{
	while (s.len) {
		uint8_t c = s.p[0];
		size_t n = 1;

		if (c == '%') {
			if (s.len < 3 || hex_digit(s.p[1]) < 0 || hex_digit(s.p[2]) < 0)
				return false;
			c = (uint8_t)(hex_digit(s.p[1]) << 4 | hex_digit(s.p[2]));
			n = 3;
		}
		if (r->path_len == sizeof(r->path))
			return false;
		r->path[r->path_len++] = c;
		s.p += n;
		s.len -= n;
	}
	return true;
}

/* "/path?query", or the whole URL as a proxy gets it (RFC 9112 3.2). */
static bool decode_target(struct http_request *r)
{
	static const char scheme[] = "http://";
	struct slice s = r->target, path;

	if (s.len >= sizeof(scheme) - 1 &&
	    is_word((struct slice){ s.p, sizeof(scheme) - 1 }, scheme)) {
		s.p += sizeof(scheme) - 1;
		s.len -= sizeof(scheme) - 1;
		r->has_host = true;
		while (s.len && s.p[0] != '/' && s.p[0] != '?') {
			s.p++;
			s.len--;
		}
	} else if (!s.len || s.p[0] != '/') {
		return false;
	}
	path = take_until(&s, '?');
	if (path.len) {
		path.p++;
		path.len--;
	}
	return decode_path(r, path);
}

static bool decode_request_line(struct http_request *r, struct slice line)
{
	r->method_name = take_until(&line, ' ');
	r->target = take_until(&line, ' ');
	if (equals(r->method_name, "GET"))
		r->method = HTTP_GET;
	else if (equals(r->method_name, "HEAD"))
		r->method = HTTP_HEAD;
	else
		r->method = HTTP_OTHER_METHOD;
	/* A minor version that is later than ours is as good as ours (RFC 9110 6.2). */
	if (line.len != 8 || memcmp(line.p, "HTTP/1.", 7) || line.p[7] < '0' || line.p[7] > '9')
		return false;
	r->is_1_0 = line.p[7] == '0';
	return r->method_name.len && decode_target(r);
}

/* --- fields ------------------------------------------------------------------------------------
 */

/* Digits; false if there are none, or something else. What is too large counts as the largest. */
static bool decode_number(uint64_t *out, struct slice s)
{
	uint64_t v = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)s.p[i] - '0';

		if (digit > 9)
			return false;
		v = v > (UINT64_MAX - digit) / 10 ? UINT64_MAX : v * 10 + digit;
	}
	*out = v;
	return true;
}

static void decode_range(struct http_request *r, struct slice value)
{
	struct http_range range = { .last = UINT64_MAX };
	struct slice unit = take_until(&value, '='), first, last;

	if (!is_word(trim(unit), "bytes") || (value.len && memchr(value.p, ',', value.len)) ||
	    !value.len || !memchr(value.p, '-', value.len))
		return;
	first = trim(take_until(&value, '-'));
	last = trim(value);
	range.is_suffix = !first.len;
	if (range.is_suffix) {
		r->has_range = decode_number(&range.first, last);
	} else {
		r->has_range = decode_number(&range.first, first) &&
			       (!last.len || decode_number(&range.last, last)) &&
			       range.first <= range.last;
	}
	r->range = range;
}

static void decode_connection(struct http_request *r, struct slice value, bool *keeps)
{
	while (value.len) {
		struct slice token = trim(take_until(&value, ','));

		if (is_word(token, "close"))
			r->wants_close = true;
		else if (is_word(token, "keep-alive"))
			*keeps = true;
	}
}

static bool decode_field(struct http_request *r, struct slice line, bool *keeps)
{
	struct slice value = line, name = take_until(&value, ':');
	uint64_t n;

	/* No name, a blank behind it, or a line that goes on from the one before: RFC 9112 5. */
	if (name.len == line.len || !name.len || is_blank(name.p[0]) ||
	    is_blank(name.p[name.len - 1]))
		return false;
	value = trim(value);
	if (is_word(name, "host"))
		r->has_host = true;
	else if (is_word(name, "connection"))
		decode_connection(r, value, keeps);
	else if (is_word(name, "range"))
		decode_range(r, value);
	else if (is_word(name, "if-range"))
		r->if_range = value;
	else if (is_word(name, "transfer-encoding"))
		r->has_body = true;
	else if (is_word(name, "content-length"))
		r->has_body |= !decode_number(&n, value) || n;
	return true;
}

static int decode_fields(struct http_request *r, struct slice *s)
{
	bool keeps = false;
	struct slice line;

	while (take_line(s, &line)) {
		if (!line.len) {
			r->wants_close |= r->is_1_0 && !keeps;
			return 0;
		}
		if (!decode_field(r, line, &keeps))
			return HTTP_E_MALFORMED;
	}
	return HTTP_E_INCOMPLETE;
}

int http_request_decode(struct http_request *out, size_t *used, const uint8_t *buf, size_t len)
{
	struct slice s = { buf, len < HTTP_HEAD_MAX ? len : HTTP_HEAD_MAX }, line = { 0 };
	struct http_request r = { 0 };
	int incomplete = len < HTTP_HEAD_MAX ? HTTP_E_INCOMPLETE : HTTP_E_TOO_LONG, e;

	while (!line.len)
		if (!take_line(&s, &line))
			return incomplete;
	if (!decode_request_line(&r, line))
		return HTTP_E_MALFORMED;
	e = decode_fields(&r, &s);
	if (e == HTTP_E_INCOMPLETE)
		return incomplete;
	if (e)
		return e;
	*out = r;
	*used = (size_t)(s.p - buf);
	return 0;
}

/* --- statuses ----------------------------------------------------------------------------------
 */

static const struct {
	unsigned status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" }, /* RFC 9110 15 */
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 410, "Gone" },
	{ 413, "Content Too Large" },
	{ 416, "Range Not Satisfiable" },
	{ 429, "Too Many Requests" },               /* RFC 6585 4 */
	{ 431, "Request Header Fields Too Large" }, /* RFC 6585 5 */
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

const char *http_status_reason(unsigned status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}
