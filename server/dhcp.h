/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv4 server for boot clients (RFC 2131)
 */
#ifndef SERVER_DHCP_H
#define SERVER_DHCP_H

#include <glib.h>

#include "server/datagram.h"
#include "server/journal.h"

/*
 * Where the name of the boot file goes. As an option it is sent when the client asks for it; one
 * that `file` does not hold (OPTION; too long; the field is overloaded) is sent as an option in any
 * case.
 */
enum dhcp_place {
	DHCP_PLACE_BOTH,   /* `file` field and option 67 */
	DHCP_PLACE_FIELD,  /* `file` field only */
	DHCP_PLACE_OPTION, /* option 67 only */
};

/*
 * Strings are borrowed and must outlive the server; NULL, "" or 0: not sent. Other options than the
 * vendor class are sent when the client asks for them, all of them if it sends no parameter list.
 */
struct dhcp_config {
	bool enabled; /* false: not a word is answered */
	const char *bootfile;
	enum dhcp_place bootfile_place;
	uint32_t next_server;     /* `siaddr`; 0: the server's own address */
	bool no_next_server;      /* `siaddr` stays 0 */
	const char *server_name;  /* `sname`; too long a name, or an overloaded field: not sent */
	const char *tftp_server;  /* option 66, a name or a dotted address */
	uint32_t tftp_address;    /* option 150 */
	const char *config_file;  /* option 209 */
	const char *path_prefix;  /* option 210 */
	uint32_t reboot_time_s;   /* option 211 */
	const char *domain;       /* option 15 */
	const char *vendor_class; /* option 60 of replies ("PXEClient") */
	uint32_t lease_s;         /* option 51; 0: not sent, and 0xffffffff: leases never end */
	unsigned overload;        /* DHCP_OVERLOAD_* fields that replies put options into */
	unsigned nak_requests;    /* so many REQUESTs are answered by NAK, then all is well */
	unsigned n_leases;        /* addresses there are, from net_config.guest upwards */
};

typedef struct DhcpServer DhcpServer;

/* Both configurations are copied (not their strings), @journal is borrowed. Never fails. */
DhcpServer *dhcp_server_new(const struct dhcp_config *cfg, const struct net_config *net,
			    Journal *journal);

/**
 * dhcp_server_input() - Answer a datagram that came to port 67
 * @out:	Gets at most one reply
 *
 * There are no timers: leases end by looking at @now_ns when it matters. Nothing in @in but its
 * payload is read.
 *
 * Journals dhcp.lease (client, address, expires_ns unless it never ends, options_left_out if the
 * ACK was too small for all), dhcp.refused, dhcp.ignored (reason), dhcp.released and dhcp.declined
 * (client, address).
 */
void dhcp_server_input(DhcpServer *s, uint64_t now_ns, const struct datagram *in,
		       const struct datagram_sink *out);

void dhcp_server_free(DhcpServer *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DhcpServer, dhcp_server_free)

#endif /* SERVER_DHCP_H */
