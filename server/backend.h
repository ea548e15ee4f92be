/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a back end is to server/server.c; nobody else includes this
 */
#ifndef SERVER_BACKEND_H
#define SERVER_BACKEND_H

#include "server/server.h"

/* Contracts are those of the functions of the same name in server/server.h. */
struct backend {
	const char *name;
	bool is_real_time;
	void (*find)(struct server_here *out, const char *program); /* NULL: it is always here */
	void *(*new)(const struct server_config *cfg, const struct server_ops *ops,
		     Journal *journal, GError **error);
	void (*input)(void *self, uint64_t now_ns, const uint8_t *frame, size_t len);
	void (*step)(void *self, uint64_t now_ns);
	uint64_t (*deadline_ns)(const void *self);
	int (*fd)(const void *self);                /* NULL: it has none */
	void (*probe)(void *self, uint64_t now_ns); /* NULL: it lives as long as we do */
	void (*free)(void *self);
};

extern const struct backend backend_builtin, backend_slirp, backend_dnsmasq;

#endif /* SERVER_BACKEND_H */
