/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done to the bytes of HTTP responses on purpose
 *
 * A filter between server/http.c, which makes correct responses and knows nothing of this, and the
 * TCP connection. A rule says what becomes of the responses about one file.
 */
#ifndef SERVER_HTTP_FAULT_H
#define SERVER_HTTP_FAULT_H

#include <glib.h>
#include <limits.h>

#include "server/wire/bytes.h"

/* A position that is not given. */
#define HTTP_NOWHERE UINT_MAX

enum http_framing {
	HTTP_BY_LENGTH, /* as the server made it */
	HTTP_BY_CLOSE,  /* no length: the end of the connection is the end of the body */
	HTTP_BY_CHUNKS, /* Transfer-Encoding: chunked (RFC 9112 7.1) */
	HTTP_BY_BOTH,   /* chunks, and a Content-Length as well */
};

/*
 * Positions count bytes of the body from 0, before it is cut into chunks; those of `split` count
 * bytes of the response from its first one.
 */
struct http_rule {
	char *name;       /* of the group: "slow" */
	char *path;       /* a glob over the path as asked for, without its first slash */
	unsigned attempt; /* the N-th request for that path; 0: each */

	/* another response in its place */
	unsigned status;        /* 0: the server's own */
	unsigned retry_after_s; /* 0: no such field */
	char *location;         /* NULL: no such field */

	/* its head */
	char *etag; /* of the file, with its quotes; If-Range holds if it names this. NULL: none */
	char *before; /* raw text in front of the response: "HTTP/1.1 103 Early Hints\r\n\r\n" */
	char *status_line;            /* NULL: the right one */
	char **fields;                /* lines to be added */
	char *length, *second_length; /* what Content-Length says; a second such field */
	unsigned field_bytes;         /* one more field, with a value so long; 0: none */
	bool endless_head;            /* field lines that never end */
	bool bare_lf;                 /* lines end in LF alone */

	/* its body */
	int framing;          /* enum http_framing */
	unsigned chunk_bytes; /* the longest chunk; 0: 4096 */
	char *chunk_size;     /* the first chunk's size line says this */
	char *chunk_extension;
	char **trailers;
	bool no_last_chunk;
	unsigned extra_bytes; /* zeros behind its end */

	/* its way */
	unsigned truncate_at; /* the connection ends here */
	unsigned reset_at;    /* a RST comes here */
	unsigned stall_at;    /* nothing comes for stall_ns */
	uint64_t stall_ns;
	unsigned bytes_per_s; /* 0: as fast as it goes */
	unsigned split_at;    /* a segment ends here */
	unsigned split_every; /* and after each so many bytes; 0: not */
};

/* All at "nothing is done". */
extern const struct http_rule http_rule_default;

/* The rule for the @attempt-th request for @path, or NULL. The first that fits. */
const struct http_rule *http_rule_find(const GPtrArray *rules, const char *path, unsigned attempt);

/* Whether what the guest has of a file is of the one that the rule is about. @rule may be NULL. */
bool http_rule_is_same_file(const struct http_rule *rule, struct slice if_range);

/* What comes after the last byte of a response. */
enum http_then {
	HTTP_GOES_ON, /* what the server wants */
	HTTP_CLOSES,
	HTTP_RESETS,
};

typedef struct HttpFault HttpFault;

HttpFault *http_fault_new(void);

/* A response begins. @rule is borrowed until the next one, NULL: nothing is done to it. */
void http_fault_begin(HttpFault *f, uint64_t now_ns, const struct http_rule *rule, bool has_body);

/* Whether the guest gets no more of the body than there has been: of another response, nothing. */
bool http_fault_is_cut(const HttpFault *f);

/* Whether it takes more of the response; a write is taken whole. */
bool http_fault_wants(const HttpFault *f);
void http_fault_write(HttpFault *f, const uint8_t *buf, size_t n);

/* The response is written. */
void http_fault_finish(HttpFault *f);

/**
 * http_fault_read() - What may be sent now
 * @is_segment:	Filled: a segment ends behind it
 *
 * Return: bytes, borrowed until anything else is called; none: nothing now, or it is done.
 */
struct slice http_fault_read(HttpFault *f, uint64_t now_ns, bool *is_segment);
void http_fault_consume(HttpFault *f, size_t n);

/* When there is more to read, if it is time that is waited for; else DEADLINE_NEVER. */
uint64_t http_fault_deadline_ns(const HttpFault *f);

/* Whether all of it was consumed; then what comes next, and whether nothing was missing. */
bool http_fault_is_done(const HttpFault *f);
enum http_then http_fault_then(const HttpFault *f);
bool http_fault_is_whole(const HttpFault *f);

void http_fault_free(HttpFault *f);

#endif /* SERVER_HTTP_FAULT_H */
