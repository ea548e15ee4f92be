/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/dhcp6_pool: addresses to lease, of IPv6
 */
#include "server/dhcp6_pool.h"

#include <check.h>

#include "tests/support/suite.h"

static const struct dhcp_client one = { 1, { 1 } }, two = { 1, { 2 } };

static struct ip6_addr addr(uint8_t head, uint32_t suffix)
{
	struct ip6_addr a = { { head } };
	struct wr w = WR_INIT(a.b + 12, 4);

	wr_be32(&w, suffix);
	return a;
}

static Dhcp6Pool *pool(uint32_t server, uint32_t guest, unsigned n)
{
	struct net6_config net = { .server = addr(0xfd, server), .guest = addr(0xfd, guest) };

	return dhcp6_pool_new(&net, n);
}

static void expect_offer(Dhcp6Pool *p, const struct dhcp_client *c, struct ip6_addr wanted,
			 struct ip6_addr want)
{
	struct ip6_addr got;

	ck_assert(dhcp6_pool_offer(p, 0, c, &wanted, 100, &got));
	ck_assert(ip6_equal(&got, &want));
}

START_TEST(addresses_are_counted_up)
{
	g_autoptr(Dhcp6Pool) p = pool(2, 0xff, 2);
	struct ip6_addr got = addr(9, 9), none = ip6_unspecified;

	ck_assert(!dhcp6_pool_find(p, &one, &got));
	expect_offer(p, &one, none, addr(0xfd, 0xff));
	expect_offer(p, &two, none, addr(0xfd, 0x100));
	ck_assert(dhcp6_pool_find(p, &two, &got));
	ck_assert_uint_eq(got.b[14], 1);
	got = addr(9, 9);
	ck_assert(!dhcp6_pool_offer(p, 0, &(struct dhcp_client){ 1, { 3 } }, &none, 100, &got));
	ck_assert_uint_eq(got.b[0], 9);
}
END_TEST

START_TEST(the_server_has_its_own)
{
	g_autoptr(Dhcp6Pool) p = pool(0x15, 0x15, 2);

	expect_offer(p, &one, ip6_unspecified, addr(0xfd, 0x16));
}
END_TEST

/* The same last bits in another network are no wish. */
START_TEST(only_the_whole_address_counts)
{
	g_autoptr(Dhcp6Pool) p = pool(2, 0x15, 4);
	struct ip6_addr other = addr(0xfc, 0x15), ours = addr(0xfd, 0x15);

	expect_offer(p, &one, addr(0xfc, 0x17), ours);
	dhcp6_pool_bind(p, &one, 1000);
	ck_assert(!dhcp6_pool_release(p, 0, &one, &other));
	ck_assert(!dhcp6_pool_decline(p, 0, &one, &other, 1000));
	ck_assert(dhcp6_pool_release(p, 0, &one, &ours));
	expect_offer(p, &two, addr(0xfd, 0x17), addr(0xfd, 0x17));
	ours = addr(0xfd, 0x17);
	ck_assert(dhcp6_pool_decline(p, 0, &two, &ours, 1000));
	expect_offer(p, &one, addr(0xfd, 0x17), addr(0xfd, 0x15));
}
END_TEST

/* At the end of 32 bits there are fewer, and none that begins anew. */
START_TEST(the_end_of_the_suffixes)
{
	g_autoptr(Dhcp6Pool) p = pool(2, 0xfffffffe, 16);
	struct ip6_addr got;

	expect_offer(p, &one, ip6_unspecified, addr(0xfd, 0xfffffffe));
	ck_assert(!dhcp6_pool_offer(p, 0, &two, &ip6_unspecified, 100, &got));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp6_pool");

	suite_add(s, addresses_are_counted_up);
	suite_add(s, the_server_has_its_own);
	suite_add(s, only_the_whole_address_counts);
	suite_add(s, the_end_of_the_suffixes);
	return suite_run(s);
}
