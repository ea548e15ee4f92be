/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading an HTTP/1.1 response (RFC 9112): head, and body in any framing
 */
#ifndef FIRMWARE_LWIP_HTTP_READER_H
#define FIRMWARE_LWIP_HTTP_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lwip/http_url.h"

enum {
	HTTP_LINE_MAX = HTTP_URL_MAX + 64, /* of a line that is needed; others may be longer */
	HTTP_HEAD_MAX = 256 * 1024,        /* of all heads of a response, with what is skipped */
	HTTP_N_INFORMATIONAL_MAX = 16,     /* responses of 1xx before the one that counts */
	HTTP_REASON_MAX = 80,
	HTTP_VALIDATOR_MAX = 128,
};

/*
 *   HEAD -> empty line                  -> BODY, or DONE if there is none
 *   HEAD -> empty line of a 1xx         -> HEAD
 *   BODY -> the end that the head tells -> DONE
 *   any  -> something that is not HTTP  -> FAILED
 */
enum http_reader_state {
	HTTP_READER_HEAD,
	HTTP_READER_BODY,
	HTTP_READER_DONE,
	HTTP_READER_FAILED,
};

/* How the end of the body is known. */
enum http_framing {
	HTTP_FRAMING_LENGTH,
	HTTP_FRAMING_CHUNKS,
	HTTP_FRAMING_CLOSE,
};

/* What a head says; texts end in a NUL, and are empty if they are not there. */
struct http_head {
	unsigned status;
	char reason[HTTP_REASON_MAX];
	enum http_framing framing;
	bool has_length, is_chunked;
	bool is_packed; /* in some content coding, of which none was asked for */
	uint64_t length;
	bool has_range; /* a Content-Range that can be understood */
	uint64_t range_first, range_last;
	bool has_total; /* of the whole file, in Content-Range */
	uint64_t total;
	char location[HTTP_URL_MAX];
	char etag[HTTP_VALIDATOR_MAX]; /* with its quotes */
	char modified[HTTP_VALIDATOR_MAX];
	char date[HTTP_VALIDATOR_MAX];
	bool has_retry_after;
	uint64_t retry_after_s;
};

/* Where in a body of chunks it is. */
enum http_chunk_part {
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END, /* the line end behind the data */
	HTTP_CHUNK_TRAILER,
};

struct http_reader {
	enum http_reader_state state;
	const char *why; /* FAILED: what is wrong, for a person */
	struct http_head head;
	enum http_chunk_part chunk;
	uint64_t left;   /* of the body, or of the chunk */
	size_t head_len; /* bytes of heads, chunk sizes in a row, and trailers */
	unsigned n_informational;
	bool has_status, has_cr, is_folding;
	bool line_is_cut; /* longer than line */
	size_t line_len;
	char line[HTTP_LINE_MAX];
};

/* A piece of a body. */
struct http_piece {
	const uint8_t *p;
	size_t len;
};

/* Begin with a response. */
void http_reader_init(struct http_reader *r);

/**
 * http_reader_input() - Read on
 * @r:		The response
 * @buf:	Bytes of the connection
 * @len:	How many
 * @piece:	Filled with a part of @buf that is body, maybe an empty one
 *
 * Stops behind a head, behind a piece of the body, and at the end, so that the caller may look.
 *
 * Return: bytes that were taken, at least one while it is in HEAD or BODY and @len is not 0.
 */
size_t http_reader_input(struct http_reader *r, const uint8_t *buf, size_t len,
			 struct http_piece *piece);

/* The server has closed the connection in order: DONE if that is the end of the body. */
void http_reader_closed(struct http_reader *r);

#endif /* FIRMWARE_LWIP_HTTP_READER_H */
