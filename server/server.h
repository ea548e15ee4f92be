/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PXE server at the other end of the cable, whichever it is
 *
 * Frames in, frames out. One table of functions for each back end; everything about the network
 * between it and the guest (cable, capture, impairment, clock) lives outside and exists once.
 * This is the border where error numbers become GErrors.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <glib.h>

#include "server/datagram.h"
#include "server/dhcp.h"
#include "server/dhcp6.h"
#include "server/http.h"
#include "server/journal.h"
#include "server/tftp.h"

typedef enum {
	SERVER_ERROR_ROOT,  /* the folder to serve cannot be opened */
	SERVER_ERROR_START, /* the back end could not be started */
} ServerError;

#define SERVER_ERROR server_error_quark()
GQuark server_error_quark(void);

enum server_kind {
	SERVER_BUILTIN, /* our own DHCP and TFTP */
	SERVER_SLIRP,   /* libslirp's, as `-netdev user` has it */
	SERVER_DNSMASQ, /* the daemon, on a network of its own */
	SERVER_N_KINDS,
};

/* What is served. Strings are borrowed and must outlive the server. */
struct server_config {
	enum server_kind kind;
	const char *root;    /* folder with the files */
	const char *program; /* dnsmasq: path of the daemon; NULL: the machine's own */
	struct net_config net;
	struct dhcp_config dhcp;   /* slirp: only enabled, bootfile, tftp_server and domain */
	struct dhcp6_config dhcp6; /* builtin only, as is net.v6 */
	struct tftp_config tftp;   /* slirp: only enabled */
	struct http_config http;   /* builtin only */
};

struct server_ops {
	/* A frame for the guest; borrowed, gone when the call returns. */
	void (*send)(void *self, const uint8_t *frame, size_t len);
	/* It broke and cannot go on: a sentence, borrowed. That is never the guest's fault. */
	void (*failed)(void *self, const char *why);
	/* What no frame says, so only the server knows: how far a file is over HTTP. NULL: nobody
	 * asks. */
	void (*transfer)(void *self, enum http_transfer what, const char *file, uint64_t bytes);
	void *self;
};

typedef struct Server Server;

/* @cfg and @ops are copied, @journal is borrowed. Return: the server, or NULL with @error set. */
Server *server_new(const struct server_config *cfg, const struct server_ops *ops, Journal *journal,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A frame came from the guest. */
void server_input(Server *s, uint64_t now_ns, const uint8_t *frame, size_t len);

/* Do what is due at @now_ns. */
void server_step(Server *s, uint64_t now_ns);

/* When server_step() has something to do, or DEADLINE_NEVER. */
uint64_t server_deadline_ns(const Server *s);

/*
 * A descriptor: server_step() has something to do as well when it is readable. -1: none, and then
 * the server can live on the virtual clock. It may change from one call to the next.
 */
int server_fd(const Server *s);

/*
 * Ask a server that is a process for a sign of life, and wait for it, for some seconds at most. If
 * none comes ops.failed() is called. Silence at a boot's end may be the server's: then the guest is
 * not to blame.
 */
void server_probe(Server *s, uint64_t now_ns);

void server_free(Server *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)

/* "builtin", "slirp", "dnsmasq" */
const char *server_kind_name(enum server_kind k);

/* Whether it knows the host's clock only, so that no boot with it can be on the virtual one. */
bool server_is_real_time(enum server_kind k);

/* What this machine has of a server. */
struct server_here {
	char *program; /* path of the daemon; NULL: it needs none, or there is none */
	char *version; /* of the daemon */
	char *missing; /* a sentence: why it cannot run here; NULL: it can */
};

/**
 * server_find() - Find out whether a server can run here
 * @program:	As in struct server_config
 *
 * Starts the daemon for a moment. @out is for server_here_clear().
 */
void server_find(struct server_here *out, enum server_kind k, const char *program);
void server_here_clear(struct server_here *h);

/* The kind of that name; false: there is none. */
bool server_kind_find(const char *name, enum server_kind *out);

#endif /* SERVER_SERVER_H */
