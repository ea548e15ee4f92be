/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of IPv6 (RFC 4291), and of either family
 */
#include "server/wire/ip_addr.h"

const struct ip6_addr ip6_unspecified;
const struct ip6_addr ip6_all_nodes = { { 0xff, 2, [15] = 1 } };
const struct ip6_addr ip6_all_routers = { { 0xff, 2, [15] = 2 } };
const struct ip6_addr ip6_dhcp_servers = { { 0xff, 2, [13] = 1, [15] = 2 } };

bool ip6_equal(const struct ip6_addr *a, const struct ip6_addr *b)
{
	return memcmp(a->b, b->b, IP6_ALEN) == 0;
}

bool ip6_is_unspecified(const struct ip6_addr *a)
{
	return ip6_equal(a, &ip6_unspecified);
}

bool ip6_is_multicast(const struct ip6_addr *a)
{
	return a->b[0] == 0xff;
}

bool ip6_is_link_local(const struct ip6_addr *a)
{
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

bool ip6_is_host(const struct ip6_addr *a)
{
	static const struct ip6_addr loopback = { { [15] = 1 } };
	static const struct ip6_addr mapped = { { [10] = 0xff, [11] = 0xff } };

	return !ip6_is_unspecified(a) && !ip6_is_multicast(a) && !ip6_equal(a, &loopback) &&
	       !ip6_same_prefix(a, &mapped, 96);
}

bool ip6_same_prefix(const struct ip6_addr *a, const struct ip6_addr *b, unsigned len)
{
	unsigned whole = len / 8, bits = len % 8;

	if (memcmp(a->b, b->b, whole))
		return false;
	return !bits || !((a->b[whole] ^ b->b[whole]) >> (8 - bits));
}

struct ip6_addr ip6_prefix(const struct ip6_addr *a, unsigned len)
{
	unsigned whole = len / 8, bits = len % 8;
	struct ip6_addr p = ip6_unspecified;

	memcpy(p.b, a->b, whole);
	if (bits)
		p.b[whole] = a->b[whole] & (uint8_t)(0xff << (8 - bits));
	return p;
}

struct ip6_addr ip6_link_local(const struct mac *mac)
{
	const uint8_t *m = mac->b;

	return (struct ip6_addr){ { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, m[0] ^ 2, m[1], m[2], 0xff, 0xfe,
				    m[3], m[4], m[5] } };
}

struct ip6_addr ip6_solicited_node(const struct ip6_addr *a)
{
	return (struct ip6_addr){ { 0xff, 2, [11] = 1, [12] = 0xff, a->b[13], a->b[14],
				    a->b[15] } };
}

struct mac ip6_group_mac(const struct ip6_addr *group)
{
	const uint8_t *g = group->b;

	return (struct mac){ { 0x33, 0x33, g[12], g[13], g[14], g[15] } };
}

struct ip6_addr rd_ip6(struct rd *r)
{
	struct ip6_addr a = ip6_unspecified;

	rd_copy(r, a.b, IP6_ALEN);
	return a;
}

void wr_ip6(struct wr *w, const struct ip6_addr *a)
{
	wr_bytes(w, a->b, IP6_ALEN);
}

bool ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	if (a->is_v6 != b->is_v6)
		return false;
	return a->is_v6 ? ip6_equal(&a->v6, &b->v6) : a->v4 == b->v4;
}
