/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 server for boot clients (RFC 8415, RFC 5970)
 */
#ifndef SERVER_DHCP6_H
#define SERVER_DHCP6_H

#include <glib.h>

#include "server/datagram.h"
#include "server/journal.h"

enum dhcp6_mode {
	DHCP6_STATEFUL,  /* leases addresses, and tells the rest */
	DHCP6_STATELESS, /* answers Information-requests only */
};

/*
 * Strings are borrowed and must outlive the server; NULL: not sent. Name server, boot file and its
 * parameters are sent when the client asks for them (option 6), and only then (RFC 8415 18.3).
 */
struct dhcp6_config {
	bool enabled; /* false: not a word is answered */
	enum dhcp6_mode mode;
	const char *bootfile_url; /* option 59: "tftp://[fd00::2]/kernel.img" */
	char **bootfile_params;   /* option 60, NULL-terminated */
	struct ip6_addr dns;      /* option 23; ::, none */
	bool rapid_commit;        /* a Solicit that allows it is answered by a Reply at once */
	unsigned preference;      /* option 7 of Advertises, 0 to 255; 0: not sent */
	unsigned status;          /* option 13 of each answer, enum dhcp6_status; 0: not sent */
	uint32_t lease_s;         /* both lifetimes; UINT32_MAX: leases never end */
	unsigned n_leases;        /* addresses there are, from net6_config.guest upwards */
};

typedef struct Dhcp6Server Dhcp6Server;

/* Both configurations are copied (not their strings), @journal is borrowed. Never fails. */
Dhcp6Server *dhcp6_server_new(const struct dhcp6_config *cfg, const struct net_config *net,
			      Journal *journal);

/**
 * dhcp6_server_input() - Answer a datagram that came to port 547 over IPv6
 * @out:	Gets at most one reply, which goes to where @in came from, also in its MAC: the
 *		client may not use its address yet, and so not say who it is
 *
 * There are no timers: leases end by looking at @now_ns when it matters. A client is its DUID, and
 * each of its IAs has one address.
 *
 * Journals dhcp6.lease (client, iaid, address, expires_ns unless it never ends), dhcp6.refused
 * (reason), dhcp6.ignored (reason), dhcp6.released and dhcp6.declined (client, iaid, address).
 */
void dhcp6_server_input(Dhcp6Server *s, uint64_t now_ns, const struct datagram *in,
			const struct datagram_sink *out);

void dhcp6_server_free(Dhcp6Server *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dhcp6Server, dhcp6_server_free)

#endif /* SERVER_DHCP6_H */
