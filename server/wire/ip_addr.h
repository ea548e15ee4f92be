/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of IPv6 (RFC 4291), and of either family
 */
#ifndef SERVER_WIRE_IP_ADDR_H
#define SERVER_WIRE_IP_ADDR_H

#include "server/wire/bytes.h"
#include "server/wire/ethernet.h"

enum {
	IP6_ALEN = 16,
	IP6_PREFIX_MAX = 128,
};

struct ip6_addr {
	uint8_t b[IP6_ALEN]; /* as on the wire */
};

/* All zeros is 0.0.0.0. */
struct ip_addr {
	bool is_v6;
	uint32_t v4; /* host integer */
	struct ip6_addr v6;
};

extern const struct ip6_addr ip6_unspecified;  /* :: */
extern const struct ip6_addr ip6_all_nodes;    /* ff02::1, RFC 4291 2.7.1 */
extern const struct ip6_addr ip6_all_routers;  /* ff02::2 */
extern const struct ip6_addr ip6_dhcp_servers; /* ff02::1:2, RFC 8415 7.1 */

bool ip6_equal(const struct ip6_addr *a, const struct ip6_addr *b);
bool ip6_is_unspecified(const struct ip6_addr *a);
bool ip6_is_multicast(const struct ip6_addr *a);
bool ip6_is_link_local(const struct ip6_addr *a); /* unicast, fe80::/10 */

/* Whether a host may have it: neither ::, nor multicast, ::1, or IPv4 in disguise. */
bool ip6_is_host(const struct ip6_addr *a);

/* Whether the first @len bits are the same; @len is at most IP6_PREFIX_MAX. */
bool ip6_same_prefix(const struct ip6_addr *a, const struct ip6_addr *b, unsigned len);

/* The first @len bits, and zeros. */
struct ip6_addr ip6_prefix(const struct ip6_addr *a, unsigned len);

/* The link-local address that follows from a MAC (RFC 4291 appendix A, RFC 2464 5). */
struct ip6_addr ip6_link_local(const struct mac *mac);

/* The group in which who has @a is asked for (RFC 4291 2.7.1). */
struct ip6_addr ip6_solicited_node(const struct ip6_addr *a);

/* Where packets to a group go (RFC 2464 7). */
struct mac ip6_group_mac(const struct ip6_addr *group);

struct ip6_addr rd_ip6(struct rd *r);
void wr_ip6(struct wr *w, const struct ip6_addr *a);

static inline struct ip_addr ip_addr_v4(uint32_t a)
{
	return (struct ip_addr){ .v4 = a };
}

static inline struct ip_addr ip_addr_v6(const struct ip6_addr *a)
{
	return (struct ip_addr){ .is_v6 = true, .v6 = *a };
}

bool ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b);

#endif /* SERVER_WIRE_IP_ADDR_H */
