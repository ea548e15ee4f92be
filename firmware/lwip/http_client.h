/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching a file over HTTP/1.1, without I/O
 *
 * It says when a connection is wanted, is told what becomes of it, and hands on the bytes of the
 * file in order. A connection that breaks is made again, for the rest of the file.
 */
#ifndef FIRMWARE_LWIP_HTTP_CLIENT_H
#define FIRMWARE_LWIP_HTTP_CLIENT_H

#include "firmware/lwip/http_reader.h"

enum {
	HTTP_REQUEST_MAX = 3 * HTTP_URL_MAX + 512, /* %XX for each letter */
	HTTP_N_REDIRECTS_MAX = 10,
	HTTP_N_FRUITLESS_MAX = 4, /* connections in a row that brought nothing */
	HTTP_N_CONNECTIONS_MAX = 200,
	HTTP_RETRY_AFTER_MAX_S = 60, /* who says more is not waited for */
};

/*
 *   WAITING    -> deadline                     -> READY
 *   READY      -> the caller begins            -> CONNECTING
 *   CONNECTING -> it is there                  -> HEAD
 *              -> deadline                     -> FAILED
 *   HEAD       -> head of a file               -> BODY
 *              -> redirection, 503             -> WAITING
 *   BODY       -> all of it                    -> DONE
 *              -> a part that was asked for    -> WAITING
 *   any of the three -> it breaks, or deadline -> WAITING, or FAILED after some times
 *   any        -> nonsense, any other status   -> FAILED
 */
enum http_client_state {
	HTTP_CLIENT_WAITING, /* before the next try */
	HTTP_CLIENT_READY,   /* a connection to url is wanted */
	HTTP_CLIENT_CONNECTING,
	HTTP_CLIENT_HEAD,
	HTTP_CLIENT_BODY,
	HTTP_CLIENT_DONE,
	HTTP_CLIENT_FAILED,
};

enum http_failure {
	HTTP_FAIL_NONE,
	HTTP_FAIL_URL,      /* not one that can be asked for */
	HTTP_FAIL_HOST,     /* not known */
	HTTP_FAIL_TIMEOUT,  /* nobody answers */
	HTTP_FAIL_BROKEN,   /* connections are refused, or break again and again */
	HTTP_FAIL_STATUS,   /* reader.head says which */
	HTTP_FAIL_REDIRECT, /* without end, or to nowhere */
	HTTP_FAIL_PROTOCOL, /* why says what is wrong */
	HTTP_FAIL_TOO_LARGE,
};

struct http_client {
	enum http_client_state state;
	enum http_failure failure;
	const char *why;      /* for a person */
	uint64_t deadline_ns; /* UINT64_MAX: none */
	char url_text[HTTP_URL_MAX];
	struct http_url url; /* in url_text */
	struct http_reader reader;
	uint64_t stored;
	uint64_t best;     /* the most that ever was stored: progress is more than that */
	uint64_t part_end; /* of the part that comes; UINT64_MAX: all */
	bool has_total;
	uint64_t total;
	char validator[HTTP_VALIDATOR_MAX]; /* of what is stored; empty: none */
	bool has_asked_range;
	unsigned n_redirects, n_fruitless, n_connections;
	bool is_fruitful;              /* this connection */
	bool is_timed_out, is_refused; /* the last one */
};

/* What is to be done with bytes that came. */
struct http_out {
	bool begins; /* a file begins, at 0; maybe anew */
	bool has_size;
	uint64_t size;       /* if known */
	const uint8_t *data; /* to be stored at offset; inside of what came in */
	size_t data_len;
	uint64_t offset;
};

/* Begin to fetch; FAILED if this is no URL. */
void http_client_start(struct http_client *c, struct slice url, uint64_t now_ns);

/* Do what is due. Nothing is before deadline_ns. */
void http_client_step(struct http_client *c, uint64_t now_ns);

/* READY: the caller tries to connect. */
void http_client_connecting(struct http_client *c, uint64_t now_ns);

/* CONNECTING: it is connected. @request is filled with what is to be sent. */
void http_client_connected(struct http_client *c, uint64_t now_ns, struct text *request);

/**
 * http_client_input() - Take bytes of the connection
 * @c:		The fetch; in other states than HEAD and BODY it drops them
 * @now_ns:	Time
 * @buf:	The bytes
 * @len:	How many, not 0
 * @out:	Filled
 *
 * Return: how many were taken, at least one; call again with the rest.
 */
size_t http_client_input(struct http_client *c, uint64_t now_ns, const uint8_t *buf, size_t len,
			 struct http_out *out);

/**
 * http_client_closed() - The connection is over
 * @c:		The fetch
 * @now_ns:	Time
 * @in_order:	The server closed it; else it broke or was refused
 */
void http_client_closed(struct http_client *c, uint64_t now_ns, bool in_order);

/* The connection is over: the server acknowledges nothing. */
void http_client_unanswered(struct http_client *c, uint64_t now_ns);

/* The caller cannot go on; @why is for a person, and stays. */
void http_client_fail(struct http_client *c, enum http_failure failure, const char *why);

/* Whether there is a connection, or one in the making. */
bool http_client_is_connected(const struct http_client *c);

bool http_client_is_over(const struct http_client *c);

#endif /* FIRMWARE_LWIP_HTTP_CLIENT_H */
