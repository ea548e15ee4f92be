/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP requests (RFC 9110, RFC 9112)
 */
#ifndef SERVER_WIRE_HTTP_H
#define SERVER_WIRE_HTTP_H

#include "server/wire/bytes.h"

enum {
	HTTP_HEAD_MAX = 8 * 1024, /* ours: of a request's head */
	HTTP_PATH_MAX = 4096,     /* of a decoded path */
};

enum {
	HTTP_E_INCOMPLETE = 1, /* more bytes are needed */
	HTTP_E_MALFORMED,      /* no request, and nothing after it can be understood */
	HTTP_E_TOO_LONG,       /* no end within HTTP_HEAD_MAX */
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_OTHER_METHOD,
};

/* Bytes of a file that are asked for: one range of RFC 9110 14.1.2. */
struct http_range {
	bool is_suffix;       /* the last `first` bytes */
	uint64_t first, last; /* last UINT64_MAX: to the end */
};

struct http_request {
	enum http_method method;
	struct slice method_name, target; /* as they came */
	uint8_t path[HTTP_PATH_MAX];      /* of the target, decoded, without its first slash */
	size_t path_len;
	bool is_1_0;
	bool has_host;
	bool wants_close;
	bool has_body; /* which is then not understood */
	bool has_range;
	struct slice if_range; /* the validator under whose condition it is; p NULL: none */
	struct http_range range;
};

/**
 * http_request_decode() - Read the head of a request
 * @used:	Filled with its length
 * @buf:	The stream from its beginning on; the slices of @out point into it
 *
 * Lines may end in LF alone, and empty lines before the request are skipped (RFC 9112 2.2). A Range
 * that is not one range of bytes is ignored (RFC 9110 14.2).
 *
 * Return: 0 or HTTP_E_*; @out and @used are filled with 0 only.
 */
int http_request_decode(struct http_request *out, size_t *used, const uint8_t *buf, size_t len);

/* "OK", "Not Found", ... of a status code; "" of one without. */
const char *http_status_reason(unsigned status);

#endif /* SERVER_WIRE_HTTP_H */
