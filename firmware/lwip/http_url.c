/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * http:// URLs (RFC 3986, RFC 9110 4.2)
 *
 * Host names are checked letter by letter: they go into requests. Paths are made harmless when they
 * are sent.
 */
#include "firmware/lwip/http_url.h"

static const char scheme_http[] = "http://";
static const char scheme_https[] = "https://";

static struct slice skip(struct slice s, size_t n)
{
	return (struct slice){ s.p + n, s.len - n };
}

/* What stands before the first of some characters. */
static struct slice before_any(struct slice s, const char *stop)
{
	size_t n = 0;

	for (; n < s.len; n++)
		for (const char *c = stop; *c; c++)
			if (s.p[n] == *c)
				return (struct slice){ s.p, n };
	return s;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(struct slice s, const char *others)
{
	for (size_t i = 0; i < s.len; i++) {
		const char *c = others;

		while (*c && *c != s.p[i])
			c++;
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && !*c)
			return false;
	}
	return s.len;
}

bool http_url_is(struct slice name)
{
	return slice_has_prefix(name, scheme_http) || slice_has_prefix(name, scheme_https);
}

static size_t scheme_len(struct slice url)
{
	return (slice_has_prefix(url, scheme_https) ? sizeof(scheme_https) : sizeof(scheme_http)) -
	       1;
}

/* Return: false if this is no port. */
static bool parse_port(struct http_url *u, struct slice s)
{
	uint64_t v;

	if (!s.len)
		return true; /* "host:" is allowed */
	if (!is_digit(*s.p) || (s.len > 1 && !is_digit(s.p[1])) || !slice_to_u64(&v, s) || !v ||
	    v > UINT16_MAX)
		return false;
	u->port = (uint16_t)v;
	return true;
}

static bool parse_authority(struct http_url *u, struct slice s)
{
	struct slice rest;

	u->host_and_port = s;
	if (s.len && *s.p == '[') {
		s = skip(s, 1);
		u->host = before_any(s, "]");
		if (u->host.len == s.len || !is_name(u->host, ":."))
			return false;
		rest = skip(s, u->host.len + 1);
	} else {
		u->host = before_any(s, ":");
		if (!is_name(u->host, ".-_"))
			return false;
		rest = skip(s, u->host.len);
	}
	if (!rest.len)
		return true;
	return *rest.p == ':' && parse_port(u, skip(rest, 1));
}

bool http_url_parse(struct http_url *url, struct slice text)
{
	struct http_url u = { .is_tls = slice_has_prefix(text, scheme_https) };
	struct slice authority;

	if (!http_url_is(text))
		return false;
	text = before_any(text, "#");
	text = skip(text, scheme_len(text));
	authority = before_any(text, "/?");
	u.port = u.is_tls ? HTTPS_PORT : HTTP_PORT;
	u.path = skip(text, authority.len);
	if (!parse_authority(&u, authority))
		return false;
	*url = u;
	return true;
}

/* Whether it begins with the name of some protocol and a colon. */
static bool has_scheme(struct slice s)
{
	struct slice name = before_any(s, ":/?#");

	return name.len && name.len < s.len && s.p[name.len] == ':' && is_letter(*name.p);
}

/*
 * Add a path without its parts "." and ".." (RFC 3986 5.2.4). It begins with '/', and so does what
 * is left of it.
 */
static void add_without_dots(struct text *t, struct slice path)
{
	size_t start = t->len;

	while (path.len) {
		struct slice part;
		bool is_last;

		path = skip(path, 1); /* the '/' */
		part = before_any(path, "/");
		path = skip(path, part.len);
		is_last = !path.len;
		if (slice_is(part, "..")) {
			while (t->len > start && t->p[--t->len] != '/')
				;
			t->p[t->len] = '\0';
		} else if (!slice_is(part, ".")) {
			text_add_char(t, '/');
			text_add(t, part);
			continue;
		}
		if (is_last)
			text_add_char(t, '/');
	}
}

/* A base without what follows its path, or without its file name as well. */
static struct slice folder_of(struct slice path)
{
	path = before_any(path, "?#");
	while (path.len && path.p[path.len - 1] != '/')
		path.len--;
	return path;
}

bool http_url_resolve(struct text *out, struct slice base, struct slice ref)
{
	char buf[HTTP_URL_MAX];
	struct text joined = TEXT_INIT(buf);
	struct slice whole, authority, path;
	size_t n = scheme_len(base);

	if (has_scheme(ref) && !http_url_is(ref))
		return false;
	authority = before_any(skip(base, n), "/?#");
	path = skip(base, n + authority.len);
	ref = before_any(ref, "#");
	text_clear(&joined);
	if (http_url_is(ref)) {
		text_add(&joined, ref);
	} else if (slice_has_prefix(ref, "//")) {
		text_add(&joined, (struct slice){ base.p, n - 2 });
		text_add(&joined, ref);
	} else {
		text_add(&joined, (struct slice){ base.p, n + authority.len });
		if (!ref.len)
			text_add(&joined, before_any(path, "#"));
		else if (*ref.p == '?')
			text_add(&joined, before_any(path, "?#"));
		else if (*ref.p != '/' && !folder_of(path).len)
			text_add_char(&joined, '/');
		else if (*ref.p != '/')
			text_add(&joined, folder_of(path));
		text_add(&joined, ref);
	}
	whole = (struct slice){ joined.p, joined.len };
	n = scheme_len(whole);
	authority = before_any(skip(whole, n), "/?");
	path = before_any(skip(whole, n + authority.len), "?");
	text_clear(out);
	text_add(out, (struct slice){ whole.p, n + authority.len });
	add_without_dots(out, path);
	text_add(out, skip(whole, n + authority.len + path.len));
	out->too_long |= joined.too_long;
	return true;
}

void http_url_add_path(struct text *t, struct slice path)
{
	if (!path.len || *path.p != '/')
		text_add_char(t, '/');
	for (size_t i = 0; i < path.len; i++) {
		char c = path.p[i];

		if (c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>') {
			text_add_char(t, c);
			continue;
		}
		text_add_char(t, '%');
		text_add_hex(t, (uint8_t)c, 2, text_hex_upper);
	}
}
