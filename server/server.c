/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PXE server at the other end of the cable, whichever it is
 */
#include "server/server.h"

#include "server/backend.h"

static const struct backend *const backends[SERVER_N_KINDS] = {
	[SERVER_BUILTIN] = &backend_builtin,
	[SERVER_SLIRP] = &backend_slirp,
	[SERVER_DNSMASQ] = &backend_dnsmasq,
};

struct Server {
	const struct backend *backend;
	void *self;
};

GQuark server_error_quark(void)
{
	return g_quark_from_static_string("server-error-quark");
}

Server *server_new(const struct server_config *cfg, const struct server_ops *ops, Journal *journal,
		   GError **error)
{
	const struct backend *backend = backends[cfg->kind];
	void *self = backend->new (cfg, ops, journal, error);
	Server *s;

	if (!self)
		return NULL;
	s = g_new0(Server, 1);
	s->backend = backend;
	s->self = self;
	return s;
}

void server_input(Server *s, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	s->backend->input(s->self, now_ns, frame, len);
}

void server_step(Server *s, uint64_t now_ns)
{
	s->backend->step(s->self, now_ns);
}

uint64_t server_deadline_ns(const Server *s)
{
	return s->backend->deadline_ns(s->self);
}

int server_fd(const Server *s)
{
	return s->backend->fd ? s->backend->fd(s->self) : -1;
}

void server_probe(Server *s, uint64_t now_ns)
{
	if (s->backend->probe)
		s->backend->probe(s->self, now_ns);
}

void server_free(Server *s)
{
	if (!s)
		return;
	s->backend->free(s->self);
	g_free(s);
}

const char *server_kind_name(enum server_kind k)
{
	return backends[k]->name;
}

bool server_is_real_time(enum server_kind k)
{
	return backends[k]->is_real_time;
}

void server_find(struct server_here *out, enum server_kind k, const char *program)
{
	*out = (struct server_here){ .program = NULL };
	if (backends[k]->find)
		backends[k]->find(out, program);
}

void server_here_clear(struct server_here *h)
{
	g_clear_pointer(&h->program, g_free);
	g_clear_pointer(&h->version, g_free);
	g_clear_pointer(&h->missing, g_free);
}

bool server_kind_find(const char *name, enum server_kind *out)
{
	for (enum server_kind k = 0; k < SERVER_N_KINDS; k++) {
		if (g_str_equal(server_kind_name(k), name)) {
			*out = k;
			return true;
		}
	}
	return false;
}
