/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * http:// URLs: what a boot needs of RFC 3986
 */
#ifndef FIRMWARE_LWIP_HTTP_URL_H
#define FIRMWARE_LWIP_HTTP_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/lwip/text.h"

enum {
	HTTP_URL_MAX = 2048, /* with a NUL: longer ones are refused */
	HTTP_PORT = 80,
	HTTPS_PORT = 443,
};

struct http_url {
	bool is_tls;
	struct slice host;          /* without the brackets of an IPv6 address */
	struct slice host_and_port; /* as it is written, for the field Host */
	uint16_t port;
	struct slice path; /* with its query; may be empty or begin with '?' */
};

/* Whether a name is a URL of ours: http or https. */
bool http_url_is(struct slice name);

/**
 * http_url_parse() - Take a URL apart
 * @url:	Filled with slices of @text
 * @text:	All of it; a fragment is dropped
 *
 * Return: false if it is none, or has a user name: that is not supported.
 */
bool http_url_parse(struct http_url *url, struct slice text);

/**
 * http_url_resolve() - Find what a reference means (RFC 3986 5.2)
 * @out:	The URL is put into it; too_long if it does not fit
 * @base:	The URL that @ref was found in, not in @out
 * @ref:	A URL, or a part of one
 *
 * Return: false if it is a URL of another kind.
 */
bool http_url_resolve(struct text *out, struct slice base, struct slice ref);

/* Add a path as a request has it: what may not be in one becomes %XX. */
void http_url_add_path(struct text *t, struct slice path);

#endif /* FIRMWARE_LWIP_HTTP_URL_H */
