/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP server: the files of a store, by GET and HEAD (RFC 9110, RFC 9112)
 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/http_fault.h"
#include "server/store.h"
#include "server/tcp.h"

struct http_config {
	bool enabled; /* false: the port is closed */
	struct tcp_config tcp;
	GPtrArray *rules; /* of struct http_rule, borrowed; NULL: none */
};

extern const struct http_config http_config_default;

enum http_transfer {
	HTTP_ASKED,   /* a request came, for a path */
	HTTP_STARTED, /* the guest has the first bytes of a file */
	HTTP_ENDED,   /* it has the file's last byte, and all that this response had before it */
};

struct http_ops {
	/* As of struct tcp_ops. */
	void (*send)(void *self, const struct tcp_flow *flow, struct slice segment);
	/* How far a file is; ENDED with the bytes of this response. The name is borrowed. */
	void (*transfer)(void *self, enum http_transfer what, const char *file, uint64_t bytes);
	void *self;
};

typedef struct HttpServer HttpServer;

/* @cfg and @ops are copied, @store and @journal are borrowed. */
HttpServer *http_server_new(const struct http_config *cfg, const struct http_ops *ops, Store *store,
			    Journal *journal);

/* A segment came; as tcp_input(). */
void http_server_input(HttpServer *s, uint64_t now_ns, const struct ipv4_hdr *ip,
		       const struct mac *mac, struct slice segment);

/* Do what is due. */
void http_server_step(HttpServer *s, uint64_t now_ns);
uint64_t http_server_deadline_ns(const HttpServer *s);

void http_server_free(HttpServer *s);

#endif /* SERVER_HTTP_H */
